import Cluster
import Testing

@testable import ClusterTUI

@Suite struct ConfiguredViewTests {
  private func read(_ text: String) -> (views: [ConfiguredView], problems: [String]) {
    let file = SettingsFile(text, path: "views.yaml")
    return (ConfiguredView.read(file), file.problems.map(\.text))
  }

  @Test func viewsOfK9sAreReadAsTheyAre() {
    let (views, problems) = read(
      """
      views:
        v1/pods:
          columns:
            - AGE
            - NAME
            - ZONE:.spec.nodeName|WR
        apps/v1/deployments@prod-.*:
          sortColumn: AGE:desc
      """)
    #expect(problems.isEmpty && views.map(\.kind) == ["v1/pods", "apps/v1/deployments"])
    #expect(views[0].spec.columns.map(\.title) == ["AGE", "NAME", "ZONE"] && views[0].spec.columns[2].isWide)
    #expect(views[1].spec.sort == ViewSort("AGE", descending: true))
    #expect(views[1].applies(to: Stage.deployments, in: ["prod-eu"]))
    #expect(!views[1].applies(to: Stage.deployments, in: ["preprod-eu"]))
    #expect(!views[1].applies(to: Stage.deployments, in: []))
    #expect(!views[1].applies(to: Stage.pods, in: ["prod-eu"]))
  }

  @Test func anOlderFormIsReadToo() {
    #expect(read("k9s: {views: {pods: {columns: [NAME]}}}").views.map(\.kind) == ["pods"])
  }

  @Test func whatIsWrongIsToldWithItsPlace() {
    let (views, problems) = read(
      "views:\n  pods:\n    columns: [NAME, 'X|Q', {a: b}]\n    sort: AGE\n  'pods@(': {}\n  nodes: 5\n")
    #expect(views.map(\.kind) == ["pods"])
    #expect(problems.count == 5)
    #expect(problems.contains { $0.hasPrefix("views.yaml:3:21: 'Q' in 'X|Q' is no sign") })
    #expect(problems.contains("views.yaml:3:28: views.pods.columns.2 wants a text"))
    #expect(problems.contains { $0.hasPrefix("views.yaml:4:5: 'views.pods.sort' is no setting") })
    #expect(problems.contains { $0.hasPrefix("views.yaml:5:3: '(' is no regular expression") })
    #expect(problems.contains("views.yaml:6:10: views.nodes wants 'columns' or 'sortColumn' below it"))
  }
}
