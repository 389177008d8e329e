import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

@Suite struct ServerTests {
  @Test func onTheWallClockThingsHappenByThemselves() throws {
    var options = DemoOptions()
    options.churnPerSecond = 20
    let server = try DemoServer(options)
    let session = HTTPSession()
    defer {
      session.shutdown()
      server.stop()
    }
    let getter = Getter(session: session, server: Server(base: server.url))
    let list =
      try JSON.parse(getter.fetch(ReadRequest("/api/v1/pods", [QueryItem("limit", "1")])).body).value ?? .null
    var request = ReadRequest(
      "/api/v1/pods", [QueryItem("watch", "true"), QueryItem("resourceVersion", list.version)])
    request.idleTimeoutSeconds = nil
    let stream = LineStream(getter, request)
    #expect(stream.wait(count: 10))
    #expect(stream.events[0]["type"].string != nil)
  }

  @Test func aUnixSocketWillDo() throws {
    let directory = temporaryDirectory()
    let server = try DemoServer(DemoOptions(), listen: .unix(path: directory.file("api.sock")))
    let session = HTTPSession()
    defer {
      session.shutdown()
      server.stop()
    }
    var place = Server(base: "http://localhost")
    place.unixSocket = directory.file("api.sock")
    let answer = try Getter(session: session, server: place).fetch(ReadRequest("/version"))
    #expect(answer.head.status == 200)
    #expect(server.port == 0)
  }

  @Test func aTakenPortIsSaid() throws {
    let demo = Demo.still
    do throws(DemoError) {
      _ = try DemoServer(DemoOptions(), listen: .tcp(host: "127.0.0.1", port: demo.server.port))
      Issue.record("it listened twice")
    } catch {
      #expect(error.advice.hasPrefix("The demo cluster cannot listen on 127.0.0.1:\(demo.server.port): "))
    }
  }

  @Test func aCrowdHasAsManyPodsAsAskedOnNodesThatHoldThem() throws {
    let demo = try Demo {
      $0.pods = 700
      $0.churnPerSecond = 50
    }
    let page = try demo.get("/api/v1/pods?limit=100")
    #expect(100 + (page["metadata"]["remainingItemCount"].int ?? 0) == 700)
    let ready = try demo.rows("/apis/apps/v1/namespaces/crowd-1/deployments")
    #expect(ready.first?.contains("| 40/40 | 40 | 40 |") == true)
    let stream = demo.stream("/api/v1/pods?watch=true&resourceVersion=\(page.version)")
    #expect(waitUntil { stream.hasBegun })
    demo.server.advance(seconds: 10)
    #expect(stream.wait(count: 450))
    var perNode: [String: Int] = [:]
    for pod in try demo.get("/api/v1/pods")["items"].array {
      perNode[pod["spec"]["nodeName"].string ?? "", default: 0] += 1
    }
    #expect(perNode.filter { $0.key.hasPrefix("pier-") }.allSatisfy { $0.value <= 110 })
  }
}
