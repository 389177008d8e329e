/// A name whose value may be a credential: its last word tells, so that `passwordFile` and `token_ttl` do not.
struct TellingName {
  enum Sort {
    /// Any value may be one.
    case password
    /// Something made by a machine: a token, a key, a client secret.
    case opaque
    /// As vague as `token` alone: only what looks random counts.
    case vague
    case authorization
    case cookie
  }

  var sort: Sort
  private var word: String

  /// Whether no telling word can be in it: a quick look at its letters.
  @inline(__always)
  static func isUnlikely(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> Bool {
    guard name.count >= 3 else { return true }
    var last: UInt32 = 0
    for index in name {
      last = (last << 8 | UInt32(bytes[index] | 0x20)) & 0xFF_FFFF
      switch last {
      // "pas", "pwd", "sec", "tok", "key", "cre", "aut", "coo", "sig"
      case 0x70_6173, 0x70_7764, 0x73_6563, 0x74_6F6B, 0x6B_6579, 0x63_7265, 0x61_7574, 0x63_6F6F, 0x73_6967:
        return false
      default: break
      }
    }
    return true
  }

  init?(_ name: String) {
    var name = name
    guard
      let found = name.withUTF8({ bytes in
        TellingName(UnsafeRawBufferPointer(bytes), bytes.indices)
      })
    else { return nil }
    self = found
  }

  init?(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) {
    if Self.isUnlikely(bytes, name) { return nil }
    let name = Self.withoutModifiers(bytes, name)
    guard let ending = Self.ending(bytes, name) else { return nil }
    word = ending.word.description
    let before = name.lowerBound..<name.upperBound - ending.word.utf8CodeUnitCount
    let head = Self.trimmed(bytes, before)
    guard ending.standsAlone ? Self.isBoundary(bytes, before.upperBound, name) : true else { return nil }
    // `checksum/secret: <digest>`
    if name.lowerBound > 0, bytes[name.lowerBound - 1] == UInt8(ascii: "/"),
      Self.hasSuffix(bytes, 0..<name.lowerBound - 1, "checksum")
        || Self.hasSuffix(bytes, 0..<name.lowerBound - 1, "hash")
    {
      return nil
    }
    let isInnocent = Self.innocent.contains { word in
      Self.hasSuffix(bytes, head, word)
        && Self.isBoundary(bytes, head.upperBound - word.utf8CodeUnitCount, name)
    }
    if isInnocent { return nil }
    switch ending.sort {
    case .opaque where ending.needsQualifier:
      guard Self.qualifiers.contains(where: { Self.hasSuffix(bytes, head, $0) }) else { return nil }
      sort = .opaque
    case .opaque: sort = head.isEmpty ? .vague : .opaque
    default: sort = ending.sort
    }
  }

  func kind(isWeak: Bool) -> String {
    switch sort {
    case .password: isWeak ? "a weak password" : "a password"
    case .cookie: "a cookie"
    case .authorization: "an authorization"
    case .opaque, .vague:
      switch word {
      case "key": "a key"
      case "secret": "a secret"
      case "token": "a token"
      case "signature", "sig": "a signature"
      default: "a credential"
      }
    }
  }

  // MARK: Words

  private struct Ending {
    var word: StaticString
    var sort: Sort
    /// Part of another word it means nothing: "bypass".
    var standsAlone = false
    var needsQualifier = false
  }

  private static let endings: [[Ending]] = {
    let all: [Ending] = [
      .init(word: "password", sort: .password), .init(word: "passwd", sort: .password),
      .init(word: "pwd", sort: .password, standsAlone: true),
      .init(word: "pass", sort: .password, standsAlone: true),
      .init(word: "passphrase", sort: .password), .init(word: "passcode", sort: .password),
      .init(word: "secret", sort: .opaque), .init(word: "token", sort: .opaque),
      .init(word: "key", sort: .opaque, needsQualifier: true),
      .init(word: "credential", sort: .opaque), .init(word: "credentials", sort: .opaque),
      .init(word: "auth", sort: .vague, standsAlone: true),
      .init(word: "authorization", sort: .authorization),
      .init(word: "cookie", sort: .cookie, standsAlone: true),
      .init(word: "signature", sort: .vague, standsAlone: true),
      .init(word: "sig", sort: .vague, standsAlone: true),
    ]
    var table = [[Ending]](repeating: [], count: 256)
    for ending in all { table[Int(ending.word.utf8Start[ending.word.utf8CodeUnitCount - 1])].append(ending) }
    return table
  }()

  private static func ending(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> Ending? {
    guard let last = name.last else { return nil }
    return endings[Int(bytes[last] | 0x20)].first { hasSuffix(bytes, name, $0.word) }
  }

  /// What makes a key one that opens something.
  private static let qualifiers: [StaticString] = [
    "api", "access", "secret", "private", "account", "encryption", "encrypt", "signing", "sign", "master",
    "shared", "license", "auth", "session", "service", "ssh", "deploy", "client", "tls", "ssl", "root",
    "admin",
    "subscription", "storage", "write", "ingest", "ingestion", "app", "application", "consumer", "function",
    "webhook", "hmac", "aes", "rsa", "jwt", "accesskey", "security", "crypto", "cipher", "decryption",
    "vault",
  ]

  /// What makes the rest a word of something else: pages of lists, counts, names of Secrets.
  private static let innocent: [StaticString] = [
    "page", "next", "continue", "continuation", "cancel", "cancellation", "max", "min", "num", "count",
    "total",
    "prompt", "input", "output", "completion", "stop", "eos", "bos", "pad", "unexpected", "invalid", "pull",
    "existing", "public", "sync", "fencing", "previouspage", "nextpage", "automount", "checksum", "image",
    "csrf",
  ]

  /// What may stand behind the telling word without changing what it means.
  private static let modifiers: [StaticString] = [
    "old", "new", "prod", "dev", "test", "staging", "value", "string", "plain", "plaintext", "base", "b",
    "encoded", "data", "current", "previous", "primary", "secondary", "backup", "default",
  ]

  private static func withoutModifiers(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> Range<Int> {
    var name = name
    for _ in 0..<3 {
      name = trimmed(bytes, name)
      while let last = name.last, bytes[last] >= 0x30, bytes[last] <= 0x39 { name.removeLast() }
      name = trimmed(bytes, name)
      guard name.count > 6, isEndOfModifier(bytes[name.upperBound - 1] | 0x20),
        let modifier = modifiers.first(where: { hasSuffix(bytes, name, $0) })
      else { break }
      let rest = name.lowerBound..<name.upperBound - modifier.utf8CodeUnitCount
      guard isBoundary(bytes, rest.upperBound, name) else { break }
      name = rest
    }
    return name
  }

  private static func isEndOfModifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "d"), UInt8(ascii: "w"), UInt8(ascii: "v"), UInt8(ascii: "t"), UInt8(ascii: "g"),
      UInt8(ascii: "e"), UInt8(ascii: "n"), UInt8(ascii: "a"), UInt8(ascii: "s"), UInt8(ascii: "y"),
      UInt8(ascii: "p"):
      true
    default: false
    }
  }

  /// Whether a word begins there: behind `_`, `-` or a digit, or as a capital behind a small letter.
  private static func isBoundary(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ name: Range<Int>) -> Bool {
    guard at > name.lowerBound, at < name.upperBound else { return true }
    let before = bytes[at - 1]
    let isLetter = before | 0x20 >= 0x61 && before | 0x20 <= 0x7A
    let isCapital = bytes[at] >= 0x41 && bytes[at] <= 0x5A
    return !isLetter || (isCapital && before & 0x20 != 0)
  }

  /// Without `_` and `-` at both ends.
  private static func trimmed(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> Range<Int> {
    func isJoint(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") }
    var name = name
    while let last = name.last, isJoint(bytes[last]) { name.removeLast() }
    while let first = name.first, isJoint(bytes[first]) { name.removeFirst() }
    return name
  }

  private static func hasSuffix(
    _ bytes: UnsafeRawBufferPointer, _ name: Range<Int>, _ text: StaticString
  ) -> Bool {
    let count = text.utf8CodeUnitCount
    guard name.count >= count else { return false }
    let start = name.upperBound - count
    return (0..<count).allSatisfy { bytes[start + $0] | 0x20 == text.utf8Start[$0] | 0x20 }
  }
}
