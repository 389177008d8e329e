import CScan

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Walks over lines of a page. Every line it sees ends with a newline, which no step goes over but `newline()`,
/// so that looking at `byte` needs no test for the end.
struct LineCursor {
  var at: UnsafePointer<UInt8>
  /// Behind the last newline.
  let end: UnsafePointer<UInt8>
  /// Whether bytes above 0x7F may occur, so that texts must be validated.
  let hasHighBytes: Bool
  /// What the first step that failed had expected; it failed at `at`.
  private(set) var expected: StaticString = ""

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    at = start
    end = start + count
    hasHighBytes = scan_ascii(start, count) < count
  }

  @inline(__always)
  var byte: UInt8 { at.pointee }

  @inline(__always)
  var remaining: Int { end - at }

  /// Always false: `return cursor.fail("a digit")`.
  @inline(never)
  mutating func fail(_ expected: StaticString) -> Bool {
    self.expected = expected
    return false
  }

  @inline(__always)
  mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: wanted) else { return false }
    at += 1
    return true
  }

  /// Spaces and tabs; false where there was none.
  @inline(__always) @discardableResult
  mutating func blanks() -> Bool {
    guard byte == 0x20 || byte == 0x09 else { return false }
    repeat { at += 1 } while byte == 0x20 || byte == 0x09
    return true
  }

  @inline(__always)
  mutating func toLineEnd() {
    // Found without fail: the last byte is a newline.
    at = UnsafePointer(memchr(at, 0x0A, remaining)!.assumingMemoryBound(to: UInt8.self))
  }

  /// Bytes from `start` to here.
  @inline(__always)
  func slice(from start: UnsafePointer<UInt8>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: at - start)
  }

  /// `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  @inline(__always)
  mutating func metricName() -> Bool {
    guard byte &- 0x30 > 9 else { return fail("a metric's name") }
    let length = scan_name(at, remaining)
    guard length > 0 else { return fail("a metric's name") }
    at += length
    return true
  }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`. Label names are short: byte by byte.
  @inline(__always)
  mutating func labelName() -> Bool {
    guard byte | 0x20 &- 0x61 < 26 || byte == 0x5F else { return fail("a label's name") }
    repeat { at += 1 } while byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F
    return true
  }

  /// A text in quotes on one line, any byte behind a backslash. The slice is what stands between the quotes.
  @inline(__always)
  mutating func quoted() -> UnsafeRawBufferPointer? {
    guard take("\"") else {
      _ = fail("a '\"'")
      return nil
    }
    let start = at
    var escaped: CInt = 0
    at += scan_quoted_line(at, remaining, &escaped)
    let text = slice(from: start)
    if hasHighBytes, let wrong = UTF8Check.firstFault(text) {
      at = start + wrong
      _ = fail("valid UTF-8")
      return nil
    }
    guard take("\"") else {
      _ = fail("a '\"' that ends the text")
      return nil
    }
    return text
  }
}
