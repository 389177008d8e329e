import Document

extension LogFields {
  /// All fields, in the order they are drawn in: level, time, message, then the rest.
  package var all: [Field] { [levelField, time, message].compactMap { $0 } + rest }

  /// A key as it is written; what has none is named by what it means.
  package func key(_ field: Field, _ line: UnsafeRawBufferPointer) -> String {
    field.key.isEmpty ? (field == time ? "time" : "msg") : String(decoding: line[field.key], as: UTF8.self)
  }

  /// A value as a text, its escapes resolved; objects and lists as they are written.
  package func text(_ field: Field, _ line: UnsafeRawBufferPointer) -> String {
    let raw = UnsafeRawBufferPointer(rebasing: line[field.value])
    guard field.hasEscapes else { return String(decoding: raw, as: UTF8.self) }
    // With its quotes it is a JSON string; logfmt's escapes are Go's, which are nearly the same.
    let quoted = UnsafeRawBufferPointer(
      rebasing: line[max(0, field.value.lowerBound - 1)..<min(line.count, field.value.upperBound + 1)])
    return JSONSlice(quoted).string ?? String(decoding: raw, as: UTF8.self)
  }

  /// The value at a key; of nested objects with dots between: "http.status". Letters of either case alike.
  package func value(at path: String, _ line: UnsafeRawBufferPointer) -> String? {
    if let field = all.first(where: { Self.isSame(key($0, line), path) }) { return text(field, line) }
    guard form == .json else { return nil }
    var dot = path.firstIndex(of: ".")
    while let at = dot {
      let head = String(path[..<at])
      if let field = all.first(where: { Self.isSame(key($0, line), head) }) {
        let rest = path[path.index(after: at)...].split(separator: ".").map(String.init)
        let inner = JSONSlice(UnsafeRawBufferPointer(rebasing: line[field.value]))
        if let found = Self.value(at: rest[...], in: inner) { return found }
      }
      dot = path[path.index(after: at)...].firstIndex(of: ".")
    }
    return nil
  }

  private static func value(at path: ArraySlice<String>, in slice: JSONSlice) -> String? {
    guard let head = path.first else {
      return slice.string ?? String(decoding: slice.bytes, as: UTF8.self)
    }
    guard slice.isObject else { return nil }
    var found: JSONSlice?
    _ = slice.eachMember { key, value in
      if found == nil, isSame(String(decoding: key, as: UTF8.self), head) { found = value }
    }
    return found.flatMap { value(at: path.dropFirst(), in: $0) }
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && ByteScan.lowercased(a) == ByteScan.lowercased(b)
  }

  /// The line's own time in nanoseconds since 1970, where it can be read: RFC 3339, a number of seconds or of parts of them,
  /// log4j's and MongoDB's objects.
  package func nanoseconds(_ line: UnsafeRawBufferPointer) -> Int64? {
    guard let time else { return nil }
    let raw = UnsafeRawBufferPointer(rebasing: line[time.value])
    if raw.first == UInt8(ascii: "{") {
      let slice = JSONSlice(raw)
      if let date = slice["$date"]?.epochNanoseconds { return date }
      guard let seconds = slice["epochSecond"]?.int else { return nil }
      return Self.nanoseconds(seconds, scale: 1_000_000_000).map {
        $0 &+ Int64(slice["nanoOfSecond"]?.int ?? 0)
      }
    }
    if let stamp = Timestamp(raw)?.nanosecondsSinceEpoch { return stamp }
    guard let number = Double(String(decoding: raw, as: UTF8.self)), number > 1e8, number < 9.2e18 else {
      return nil
    }
    // Seconds have ten digits until 2286, milliseconds thirteen, and so on.
    let scale = number < 1e11 ? 1e9 : number < 1e14 ? 1e6 : number < 1e17 ? 1e3 : 1
    return Int64(exactly: (number * scale).rounded())
  }

  private static func nanoseconds(_ seconds: Int, scale: Int64) -> Int64? {
    let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: scale)
    return overflow ? nil : product
  }
}
