/// Reads YAML as people write it in kubeconfigs and manifests, to the values kubectl would read.
///
/// Grammar: YAML 1.2.2, all of it but UTF-32 and escapes in tags. Plain scalars mean what sigs.k8s.io/yaml
/// (Go yaml.v2) takes them for, since that decides what a cluster gets: YAML 1.1 booleans (`yes`, `on`, `y`),
/// octal `017`, hex, binary and `1_000`; dates and `1:30` stay text (`YAMLScalar`). Mapping keys become text:
/// `1: a` and `yes: a` are "1" and "true". JSON is YAML too.
package enum YAML {
  /// How deep collections may nest, aliases followed: reading takes some 2.5 KB of stack a level.
  package static let maxDepth = 100

  /// Every document of a stream, and what was wrong, each with its place.
  ///
  /// A fault of syntax drops its document and reading goes on at the next `---`. Doubled keys (the last
  /// wins), keys that are no scalars, tags that do not fit their value and numbers JSON cannot hold are told,
  /// and the document stays. At most 100 problems are told. Time is linear in the input; what aliases expand
  /// to is limited.
  package static func parse(_ bytes: [UInt8]) -> (documents: [JSON], problems: [SyntaxProblem]) {
    let text = YAMLInput.normalized(bytes)
    if let problem = YAMLInput.forbiddenCharacter(in: text) { return ([], [problem]) }
    return text.withUnsafeBufferPointer { buffer in
      var reader = YAMLReader(buffer)
      let documents = reader.stream()
      return (documents, reader.problems)
    }
  }
}

/// Makes the bytes of a YAML stream plain UTF-8 with "\n" as the only line break.
enum YAMLInput {
  /// Byte order marks are dropped (UTF-16, which Windows shells write, becomes UTF-8); CR LF and CR become
  /// LF. NEL, LS and PS are no line breaks in YAML 1.2.
  static func normalized(_ bytes: [UInt8]) -> [UInt8] {
    var text = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      text.removeFirst(3)
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      let low = bytes[0] == 0xFF ? 0 : 1
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
        UInt16(bytes[$0 + low]) | UInt16(bytes[$0 + 1 - low]) << 8
      }
      text = Array(String(decoding: units, as: UTF16.self).utf8)
    }
    guard text.contains(0x0D) else { return text }
    var unix: [UInt8] = []
    unix.reserveCapacity(text.count)
    for (at, byte) in text.enumerated() {
      if byte == 0x0D {
        unix.append(0x0A)
      } else if byte != 0x0A || at == 0 || text[at - 1] != 0x0D {
        unix.append(byte)
      }
    }
    return unix
  }

  /// YAML 1.2.2, section 5.1: no control characters but tab and line breaks.
  static func forbiddenCharacter(in text: [UInt8]) -> SyntaxProblem? {
    guard let at = text.firstIndex(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F }) else {
      return nil
    }
    let line = text[..<at].count { $0 == 0x0A } + 1
    let lineStart = text[..<at].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let digits = String(text[at], radix: 16, uppercase: true)
    let name = "U+00" + (digits.utf8.count == 1 ? "0" : "") + digits
    return SyntaxProblem(
      line: line, column: at - lineStart + 1,
      message: "control character \(name) is not allowed; write it as an escape in double quotes")
  }
}
