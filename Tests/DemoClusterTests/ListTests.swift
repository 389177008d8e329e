import Document
import HTTP
import Testing

@testable import DemoCluster

@Suite struct ListTests {
  @Test func pagesJoinedAreTheWholeListWhateverHappensMeanwhile() throws {
    let demo = try Demo()
    let whole = try demo.get("/api/v1/pods")
    var names: [String] = []
    var path = "/api/v1/pods?limit=7"
    var pages = 0
    while true {
      let page = try demo.get(path)
      names += page.names
      pages += 1
      #expect(page.version == whole.version)
      guard let token = page["metadata"]["continue"].string else { break }
      #expect(page["metadata"]["remainingItemCount"].int == whole.names.count - names.count)
      demo.server.advance(seconds: 20)
      path = "/api/v1/pods?limit=7&continue=\(token)"
    }
    #expect(pages == (whole.names.count + 6) / 7)
    #expect(names == whole.names)
    #expect(try demo.get("/api/v1/pods").names != names)
  }

  @Test func aListIsSortedByNamespaceAndName() throws {
    let demo = Demo.still
    let keys = try demo.get("/api/v1/pods")["items"].array.map {
      "\($0["metadata"]["namespace"].string ?? "")/\($0["metadata"]["name"].string ?? "")"
    }
    #expect(keys == keys.sorted())
    #expect(try demo.get("/api/v1/namespaces/nowhere/pods")["items"].array.isEmpty)
  }

  @Test func anExpiredTokenGoesOnInconsistently() throws {
    let demo = try Demo { $0.historyLimit = 20 }
    let page = try demo.get("/api/v1/pods?limit=5")
    let token = page["metadata"]["continue"].string ?? ""
    demo.server.advance(seconds: 120)
    let gone = try demo.response("/api/v1/pods?limit=5&continue=\(token)")
    let status = JSON.parse(gone.body).value ?? .null
    #expect(gone.head.status == 410)
    #expect(status["reason"].string == "Expired")
    let next = status["metadata"]["continue"].string ?? ""
    #expect(!next.isEmpty && next != token)
    let rest = try demo.get("/api/v1/pods?limit=5&continue=\(next)")
    #expect(rest.names.count == 5)
    #expect(rest.version != page.version)
  }

  @Test func versionsMeanWhatTheyMeanOnARealServer() throws {
    let demo = try Demo { $0.historyLimit = 30 }
    let first = try demo.get("/api/v1/pods")
    // From the cache the limit is ignored.
    #expect(try demo.get("/api/v1/pods?resourceVersion=0&limit=2").names.count == first.names.count)
    demo.server.advance(seconds: 4)
    let exact = try demo.get("/api/v1/pods?resourceVersion=\(first.version)&resourceVersionMatch=Exact")
    #expect(exact.names == first.names)
    #expect(exact.version == first.version)
    demo.server.advance(seconds: 120)
    #expect(
      try demo.get("/api/v1/pods?resourceVersion=\(first.version)&resourceVersionMatch=Exact")["message"]
        .string
        == "The resourceVersion for the provided list is too old.")
    let newer = try demo.get(
      "/api/v1/pods?resourceVersion=\(first.version)&resourceVersionMatch=NotOlderThan")
    #expect(UInt64(newer.version) ?? 0 > UInt64(first.version) ?? 0)
    let future = try demo.response("/api/v1/pods?resourceVersion=99999999")
    #expect(future.head.status == 504)
    #expect(future.head["Retry-After"] == "1")
  }

  @Test func selectorsChoose() throws {
    let demo = Demo.still
    func count(_ query: String) throws -> Int { try demo.get("/api/v1/pods?\(query)").names.count }
    #expect(try count("labelSelector=app=basket") == 3)
    #expect(try count("labelSelector=app in (basket,mailer)") == 5)
    let all = try count("limit=0")
    let apps = try count("labelSelector=app")
    #expect(try count("labelSelector=!app") == all - apps)
    #expect(try count("labelSelector=app=basket,team!=storefront") == 0)
    #expect(try count("labelSelector=app notin (basket)") == all - 3)
    #expect(try count("fieldSelector=metadata.name=sessions-1") == 1)
    #expect(try count("fieldSelector=metadata.namespace=kube-system,spec.nodeName=harbour-1") == 1)
    let running = try count("fieldSelector=status.phase=Running")
    #expect(try count("fieldSelector=status.phase!=Running") == all - running)
    let event = try demo.get("/api/v1/events?fieldSelector=reason=FailedScheduling,type=Warning")
    // The first is about the pod before the scheduler said so in its status, the other about it since.
    #expect(event["items"].array.count == 4)
    let uid = event["items"][0]["involvedObject"]["uid"].string ?? ""
    #expect(try demo.get("/api/v1/events?fieldSelector=involvedObject.uid=\(uid)")["items"].array.count == 2)
    #expect(
      try demo.get("/apis/events.k8s.io/v1/events?fieldSelector=regarding.uid=\(uid)")["items"].array.count
        == 2)
  }

  @Test func partialMetadataHasNothingElse() throws {
    let demo = Demo.still
    let list = try demo.get(
      "/api/v1/namespaces/market/pods",
      accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")
    #expect(list["kind"] == "PartialObjectMetadataList")
    #expect(list["items"][0].members.map(\.key) == ["kind", "apiVersion", "metadata"])
  }

  @Test func itemsOfBuiltInKindsHaveNoKindAndThoseOfCustomOnesHave() throws {
    let demo = Demo.still
    #expect(try demo.get("/api/v1/pods")["items"][0].members.map(\.key) == ["metadata", "spec", "status"])
    let custom = try demo.get("/apis/cert-manager.io/v1/certificates")
    #expect(custom.members.map(\.key) == ["apiVersion", "items", "kind", "metadata"])
    #expect(custom["items"][0].members.map(\.key) == ["apiVersion", "kind", "metadata", "spec", "status"])
    let keys = custom["items"][0]["metadata"].members.map(\.key)
    #expect(keys == keys.sorted())
  }

  @Test func everyObjectOfEveryKindIsWholeAndCanBeGotAlone() throws {
    let demo = try Demo()
    demo.server.advance(seconds: 200)
    let discovery = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    var kinds = 0
    for root in ["/api", "/apis"] {
      for group in try demo.get(root, accept: discovery)["items"].array {
        for resource in group["versions"][0]["resources"].array where resource["verbs"].array.contains("list")
        {
          let name = group["metadata"]["name"].string
          // Measurements are no objects: nothing is stored of them.
          if name == "metrics.k8s.io" { continue }
          let version = group["versions"][0]["version"].string ?? ""
          let base = name.map { "/apis/\($0)/\(version)" } ?? "/api/v1"
          let plural = resource["resource"].string ?? ""
          let list = try demo.get("\(base)/\(plural)")
          // A dozen of rare kinds have none.
          guard let first = list["items"].array.first else { continue }
          let meta = first["metadata"]
          #expect(meta["uid"].string?.count == 36)
          #expect(meta["creationTimestamp"].string != nil)
          let place =
            meta["namespace"].string.map { "\(base)/namespaces/\($0)/\(plural)" } ?? "\(base)/\(plural)"
          let one = try demo.get("\(place)/\(meta["name"].string ?? "")")
          #expect(one["kind"] == resource["responseKind"]["kind"])
          #expect(one["metadata"] == meta)
          kinds += 1
        }
      }
    }
    #expect(kinds >= 39)
  }

  @Test func podsInTheirNodesNetworkHaveItsAddress() throws {
    let pods = try Demo.still.get("/api/v1/pods?labelSelector=app=kube-proxy")["items"].array
    #expect(pods.count == 4)
    #expect(pods.allSatisfy { $0["status"]["podIP"] == $0["status"]["hostIP"] })
  }

  @Test func podsAreAsLargeAsRealOnes() throws {
    let demo = Demo.still
    let sizes = try demo.get("/api/v1/pods")["items"].array.map { $0.encoded().count }.sorted()
    #expect((4_000...7_000).contains(sizes[sizes.count / 2]), "median \(sizes[sizes.count / 2]) bytes")
  }

  @Test func yamlIsServedWhereItIsAskedFor() throws {
    let demo = Demo.still
    let answer = try demo.response("/api/v1/namespaces/market", accept: "application/yaml")
    #expect(answer.head["Content-Type"] == "application/yaml")
    #expect(String(decoding: answer.body, as: UTF8.self).contains("kind: Namespace\n"))
  }
}
