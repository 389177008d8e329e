#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a value looks like: made by a machine, chosen by a person, or no credential at all.
struct CredentialValue {
  private let bytes: UnsafeRawBufferPointer.SubSequence
  private var digits = 0
  private var capitals = 0
  private var smalls = 0

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.bytes = bytes[range]
    for byte in self.bytes {
      if byte >= 0x30, byte <= 0x39 { digits += 1 }
      if byte >= 0x41, byte <= 0x5A { capitals += 1 }
      if byte >= 0x61, byte <= 0x7A { smalls += 1 }
    }
  }

  var hasDigits: Bool { digits > 0 }
  var hasBothCases: Bool { capitals > 0 && smalls > 0 }

  /// How sure it is that this is a credential, beside such a name; nil where it is none.
  func confidence(beside name: TellingName) -> CredentialMatch.Confidence? {
    guard !isPlaceholder, !isInnocent else { return nil }
    switch name.sort {
    case .password:
      guard bytes.count >= 3, !isPath else { return nil }
      if isWeakPassword { return .likely }
      let others = bytes.count - digits - capitals - smalls
      let classes = [digits, capitals, smalls, others].count { $0 > 0 }
      return classes >= 2 || bytes.count >= 8 ? .likely : .possible
    case .opaque:
      guard bytes.count >= 6, digits < bytes.count, !isPath else { return nil }
      if isStrong { return .likely }
      return isResourceName ? nil : .possible
    case .vague: return isStrong ? .likely : nil
    case .authorization: return bytes.count >= 8 && (hasDigits || hasBothCases) ? .likely : nil
    case .cookie: return bytes.contains(UInt8(ascii: "=")) ? .likely : nil
    }
  }

  /// As good as random: long enough, letters and digits mixed, no name of words and no identifier.
  var isStrong: Bool {
    guard bytes.count >= 16, digits > 0, capitals + smalls > 0, !isUUID, !isDigest, !isPath else {
      return false
    }
    guard bytes.allSatisfy({ CredentialFormat.isOfWord($0) || $0.isOne(of: "+/=.~!@#$%^&*,|?") }) else {
      return false
    }
    if isResourceName { return false }
    // A timestamp, a version, a size.
    guard capitals + smalls >= 4 else { return false }
    return entropy >= 3
  }

  /// Bits per byte of what it is made of.
  private var entropy: Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return counts.reduce(0) { sum, count in
      count == 0 ? sum : sum - Double(count) / total * log2(Double(count) / total)
    }
  }

  private static let weak: Set<String> = [
    "changeme", "change-me", "changeit", "password", "password1", "passw0rd", "p@ssw0rd", "admin", "admin123",
    "secret", "root", "toor", "postgres", "123456", "12345678", "qwerty", "letmein", "test", "guest",
    "welcome",
    "default", "minio123", "minioadmin", "rabbitmq", "redis", "mysql", "hunter2", "example",
  ]

  /// A password that everybody tries first.
  var isWeakPassword: Bool { bytes.count <= 12 && Self.weak.contains(lowercased) }

  private var lowercased: String {
    String(decoding: bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  private static let innocent: Set<String> = [
    "true", "false", "null", "nil", "none", "yes", "no", "on", "off", "undefined", "unset", "empty",
    "required",
    "optional", "expired", "invalid", "missing", "unknown", "enabled", "disabled", "set", "redacted",
    "hidden",
    "masked", "string", "error", "failed", "rejected", "unauthorized", "forbidden", "ok", "n/a", "file",
    "vault",
    "env", "opaque", "revoked", "not",
  ]

  private var isInnocent: Bool { bytes.count <= 12 && Self.innocent.contains(lowercased) }

  /// Stands for a value that is elsewhere: `$(VAR)`, `${VAR}`, `{{ x }}`, `<password>`, `%s`, `***`, `VARIABLE`.
  var isPlaceholder: Bool {
    guard let first = bytes.first, let last = bytes.last else { return true }
    switch first {
    case UInt8(ascii: "$"):
      let rest = bytes.dropFirst()
      guard let next = rest.first else { return true }
      if next == UInt8(ascii: "(") || next == UInt8(ascii: "{") { return true }
      return next | 0x20 >= 0x61 && rest.allSatisfy { CredentialFormat.isOfWord($0) }
        && rest.allSatisfy { $0 < 0x61 || $0 > 0x7A }
    case UInt8(ascii: "{"), UInt8(ascii: "["): return true
    case UInt8(ascii: "<"): return last == UInt8(ascii: ">") || bytes.contains(UInt8(ascii: ">"))
    case UInt8(ascii: "%"):
      return bytes.count <= 3 || bytes.dropFirst().first == UInt8(ascii: "(") || last == first
    case UInt8(ascii: "("): return true
    case 0xE2: return String(decoding: bytes.prefix(3), as: UTF8.self) == "•"
    default: break
    }
    if bytes.allSatisfy({ $0 == first }) { return true }
    // What is masked already: four signs and more.
    if bytes.count >= 4, !bytes.indices.dropLast(3).allSatisfy({ !isMask(at: $0) }) { return true }
    // The name of a variable: capitals with underlines.
    return bytes.contains(UInt8(ascii: "_")) && smalls == 0 && capitals >= 4
      && bytes.allSatisfy { CredentialFormat.isOfWord($0) }
  }

  private func isMask(at index: Int) -> Bool {
    (index..<index + 4).allSatisfy { bytes[$0] == UInt8(ascii: "*") }
  }

  /// `/etc/tls/key`, `file:x`, `arn:aws:x`, `vault:x`, `https://x`: where something is.
  private var isPath: Bool {
    if bytes.first == UInt8(ascii: "/") || bytes.starts(with: "./".utf8) || bytes.starts(with: "~/".utf8) {
      // Base64 may begin with a slash, too, but has no small words.
      return bytes.dropFirst().contains(UInt8(ascii: "/")) || capitals == 0
    }
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      let scheme = String(decoding: bytes[..<colon], as: UTF8.self)
      if ["file", "arn", "vault", "ref+vault", "op", "env", "projects", "k8s", "secretref", "awssm"].contains(
        scheme)
      {
        return true
      }
      return bytes[colon...].starts(with: "://".utf8)
    }
    return bytes.starts(with: "projects/".utf8)
  }

  private var isUUID: Bool {
    bytes.count == 36
      && zip(0..., bytes).allSatisfy { place, byte in
        [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : Self.isHexadecimal(byte)
      }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66
  }

  /// "sha256:…", "sha1-…"
  private var isDigest: Bool {
    guard bytes.starts(with: "sha".utf8) || bytes.starts(with: "md5".utf8) else { return false }
    return bytes.prefix(8).contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
  }

  /// Words of small letters joined by `-`, `.` or `/`, as Kubernetes names its objects, perhaps with a short suffix.
  private var isResourceName: Bool {
    guard capitals == 0 else { return false }
    let joints = Array("-./".utf8)
    guard bytes.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || joints.contains($0) })
    else {
      return false
    }
    let parts = bytes.split(whereSeparator: joints.contains)
    if parts.count == 1 { return digits <= 2 && bytes.count < 20 }
    return parts.allSatisfy { $0.count < 16 }
  }
}
