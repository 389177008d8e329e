import Cluster
import Document
import Testing

@testable import Kubernetes

/// Rows that are made of objects of two kinds: services with what is behind them, ports with who sends there.
struct JoinedRowsTests {
  private func list(_ kind: String, _ items: [String], to source: some WatchConsumer) {
    let text = #"{"kind":"\#(kind)","items":[\#(items.joined(separator: ","))]}"#
    Array(text.utf8).withUnsafeBytes { source.listed(ListBody($0), begins: true, completes: true) }
  }

  private func tell(_ change: String, _ item: String, to source: some WatchConsumer) {
    Array(#"{"type":"\#(change)","object":\#(item)}"#.utf8).withUnsafeBytes { bytes in
      if let event = WatchEvent(line: bytes) { source.happened(event) }
    }
    source.settled()
  }

  private func slice(_ uid: String, of service: String, ready: [Bool?]) -> String {
    let endpoints = ready.map { $0.map { #"{"conditions":{"ready":\#($0)}}"# } ?? "{}" }
    return
      #"{"metadata":{"name":"\#(uid)","namespace":"n","uid":"\#(uid)","labels":{"kubernetes.io/service-name":"\#(service)"}},"endpoints":[\#(endpoints.joined(separator: ","))]}"#
  }

  @Test func aTallyAddsUpTheSlicesOfAService() {
    var changes: [Set<String>] = []
    let tally = EndpointTally(changed: { changes.append($0) }, answered: {})
    #expect(tally["n/web"] == nil, "nobody knows yet")
    list(
      "EndpointSliceList",
      [slice("a", of: "web", ready: [true, false]), slice("b", of: "web", ready: [nil])], to: tally)
    #expect(tally["n/web"] == .init(ready: 2, total: 3))
    #expect(tally["n/other"] == .init())
    tell("MODIFIED", slice("a", of: "web", ready: [false, false]), to: tally)
    #expect(tally["n/web"] == .init(ready: 1, total: 3))
    tell("DELETED", slice("b", of: "web", ready: []), to: tally)
    #expect(tally["n/web"] == .init(ready: 0, total: 2))
    #expect(changes == [[], ["n/web"], ["n/web"]])
    // A second list is the truth.
    list("EndpointSliceList", [], to: tally)
    #expect(tally["n/web"] == .init())
  }

  private final class Services {
    let store = RowStore()
    private(set) var tally: EndpointTally!
    private(set) var source: JoinedSource!
    let kind: BuiltIn

    init(ofIngresses: Bool = false) {
      var write: (Set<String>?) -> Void = { _ in }
      let tally = EndpointTally(changed: { write($0.isEmpty ? nil : $0) }, answered: {})
      self.tally = tally
      kind = ofIngresses ? BuiltIn.ingresses(tally) : BuiltIn.services(tally)
      source = JoinedSource(
        query: Query(kind.kind.id), source: 0, decoder: kind.decoder!,
        post: { [unowned self] in store.apply($0) }, tell: { _ in },
        notice: { _ in })
      write = { [unowned self] in source.write(ofIngresses ? nil : $0) }
      keep = { write($0) }
    }
    private var keep: ((Set<String>?) -> Void)?

    func text(_ title: String) -> [String] {
      store.aliveSlots.map { slot in
        let row = store[slot]
        return "\(row.name) \(row.drawn(title, kind.kind, now: 0))\(row.tone.glyph) \(row.reason(now: 0))"
      }.sorted()
    }
  }

  private func service(_ name: String, _ spec: String) -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"n","uid":"\#(name)"},"spec":\#(spec)}"#
  }

  @Test func aServiceThatPointsAtNothingSaysSo() {
    let table = Services()
    list(
      "ServiceList",
      [
        service("web", #"{"type":"ClusterIP","selector":{"app":"web"}}"#),
        service("lost", #"{"type":"ClusterIP","selector":{"app":"nothing"}}"#),
        service("outside", #"{"type":"ExternalName","externalName":"x.example"}"#),
        service("manual", #"{"type":"ClusterIP"}"#),
      ], to: table.source)
    // As long as nobody knows, nothing is said.
    #expect(table.text("ENDPOINTS") == ["lost . ", "manual . ", "outside . ", "web . "])
    list("EndpointSliceList", [slice("a", of: "web", ready: [true, false])], to: table.tally)
    #expect(
      table.text("ENDPOINTS") == [
        "lost 0/0! nothing answers: no pod has the labels app=nothing", "manual 0/0. ", "outside . ",
        "web 1/2. ",
      ])
    tell("MODIFIED", slice("a", of: "web", ready: [false, false]), to: table.tally)
    #expect(table.text("ENDPOINTS")[3] == "web 0/2x nothing answers: none of its 2 endpoints is ready")
  }

  @Test func anIngressCountsTheBackendsThatAnswer() {
    let table = Services(ofIngresses: true)
    let paths = ["web", "api", "web"].map { #"{"backend":{"service":{"name":"\#($0)"}}}"# }
    let spec = #"{"rules":[{"http":{"paths":[\#(paths.joined(separator: ","))]}}]}"#
    list("IngressList", [service("shop", spec)], to: table.source)
    list("EndpointSliceList", [slice("a", of: "web", ready: [true])], to: table.tally)
    #expect(table.text("BACKENDS") == ["shop 1/2! no endpoint is ready behind service api"])
    tell("ADDED", slice("b", of: "api", ready: [true]), to: table.tally)
    #expect(table.text("BACKENDS") == ["shop 2/2. no ingress controller has published an address for it"])
  }

  // MARK: Ports

  private func ports(_ pod: String, _ services: String...) throws -> [String] {
    var rows = PortRows()
    var row = RowWriter()
    for service in services {
      let found = Array(service.utf8).withUnsafeBytes { ServicePorts(JSONSlice($0)) }
      rows.put(try #require(found))
    }
    let found = Array(pod.utf8).withUnsafeBytes { PodPorts(JSONSlice($0)) }
    rows.put(try #require(found), &row)
    return row.takeBatch().rows.map { row in
      let titles = ["CONTAINER", "PORT NAME", "PORT", "PROTOCOL", "SERVICES", "HOST PORT"]
      return titles.map { row.drawn($0, BuiltIn.ports.kind, now: 0) }.joined(separator: "|")
        + " \(row.tone.glyph)\(row.reason(now: 0))"
    }
  }

  private let pod =
    #"{"metadata":{"name":"web-1","namespace":"n","uid":"p","labels":{"app":"web"}},"spec":{"nodeName":"n1","containers":[{"name":"app","ports":[{"name":"http","containerPort":8080},{"containerPort":53,"protocol":"UDP","hostPort":5353}]}]},"status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true,"started":true,"state":{"running":{}}}],"conditions":[{"type":"Ready","status":"True"}]}}"#

  @Test func aPortNamesTheServicesThatLeadThere() throws {
    let web = service(
      "web",
      #"{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":"http","nodePort":30080},{"port":81,"targetPort":8080}]}"#
    )
    let other = service("other", #"{"selector":{"app":"other"},"ports":[{"port":80,"targetPort":"http"}]}"#)
    #expect(
      try ports(pod, web, other) == [
        "app|http|8080|TCP|web:80 node 30080, web:81| .", "app||53|UDP||5353 .",
      ])
  }

  @Test func aServiceThatSendsToANameThatNoContainerHasIsBad() throws {
    let named = service("web", #"{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":"htpt"}]}"#)
    #expect(
      try ports(pod, named).last
        == "|htpt||TCP|web:80| xservice web sends port 80 to a port named htpt, which no container has")
    let numbered = service("web", #"{"selector":{"app":"web"},"ports":[{"port":9090}]}"#)
    #expect(
      try ports(pod, numbered).last
        == "||9090|TCP|web:9090| .no container declares port 9090, where service web sends to")
  }
}
