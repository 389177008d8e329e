/// Log lines on their way from a stream to the ring, already cut at their line ends.
package struct LogChunk: Sendable {
  /// One line of `bytes`, without its end and without the timestamp the server put before it.
  package struct Line: Sendable {
    package var start: Int
    package var length: Int
    /// Nanoseconds since 1970 as the node stamped it; 0 where it did not.
    package var nanoseconds: Int64
    /// Which container, as an index into `sources`; a mark of ours where `isMark`.
    package var source: UInt16
    /// Not from the log but about it: "--- stream ended: Completed ---", "--- 1,204 lines lost ---".
    package var isMark: Bool
    package init(start: Int, length: Int, nanoseconds: Int64, source: UInt16, isMark: Bool = false) {
      self.start = start
      self.length = length
      self.nanoseconds = nanoseconds
      self.source = source
      self.isMark = isMark
    }
  }

  /// The names of all containers the need covers; the same in every chunk once known.
  package var sources: [String]
  package var bytes: [UInt8]
  package var lines: [Line]
  /// Gives the stream room again when the main thread has taken the chunk: back-pressure down to the socket.
  package var credit: Credit?

  package init(sources: [String], bytes: [UInt8] = [], lines: [Line] = [], credit: Credit? = nil) {
    self.sources = sources
    self.bytes = bytes
    self.lines = lines
    self.credit = credit
  }
}

/// Runs an action once, when the last owner lets go of it.
package final class Credit: Sendable {
  private let action: @Sendable () -> Void
  package init(_ action: @escaping @Sendable () -> Void) { self.action = action }
  deinit { action() }
}
