import Dispatch
import HTTP
import Synchronization

/// What is wrong with the server on purpose, for clients that have to live with it.
final class Faults: Sendable {
  private let kinds: Set<DemoOptions.Fault>
  private let dice: Mutex<Dice>
  private static let timers = DispatchQueue(label: "demo.faults")

  init(_ kinds: Set<DemoOptions.Fault>, seed: UInt64) {
    self.kinds = kinds
    dice = Mutex(Dice(seed: seed ^ 0xfa017))
  }

  private func happens(_ kind: DemoOptions.Fault, _ chance: Double) -> Bool {
    kinds.contains(kind) && dice.withLock { $0.chance(chance) }
  }

  private func seconds(_ range: ClosedRange<Double>) -> Double { dice.withLock { $0.between(range) } }

  private static func later(_ seconds: Double, _ action: @escaping @Sendable () -> Void) {
    timers.asyncAfter(deadline: .now() + .milliseconds(Int(seconds * 1_000)), execute: action)
  }

  /// Lets a request through, late perhaps, or answers it in its stead. Health checks are spared.
  func admit(_ request: ServerRequest, _ responder: Responder, _ body: @escaping @Sendable () -> Void) {
    if kinds.isEmpty || ["/readyz", "/livez", "/healthz"].contains(request.path) { return body() }
    if happens(.drop, 0.15) {
      let stream = responder.stream(200, [Header("Content-Type", "application/json")])
      stream.abort()
      return
    }
    if happens(.tooManyRequests, 0.25) {
      responder.respond(
        429,
        [
          Header("Cache-Control", "no-cache, private"), Header("Content-Type", "text/plain; charset=utf-8"),
          Header("Retry-After", "1"), Header("X-Content-Type-Options", "nosniff"),
        ], body: Array("Too many requests, please try again later.\n".utf8))
      return
    }
    let refusal: Failure? =
      happens(.serverError, 0.2)
      ? Failure(code: 500, message: "etcdserver: request timed out")
      : happens(.tokens, 0.2) ? .unauthorized : nil
    if let refusal {
      responder.respond(refusal.code, [Header("Content-Type", "application/json")], body: refusal.status)
      return
    }
    if kinds.contains(.slow) { Faults.later(seconds(0.3...3), body) } else { body() }
  }

  /// What is sent of an answer: all of it, or its first half, as if a proxy had cut it.
  func sent(_ body: Bytes) -> Bytes {
    happens(.truncate, 0.2) && body.count > 20 ? Array(body.prefix(body.count / 2)) : body
  }

  /// Cuts a stream after a while.
  func watch(_ stream: ResponseStream) {
    if kinds.contains(.drop) { Faults.later(seconds(2...20)) { stream.abort() } }
  }

  /// After how many seconds a watch is told that its version is too old; nil: never.
  var expirySeconds: Double? { kinds.contains(.expire) ? seconds(3...15) : nil }
}
