import Cluster
import Document
import Terminal
import Testing

@testable import ClusterTUI

/// What a revision of a release shows, and which of its objects made it fail.
struct ReleasePageTests {
  private static let now: Int64 = 1_000_000

  private static let release: Release = {
    var release = Release()
    (release.name, release.namespace, release.revision, release.status) = ("shop", "store", 3, "failed")
    release.description = "Upgrade \"shop\" failed: context deadline exceeded"
    (release.chart, release.appVersion) = ("shop-1.4.2", "9.1")
    (release.firstDeployed, release.lastDeployed) = (now - 86_400 * 3, now - 600)
    release.values = ["replicas": 3, "db": ["password": "kT9-vQ2x_Lw8zRb4"]]
    func part(_ kind: Kind.ID, _ kindName: String, _ name: String) -> Release.Part {
      Release.Part(
        ObjectRef(kind: kind, namespace: "store", name: name), kindName: kindName, source: "shop/t.yaml",
        json: ["kind": .string(kindName), "metadata": ["name": .string(name)]])
    }
    release.manifest = [
      part("v1/services", "Service", "shop"), part("apps/v1/deployments", "Deployment", "shop-web"),
    ]
    release.hooks = [
      Release.Hook(
        ObjectRef(kind: "batch/v1/jobs", namespace: "store", name: "shop-migrate"), kindName: "Job",
        events: "pre-upgrade", phase: "Succeeded", completed: now - 700)
    ]
    return release
  }()

  private func text(_ part: ReleasePage.Part, problems: [Problem]? = nil, isRevealed: Bool = false) -> String
  {
    ReleasePage(
      release: Self.release, kinds: Catalog(), problems: problems, isRevealed: isRevealed, now: Self.now,
      width: 80
    ).page(part).text
  }

  @Test func aFailedReleaseNamesTheObjectThatIsNotWellAndWhy() {
    // The server knows its UID, the manifest does not.
    let web = ObjectRef(kind: "apps/v1/deployments", namespace: "store", name: "shop-web", uid: "u1")
    let finding = Finding("image", of: web, "shop/web:9.1 is not found", since: nil, .unclear(""))
    let problem = Problem(id: "p", web, kindName: "Deployment", finding)
    #expect(
      text(.release, problems: [problem]) == """
        release store/shop, revision 3: failed
          Upgrade "shop" failed: context deadline exceeded

        Chart           shop-1.4.2
        App version     9.1
        First deployed  1970-01-09T13:46:40Z (3d ago)
        Last deployed   1970-01-12T13:36:40Z (10m ago)

        What of it is not well:
          x Deployment shop-web
              shop/web:9.1 is not found

        Hooks:
          Job shop-migrate  pre-upgrade  Succeeded 11m ago

        Objects (2):
          . Service shop
          x Deployment shop-web
        """)
    #expect(!text(.release, problems: []).contains("not well"))
    #expect(text(.release).contains("was not looked at"))
  }

  @Test func valuesAreMaskedUntilTheyAreAskedFor() {
    #expect(text(.values).contains("replicas: 3") && !text(.values).contains("kT9-vQ2x"))
    #expect(text(.values, isRevealed: true).contains("kT9-vQ2x_Lw8zRb4"))
    #expect(text(.allValues) == "the chart has no values" && text(.notes) == "the chart has no notes")
    #expect(text(.manifest).hasPrefix("Service shop  shop/t.yaml\nkind: Service"))
  }

  @Test func onlyAReleaseThatIsNotAsItShouldBeAsksWhatIsBroken() {
    let ref = ObjectRef(kind: "helm/v1/releases", namespace: "store", name: "sh.helm.release.v1.shop.v3")
    let screen = ReleaseScreen(ref, name: "shop")
    var world = World()
    #expect(screen.needs(world) == [.release(ref)])
    _ = world.apply(.release(ref, Self.release))
    #expect(screen.needs(world) == [.release(ref), .problems(ProblemsQuery(namespaces: ["store"]))])
    var well = Self.release
    well.status = "deployed"
    _ = world.apply(.release(ref, well))
    #expect(screen.needs(world) == [.release(ref)])
  }
}
