import Dispatch
import Document
import HTTP

/// One page of a list on its way. Where the next one begins stands at the start of each, so that it can be asked for
/// while this one still comes in: a server takes as long to make a page as the network to carry it.
///
/// @unchecked: confined to the engine's queue.
final class PageFetch: @unchecked Sendable {
  typealias Answer = Result<Response, ErrorAnswer>

  private let engine: Engine
  private let target: WatchTarget
  private let token: String?
  private let limit: Int
  /// Set while this is the page that is waited for: only then the one behind it is asked for, never more.
  private var deliver: ((Answer) -> Void)?
  private var answer: Answer?
  private var nextToken: String?
  private var next: PageFetch?
  private var pending: PendingFetch?

  init(_ token: String?, limit: Int, of target: WatchTarget, engine: Engine) {
    self.engine = engine
    self.target = target
    self.token = token
    self.limit = limit
    let request = target.list(continueToken: token, limit: limit)
    pending = engine.fetch(request) { [weak self] start in
      self?.began(start)
    } whole: { [weak self] answer in
      self?.ended(answer)
    }
  }

  /// Calls back once, never before it returns: the page before this one is yet to be read.
  func wait(_ body: @escaping (Answer) -> Void) {
    deliver = body
    lookAhead()
    if answer != nil { engine.queue.async { [self] in handOver() } }
  }

  /// The page behind this one, if it is the one that is wanted.
  func takeNext(_ token: String?) -> PageFetch? {
    guard let next, next.token == token else { return nil }
    self.next = nil
    return next
  }

  func cancel() {
    deliver = nil
    pending?.cancel()
    next?.cancel()
  }

  private func began(_ start: [UInt8]) {
    start.withUnsafeBytes { bytes in
      let token = JSONSlice(bytes).member("metadata")?.member("continue")?.string ?? ""
      nextToken = token.isEmpty ? nil : token
    }
    lookAhead()
  }

  /// Small pages are first ones, for which nothing may take away from the line, or those of a bad connection.
  private func lookAhead() {
    guard deliver != nil, next == nil, let nextToken, limit >= WatchState.pageLimit else { return }
    next = PageFetch(nextToken, limit: limit, of: target, engine: engine)
  }

  private func ended(_ answer: Answer) {
    self.answer = answer
    handOver()
  }

  private func handOver() {
    guard let answer, let deliver else { return }
    self.deliver = nil
    deliver(answer)
  }
}
