/// Log lines on their way from a stream to the ring, already cut at their line ends.
package struct LogChunk: Sendable {
  /// One line of `bytes`, without its end and without the timestamp the server put before it. There may be a
  /// million of them: 24 bytes each.
  package struct Line: Sendable {
    /// Nanoseconds since 1970 as the node stamped it; 0 where it did not.
    package var nanoseconds: Int64
    private var start32: UInt32
    private var length32: UInt32
    /// Which container, as an index into `sources`; a mark of ours where `isMark`.
    package var source: UInt16
    private var flags: UInt8

    private static let markFlag: UInt8 = 1
    private static let continuesFlag: UInt8 = 2

    package var start: Int {
      get { Int(start32) }
      set { start32 = UInt32(clamping: newValue) }
    }
    package var length: Int { Int(length32) }
    /// Not from the log but about it: "--- stream ended: Completed ---", "--- 1,204 lines lost ---".
    package var isMark: Bool { flags & Self.markFlag != 0 }
    /// Goes on what the line before it of the same source says: a stack trace.
    package var continues: Bool {
      get { flags & Self.continuesFlag != 0 }
      set { flags = newValue ? flags | Self.continuesFlag : flags & ~Self.continuesFlag }
    }

    package init(start: Int, length: Int, nanoseconds: Int64, source: UInt16, isMark: Bool = false) {
      start32 = UInt32(clamping: start)
      length32 = UInt32(clamping: length)
      self.nanoseconds = nanoseconds
      self.source = source
      flags = isMark ? Self.markFlag : 0
    }
  }

  /// Where the lines of the need come from; the same in every chunk once known, but for those that joined.
  package var sources: [LogSource]
  package var bytes: [UInt8]
  package var lines: [Line]
  /// Gives the stream room again when the main thread has taken the chunk: back-pressure down to the socket.
  package var credit: Credit?

  package init(sources: [LogSource], bytes: [UInt8] = [], lines: [Line] = [], credit: Credit? = nil) {
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
