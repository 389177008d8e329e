/// The place to answer one request: once, from any thread. One that is dropped unanswered answers 500.
package final class Responder: Sendable {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  deinit {
    guard !exchange.isAnswered else { return }
    respond(500, [Header("Content-Type", "text/plain")], body: Array("no answer was given\n".utf8))
  }

  /// A whole answer. A second one is ignored.
  package func respond(_ status: Int, _ headers: [Header] = [], body: [UInt8] = []) {
    guard exchange.begin(status, headers, length: body.count) else { return }
    exchange.write(body)
    exchange.finish()
  }

  /// A whole answer in pieces, which are sent from where they are.
  package func respond(_ status: Int, _ headers: [Header], pieces: [[UInt8]]) {
    guard exchange.begin(status, headers, length: pieces.reduce(0) { $0 + $1.count }) else { return }
    exchange.write(pieces: pieces)
    exchange.finish()
  }

  /// Called once when the answer is over, whichever side ended it, on the server's thread.
  package func onClose(_ body: @escaping @Sendable () -> Void) { exchange.onClose(body) }

  /// Begins an answer whose length is not known. After another answer the stream is closed from the start.
  package func stream(_ status: Int, _ headers: [Header] = []) -> ResponseStream {
    let isFirst = exchange.begin(status, headers, length: nil)
    return ResponseStream(isFirst ? exchange : nil)
  }
}

/// An answer whose end is not known yet (chunked). Every function may be called from any thread.
/// One that is dropped unfinished is aborted.
package final class ResponseStream: Sendable {
  private let exchange: Exchange?

  init(_ exchange: Exchange?) { self.exchange = exchange }

  deinit { exchange?.abort() }

  /// Ignored when the stream is over.
  package func write(_ bytes: [UInt8]) { exchange?.write(bytes) }
  /// Ends the answer well, after everything that was written.
  package func finish() { exchange?.finish() }
  /// Cuts the connection in the middle of the answer; what the kernel hasn't taken is lost.
  package func abort() { exchange?.abort() }

  package var isOpen: Bool { exchange?.isOpen ?? false }

  /// Bytes written that the kernel has not taken yet.
  package var backlogBytes: Int { exchange?.backlogBytes ?? 0 }

  /// Called once when the stream is over, whichever side ended it, on the server's thread; here and now if
  /// it is over already.
  package func onClose(_ body: @escaping @Sendable () -> Void) {
    if let exchange { exchange.onClose(body) } else { body() }
  }
}
