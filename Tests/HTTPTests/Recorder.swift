import Foundation
import Synchronization
import TestSupport

@testable import HTTP

/// Keeps what a transfer tells, and pauses it when told to.
final class Recorder: Sendable {
  private struct State {
    var heads: [ResponseHead] = []
    var body: [UInt8] = []
    var pieces = 0
    var refusals = 0
    var ends: [HTTPError?] = []
    var pauses = false
    var pausesAtBytes: Int?
    var keepsBody = true
    var bodyBytes = 0
  }

  private let state = Mutex(State())

  init(pausing: Bool = false, keepingBody: Bool = true) {
    state.withLock {
      $0.pauses = pausing
      $0.keepsBody = keepingBody
    }
  }

  func take(_ event: TransferEvent) -> Flow {
    state.withLock { state in
      switch event {
      case .head(let head): state.heads.append(head)
      case .body(let bytes):
        if state.pauses {
          state.refusals += 1
          return .pause
        }
        state.pieces += 1
        state.bodyBytes += bytes.count
        if state.keepsBody { state.body.append(contentsOf: bytes) }
      case .ended(let error): state.ends.append(error)
      }
      return .more
    }
  }

  /// To be followed by the transfer's `resume` when it no longer pauses.
  func pause(_ pauses: Bool) { state.withLock { $0.pauses = pauses } }

  var status: Int? { state.withLock { $0.heads.first?.status } }
  var head: ResponseHead? { state.withLock { $0.heads.first } }
  var heads: Int { state.withLock { $0.heads.count } }
  var body: [UInt8] { state.withLock(\.body) }
  var text: String { String(decoding: body, as: UTF8.self) }
  var bytes: Int { state.withLock(\.bodyBytes) }
  var pieces: Int { state.withLock(\.pieces) }
  var refusals: Int { state.withLock(\.refusals) }
  var ends: [HTTPError?] { state.withLock(\.ends) }
  var hasEnded: Bool { state.withLock { !$0.ends.isEmpty } }

  /// How it ended; nil for well. `.lost` with "no end" when it did not in time.
  func waitForEnd(seconds: Double = 20) -> HTTPError? {
    guard waitUntil(seconds: seconds, { hasEnded }) else { return .lost(place: "test", why: "no end") }
    return ends[0]
  }
}

/// What a fetch came to, as one value to compare.
func outcome(_ getter: Getter, _ path: String = "/") -> Result<Response, HTTPError> {
  do throws(HTTPError) { return .success(try getter.fetch(ReadRequest(path))) } catch {
    return .failure(error)
  }
}

extension Result where Success == Response, Failure == HTTPError {
  var error: HTTPError? { if case .failure(let error) = self { error } else { nil } }
  var status: Int? { if case .success(let response) = self { response.head.status } else { nil } }
  var text: String? {
    if case .success(let response) = self { String(decoding: response.body, as: UTF8.self) } else { nil }
  }
}

extension Getter {
  /// A session of its own for one test.
  init(port: Int, session: HTTPSession = HTTPSession()) {
    self.init(session: session, server: Server(base: "http://127.0.0.1:\(port)"))
  }
}
