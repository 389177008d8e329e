import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

/// A server on a bad day.
@Suite struct FaultTests {
  private func statuses(_ fault: DemoOptions.Fault, _ count: Int = 60) throws -> [Int] {
    let demo = try Demo { $0.faults = [fault] }
    return (0..<count).map { _ in (try? demo.response("/api/v1/namespaces").head.status) ?? 0 }
  }

  @Test func someRequestsFailAndOthersDoNot() throws {
    for (fault, status) in [
      (DemoOptions.Fault.tooManyRequests, 429), (.serverError, 500), (.tokens, 401), (.drop, 0),
    ] {
      let found = try statuses(fault)
      #expect(found.contains(status) && found.contains(200), "\(fault): \(found)")
    }
  }

  @Test func answersAreCutInTheMiddle() throws {
    let demo = try Demo { $0.faults = [.truncate] }
    let bodies = try (0..<60).map { _ in try demo.response("/api/v1/namespaces").body }
    #expect(
      bodies.contains { JSON.parse($0).value == nil } && bodies.contains { JSON.parse($0).value != nil })
  }

  @Test func watchesExpire() throws {
    let demo = try Demo { $0.faults = [.expire] }
    let version = try demo.get("/api/v1/pods?limit=1").version
    let stream = demo.stream("/api/v1/pods?watch=true&resourceVersion=\(version)")
    #expect(waitUntil { stream.hasBegun })
    demo.server.advance(seconds: 20)
    #expect(waitUntil { stream.isOver })
    #expect(stream.events.last?["type"] == "ERROR")
    #expect(stream.events.last?["object"]["code"].int == 410)
  }
}
