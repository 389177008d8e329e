/// Writes lines of a log as a request wants them.
struct LogPrinter {
  let hasTimestamps: Bool
  /// How much may still be written; what goes beyond is cut in the middle of a line.
  private(set) var bytesLeft: Int?

  init(_ options: LogOptions) {
    hasTimestamps = options.hasTimestamps
    bytesLeft = options.limitBytes
  }

  var isFull: Bool { bytesLeft.map { $0 <= 0 } ?? false }

  mutating func write(_ moment: Moment, _ text: String, to out: inout Bytes) {
    if isFull { return }
    let start = out.count
    if hasTimestamps {
      out.put(nanoTime: moment)
      out.put(" ")
    }
    out.put(raw: text)
    out.put("\n")
    guard let left = bytesLeft else { return }
    if out.count - start > left { out.removeLast(out.count - start - left) }
    bytesLeft = left - (out.count - start)
  }
}

extension LogSource {
  /// All that there is at a moment, as the options want it.
  func text(_ options: LogOptions, now: Moment, _ printer: inout LogPrinter) -> Bytes {
    var out = Bytes()
    if let count = options.tailLines {
      for (moment, text) in tail(count, after: options.since, until: now) {
        printer.write(moment, text, to: &out)
      }
    } else {
      forEach(after: options.since, until: now) { printer.write($0, $1, to: &out) }
    }
    return out
  }
}
