import CScan

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads name and labels out of the bytes of a series (`ExpositionSample.series`, in either format). Of other bytes
/// it reads what it can and stays within them.
package struct SeriesText {
  private let bytes: UnsafeRawBufferPointer

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The labels with the metric's name, unescaped; nil where a label comes twice, which Prometheus refuses.
  package var labels: Labels? {
    var pairs: [Pair] = []
    var isSorted = true
    var hasEscapedName = false
    eachLabel { name, value in
      let pair = Pair(name: name.isEmpty ? Self.metricName : name, value: value)
      if let last = pairs.last, !(last < pair) { isSorted = false }
      if pair.name.contains(0x5C) { hasEscapedName = true }
      pairs.append(pair)
      return true
    }
    if hasEscapedName { return Self.labelsByText(pairs) }
    if !isSorted {
      pairs.sort()
      for place in pairs.indices.dropFirst() where !(pairs[place - 1] < pairs[place]) { return nil }
    }
    var all: [Label] = []
    all.reserveCapacity(pairs.count)
    for pair in pairs where !pair.value.isEmpty {
      all.append(Label(String(decoding: pair.name, as: UTF8.self), Self.unescaped(pair.value)))
    }
    return Labels(sorted: all)
  }

  /// A label as it stands, ordered by name, byte for byte.
  private struct Pair: Comparable {
    var name: UnsafeRawBufferPointer
    var value: UnsafeRawBufferPointer

    static func < (one: Pair, other: Pair) -> Bool {
      guard let left = one.name.baseAddress, let right = other.name.baseAddress else {
        return one.name.count < other.name.count
      }
      let order = memcmp(left, right, min(one.name.count, other.name.count))
      return order == 0 ? one.name.count < other.name.count : order < 0
    }

    static func == (one: Pair, other: Pair) -> Bool { !(one < other) && !(other < one) }
  }

  private static var metricName: UnsafeRawBufferPointer {
    let name: StaticString = "__name__"
    return UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
  }

  /// For names with escapes, which say another name than their bytes.
  private static func labelsByText(_ pairs: [Pair]) -> Labels? {
    var values: [String: String] = [:]
    for pair in pairs where values.updateValue(unescaped(pair.value), forKey: unescaped(pair.name)) != nil {
      return nil
    }
    return Labels(values.map { Label($0.key, $0.value) })
  }

  /// The value of one label as it stands, escapes and all (`unescaped` takes them away); nil where there is no
  /// such label. The name is compared as it stands.
  package func value(of label: StaticString) -> UnsafeRawBufferPointer? {
    var found: UnsafeRawBufferPointer?
    eachLabel { name, value in
      guard name.count == label.utf8CodeUnitCount, !name.isEmpty,
        memcmp(name.baseAddress!, label.utf8Start, name.count) == 0
      else { return true }
      found = value
      return false
    }
    return found
  }

  /// Names and values as they stand, in their order, until the closure answers false. The metric's name comes
  /// with an empty label name.
  package func eachLabel(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool) {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    var at = scan_name(base, bytes.count)
    if at > 0, !body(none, slice(0, at)) { return }
    while at < bytes.count {
      let byte = bytes[at]
      if byte != 0x22, !isLabelByte(byte) {
        at += 1  // '{', ',', '}' or a blank
        continue
      }
      let name = text(&at)
      skipBlanks(&at)
      guard at < bytes.count, bytes[at] == 0x3D else {
        if !body(none, name) { return }
        continue
      }
      at += 1
      skipBlanks(&at)
      if !body(name, text(&at)) { return }
    }
  }

  /// A text without its escapes `\\`, `\"` and `\n`; any other backslash stays.
  package static func unescaped(_ raw: UnsafeRawBufferPointer) -> String {
    guard let base = raw.baseAddress, memchr(base, 0x5C, raw.count) != nil else {
      return String(decoding: raw, as: UTF8.self)
    }
    return String(unsafeUninitializedCapacity: raw.count) { text in
      var (from, to) = (0, 0)
      while from < raw.count {
        var byte = raw[from]
        if byte == 0x5C, from + 1 < raw.count, let plain = Self.escape(raw[from + 1]) {
          byte = plain
          from += 1
        }
        text[to] = byte
        from += 1
        to += 1
      }
      return to
    }
  }

  private static func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x5C, 0x22: byte
    case 0x6E: 0x0A
    default: nil
    }
  }

  /// A HELP text without its escapes: text format has no `\"`.
  package static func help(_ raw: UnsafeRawBufferPointer, _ format: ExpositionFormat) -> String {
    if format == .openMetrics { return unescaped(raw) }
    var text: [UInt8] = []
    var at = 0
    while at < raw.count {
      if raw[at] == 0x5C, at + 1 < raw.count, raw[at + 1] != 0x22, let plain = escape(raw[at + 1]) {
        text.append(plain)
        at += 2
      } else {
        text.append(raw[at])
        at += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A quoted text or a plain name from `at` on, which ends behind it.
  private func text(_ at: inout Int) -> UnsafeRawBufferPointer {
    let start = at
    guard at < bytes.count, let base = bytes.bindMemory(to: UInt8.self).baseAddress else {
      return slice(0, 0)
    }
    guard bytes[at] == 0x22 else {
      while at < bytes.count, isLabelByte(bytes[at]) { at += 1 }
      return slice(start, at)
    }
    var escaped: CInt = 0
    let end = start + 1 + scan_quoted_line(base + start + 1, bytes.count - start - 1, &escaped)
    at = min(end + 1, bytes.count)
    return slice(start + 1, end)
  }

  private func slice(_ from: Int, _ to: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[from..<to])
  }

  private func skipBlanks(_ at: inout Int) {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
  }

  private func isLabelByte(_ byte: UInt8) -> Bool {
    byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F
  }
}
