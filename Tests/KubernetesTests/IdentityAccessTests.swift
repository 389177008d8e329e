import Cluster
import Dispatch
import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// What becomes of a credential over time: files that change, plug-ins that are asked again, answers of 401.
struct IdentityAccessTests {
  private static let oncall: JSON = ["username": "oncall", "groups": []]
  private let session = HTTPSession()
  private let clock = Clock()

  /// A clock that a test turns.
  final class Clock: Sendable {
    private let value = Mutex<Int64>(1_000_000)
    var now: Int64 { value.withLock { $0 } }
    func advance(_ seconds: Int64) { value.withLock { $0 += seconds } }
  }

  private func access(_ kubeconfig: String, reloads: Bool = false) throws -> Access {
    var overrides = Overrides()
    overrides.kubeconfig = kubeconfig
    let given = overrides
    let clock = clock
    return Access(
      try Connection.resolve(given), reload: { reloads ? try? Connection.resolve(given) : nil },
      now: { clock.now })
  }

  private func status(_ getter: Getter) throws -> Int {
    try getter.fetch(ReadRequest("/version")).head.status
  }

  private func runs(_ server: TestServer) -> Int {
    (try? String(contentsOfFile: server.folder.file("plugin.runs"), encoding: .utf8))?.utf8.count ?? 0
  }

  /// Prints a token that counts its runs: "token-1", "token-2"...
  private func countingPlugin(_ server: TestServer, expires: Int64? = nil) throws -> JSON {
    let end = expires.map { #","expirationTimestamp":"\#(Self.text($0))""# } ?? ""
    let script = #"""
      printf x >> "$0.runs"
      printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",'
      printf '"status":{"token":"token-%s"\#(end)}}' $(wc -c < "$0.runs")
      exit 0
      """#
    return try plugin(server, status: "{}", script)
  }

  private static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  // MARK: Files

  @Test func aTokenFileIsReadAgainAfterAMinute() throws {
    let server = try TestServer()
    server.accept(["new": Self.oncall])
    let file = server.folder.write("old", to: "token")
    let access = try access(server.kubeconfig(user: ["tokenFile": .string(file)]))
    let getter = try access.getter(over: session)
    #expect(try status(getter) == 401)
    server.folder.write("new", to: "token")
    #expect(try status(getter) == 401)
    clock.advance(61)
    #expect(try status(getter) == 200)
  }

  @Test func aTokenFileIsReadAgainUponA401() throws {
    let server = try TestServer()
    server.accept(["new": Self.oncall])
    let file = server.folder.write("old", to: "token")
    let access = try access(server.kubeconfig(user: ["tokenFile": .string(file)]))
    let getter = try access.getter(over: session)
    #expect(try status(getter) == 401)
    #expect(!access.refreshed(after: 401), "the file still holds the same token")
    server.folder.write("new", to: "token")
    #expect(access.refreshed(after: 401))
    #expect(try status(getter) == 200)
  }

  @Test func aTokenFileThatIsGoneKeepsTheTokenItHad() throws {
    let server = try TestServer()
    server.accept(["old": Self.oncall])
    let file = server.folder.write("old", to: "token")
    let access = try access(server.kubeconfig(user: ["tokenFile": .string(file)]))
    let getter = try access.getter(over: session)
    try FileManager.default.removeItem(atPath: file)
    clock.advance(61)
    #expect(try status(getter) == 200)
  }

  @Test func aTokenThatAnotherProgramWroteIntoTheKubeconfigIsTakenUponA401() throws {
    let server = try TestServer()
    server.accept(["new": Self.oncall])
    let access = try access(server.kubeconfig(user: ["token": "old"]), reloads: true)
    let getter = try access.getter(over: session)
    #expect(try status(getter) == 401)
    #expect(
      access.refresh()
        == Unavailable("the server refused the credential of user \"u\": token"))
    _ = server.kubeconfig(user: ["token": "new"])
    #expect(access.refresh() == nil)
    #expect(try status(getter) == 200)
  }

  @Test func aCertificateFileThatWasReplacedAfterItsEndIsReadAgain() throws {
    let server = try TestServer(["--require"])
    let authority = TestAuthority.shared
    server.folder.write(authority.text("expired-jane.crt"), to: "jane.crt")
    server.folder.write(authority.text("jane.key"), to: "jane.key")
    let user: JSON = ["client-certificate": "jane.crt", "client-key": "jane.key"]
    let access = try access(server.kubeconfig(user: user))
    clock.advance(Int64(time(nil)) - clock.now)
    let expired = try access.getter(over: session)
    #expect(throws: HTTPError.self) { try status(expired) }
    server.folder.write(authority.text("jane.crt"), to: "jane.crt")
    clock.advance(11)
    #expect(try status(try access.getter(over: session)) == 200)
  }

  @Test func onlyA401AsksForAnotherCredential() throws {
    let server = try TestServer()
    let access = try access(server.kubeconfig(user: try countingPlugin(server)))
    _ = try access.getter(over: session)
    #expect(!access.refreshed(after: 403))
    #expect(!access.refreshed(after: 500))
    #expect(runs(server) == 1)
  }

  // MARK: Plug-ins

  @Test func aPluginRunsOnceForAllThatAsk() throws {
    let server = try TestServer()
    let access = try access(server.kubeconfig(user: try countingPlugin(server)))
    let session = session
    DispatchQueue.concurrentPerform(iterations: 4) { _ in _ = try? access.getter(over: session) }
    #expect(runs(server) == 1)
  }

  @Test func aPluginRunsOnceForManyAnswersOf401() throws {
    let server = try TestServer()
    let access = try access(server.kubeconfig(user: try countingPlugin(server)))
    _ = try access.getter(over: session)
    let refreshed = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      if access.refreshed(after: 401) { refreshed.add(1, ordering: .relaxed) }
    }
    #expect(refreshed.load(ordering: .relaxed) == 4)
    #expect(runs(server) == 2)
  }

  @Test func aCredentialThatEndedIsNotUsedAgain() throws {
    let server = try TestServer()
    server.accept(["token-2": Self.oncall])
    let access = try access(
      server.kubeconfig(user: try countingPlugin(server, expires: clock.now + 600)))
    _ = try access.getter(over: session)
    clock.advance(599)
    _ = try access.getter(over: session)
    #expect(runs(server) == 1)
    clock.advance(2)
    #expect(try status(try access.getter(over: session)) == 200)
    #expect(runs(server) == 2)
  }

  @Test func aCredentialIsRenewedBeforeItEndsWhileRequestsGoOn() throws {
    let server = try TestServer()
    server.accept(["token-1": Self.oncall, "token-2": Self.oncall])
    let access = try access(
      server.kubeconfig(user: try countingPlugin(server, expires: clock.now + 600)))
    let getter = try access.getter(over: session)
    clock.advance(550)
    #expect(try status(getter) == 200)
    #expect(waitUntil { runs(server) == 2 })
    server.accept(["token-2": Self.oncall])
    #expect(waitUntil { (try? status(getter)) == 200 })
  }

  @Test func aPluginsNewCertificateIsShownByANewGetter() throws {
    let server = try TestServer(["--require"])
    let authority = TestAuthority.shared
    func write(_ certificate: String) throws -> JSON {
      let status: JSON = [
        "clientCertificateData": .string(authority.text(certificate)),
        "clientKeyData": .string(authority.text("jane.key")),
      ]
      return try plugin(server, status: status.text)
    }
    let access = try access(server.kubeconfig(user: try write("other-jane.crt")))
    let refused = try access.getter(over: session)
    #expect(throws: HTTPError.self) { try status(refused) }
    _ = try write("jane.crt")
    #expect(access.refreshed(after: 401))
    #expect(try status(try access.getter(over: session)) == 200)
  }

  @Test func aFailureIsTheReadersWordsToo() throws {
    let server = try TestServer()
    let user = try plugin(server, status: "{}", "echo no session >&2; exit 1")
    let upstream = try access(server.kubeconfig(user: user)).upstream
    guard case .failure(let problem) = upstream.getter(session) else {
      Issue.record("there is a getter without a credential")
      return
    }
    #expect(problem.why.hasSuffix("plugin ended with exit code 1: no session"))
    #expect(upstream.place.context == "test" && upstream.place.namespace == "shop")
  }

  // MARK: Consent

  @Test func changesGoThroughAClientThatWasAskedFor() throws {
    let server = try TestServer()
    server.accept(["abc": Self.oncall])
    let access = try access(server.kubeconfig(user: ["token": "abc"]))
    let client = try access.writable(over: session)
    let response = try client.fetch(Request(method: "DELETE", path: "/api/v1/namespaces/shop/pods/x"))
    #expect(response.head.status == 404)
    #expect(server.requests.last?["method"].string == "DELETE")
    #expect(server.requests.last?["user"].string == "oncall")
  }
}
