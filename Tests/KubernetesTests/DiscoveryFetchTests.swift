import Cluster
import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Discovery over HTTP: new servers, old ones, and servers that answer half of it.
struct DiscoveryFetchTests {
  private static let aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

  /// Answers with fixtures; what is not named is "404 page not found" in plain text, as API servers say it.
  private func serve(
    _ files: [String: String], status: [String: Int] = [:], _ asked: Paths = Paths()
  ) throws -> HTTPServer {
    var bodies: [String: [UInt8]] = [:]
    for (path, file) in files { bodies[path] = try Discovery.fixture(file).encoded() }
    let known = bodies
    return try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      asked.add(request.path)
      let plain = [Header("Content-Type", "text/plain; charset=utf-8")]
      if let code = status[request.path] {
        responder.respond(code, plain, body: Array("service unavailable\n".utf8))
      } else if let body = known[request.path] {
        let wantsIt = request["Accept"]?.contains(Self.aggregated) == true
        let type = wantsIt ? Self.aggregated : "application/json"
        responder.respond(200, [Header("Content-Type", type)], body: body)
      } else {
        responder.respond(404, plain, body: Array("404 page not found\n".utf8))
      }
    }
  }

  private final class Paths: Sendable {
    private let list = Mutex<[String]>([])
    func add(_ path: String) { list.withLock { $0.append(path) } }
    var all: [String] { list.withLock { $0 } }
  }

  private func getter(_ server: HTTPServer) -> Getter {
    Getter(session: HTTPSession(), server: Server(base: "http://127.0.0.1:\(server.port)"))
  }

  @Test func aNewServerTellsAllInTwoAnswers() throws {
    let asked = Paths()
    let server = try serve(["/api": "api.aggregated.json", "/apis": "apis.aggregated.json"], asked)
    defer { server.stop() }
    let discovery = try Discovery.fetch(getter(server))
    #expect(discovery.kinds.count == 33)
    #expect(discovery.outages == [])
    #expect(asked.all.sorted() == ["/api", "/apis"])
  }

  @Test func anOldServerIsAskedForEachGroupVersion() throws {
    let server = try serve(oldServer)
    defer { server.stop() }
    let discovery = try Discovery.fetch(getter(server))
    #expect(discovery.kinds.first?.id == "v1/componentstatuses")
    #expect(discovery.kinds.contains { $0.id == "autoscaling/v2/horizontalpodautoscalers" })
    #expect(discovery.alternates.map(\.id).contains("autoscaling/v1/horizontalpodautoscalers"))
    #expect(discovery.kinds.named("deploy")?.id == "apps/v1/deployments")
    #expect(
      Set(discovery.outages) == [
        Discovery.Outage(groupVersion: "metrics.k8s.io/v1beta1", why: "404: 404 page not found"),
        Discovery.Outage(
          groupVersion: "kustomize.toolkit.fluxcd.io/v1beta2", why: "404: 404 page not found"),
      ])
  }

  @Test func aGroupWhoseServerIsDownHidesNothingElseOnAnOldServer() throws {
    let server = try serve(oldServer, status: ["/apis/metrics.k8s.io/v1beta1": 503])
    defer { server.stop() }
    let discovery = try Discovery.fetch(getter(server))
    #expect(
      discovery.outages.first { $0.groupVersion.hasPrefix("metrics") }?.why == "503: service unavailable")
    #expect(discovery.kinds.contains { $0.id == "example.com/v1/widgets" })
  }

  @Test func halfOfItIsBetterThanNothing() throws {
    let server = try serve(["/api": "api.aggregated.json"], status: ["/apis": 502])
    defer { server.stop() }
    let discovery = try Discovery.fetch(getter(server))
    #expect(discovery.kinds.contains { $0.id == "v1/pods" })
    #expect(
      discovery.outages == [Discovery.Outage(groupVersion: "/apis", why: "502: service unavailable")])
  }

  @Test func nothingAtAllIsAnErrorInTheServersWords() throws {
    let server = try serve([:])
    defer { server.stop() }
    #expect(throws: DiscoveryError.refused(status: 404, why: "404 page not found")) {
      try Discovery.fetch(getter(server))
    }
  }

  @Test func aLoginPageIsNoKubernetes() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in
      let page = "<html><title>\u{1B}[31mSign in</title></html>"
      responder.respond(200, [Header("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
    }
    defer { server.stop() }
    #expect(throws: DiscoveryError.notKubernetes(why: "200 text/html, titled \"[31mSign in\"")) {
      try Discovery.fetch(getter(server))
    }
  }

  @Test func aServerThatIsNotThereIsLost() throws {
    let port = try freePort()
    let getter = Getter(session: HTTPSession(), server: Server(base: "http://127.0.0.1:\(port)"))
    do throws(DiscoveryError) {
      _ = try Discovery.fetch(getter)
      Issue.record("nobody answered")
    } catch {
      #expect(error.advice.contains("127.0.0.1:\(port) can't be reached"))
    }
  }

  private var oldServer: [String: String] {
    var files = ["/api": "api.legacy.json", "/apis": "apis.legacy.down.json", "/api/v1": "groups/v1.json"]
    for name in [
      "apps_v1", "autoscaling_v1", "autoscaling_v2", "events.k8s.io_v1", "authorization.k8s.io_v1",
      "cert-manager.io_v1", "example.com_v1", "kustomize.toolkit.fluxcd.io_v1", "networking.k8s.io_v1",
    ] {
      files["/apis/" + name.replacing("_", with: "/")] = "groups/\(name).json"
    }
    return files
  }
}
