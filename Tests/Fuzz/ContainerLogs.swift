// sources Sources/Cluster Sources/Cluster/Filtering Sources/Cluster/Findings Sources/Cluster/Redaction Sources/Cluster/View seeds Tests/Fuzz/Seeds/log.txt modules Document

import Document

/// Whatever a container writes: what is read of a line stands in it, and whatever somebody types as a filter is one or has a reason
/// why not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLogLines(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let lines = bytes.split(separator: 0x0A, maxSplits: 20, omittingEmptySubsequences: false)
  for line in lines { check(UnsafeRawBufferPointer(rebasing: line)) }
  do throws(PatternError) {
    let text = String(decoding: lines[0], as: UTF8.self)
    let filter = try LogFilter(text)
    precondition(filter.text == text)
  } catch {
    precondition(!error.message.isEmpty)
  }
  return 0
}

private func check(_ line: UnsafeRawBufferPointer) {
  _ = LogFields.level(of: line)
  guard let fields = LogFields.read(line) else { return }
  let all = [fields.levelField, fields.time, fields.message].compactMap { $0 } + fields.rest
  for field in all {
    for range in [field.key, field.value] {
      precondition(range.lowerBound >= 0 && range.upperBound <= line.count, "\(range) of \(line.count)")
    }
    let key = fields.key(field, line)
    _ = fields.text(field, line)
    _ = fields.value(at: key, line)
  }
  _ = fields.nanoseconds(line)
}
