/// Credentials that stand in a form of their own: URLs, headers, keys in PEM, data source names, hashes.
extension CredentialScanner {
  private static let urlPassword = "a password in a URL"

  /// The password of `scheme://user:password@host`; `start` is behind the slashes.
  mutating func readURL(from start: Int) -> Int? {
    func isOfURL(_ byte: UInt8) -> Bool { byte > 0x20 && !byte.isOne(of: "\"'`<>\\") }
    let authority =
      start..<end(from: start) { isOfURL($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    var mark = authority.last { bytes[$0] == UInt8(ascii: "@") }
    if mark == nil, let colon = authority.first(where: { bytes[$0] == UInt8(ascii: ":") }),
      colon + 1 < authority.upperBound, bytes[colon + 1] < 0x30 || bytes[colon + 1] > 0x39
    {
      // No port: a password that holds a slash as it is.
      let whole = start..<end(from: start, while: isOfURL)
      mark = whole.last { bytes[$0] == UInt8(ascii: "@") }
    }
    guard let mark, mark > start else { return nil }
    guard let colon = (start..<mark).first(where: { bytes[$0] == UInt8(ascii: ":") }) else {
      let user = CredentialValue(bytes, start..<mark)
      return user.isStrong ? note(start..<mark, "a token in a URL", .likely) : nil
    }
    let password = colon + 1..<mark
    guard !password.isEmpty, !CredentialValue(bytes, password).isPlaceholder else { return mark }
    return note(password, Self.urlPassword, .certain)
  }

  /// `user:password@tcp(host:3306)/db`, as Go's drivers take it.
  mutating func readDataSource(at mark: Int) -> Int? {
    guard hasBytes("tcp(", at: mark + 1) || hasBytes("unix(", at: mark + 1) else { return nil }
    var start = mark
    while start > 0, bytes[start - 1] > 0x20, !bytes[start - 1].isOne(of: "\"'=`") { start -= 1 }
    guard let colon = (start..<mark).first(where: { bytes[$0] == UInt8(ascii: ":") }) else { return nil }
    let password = colon + 1..<mark
    guard !password.isEmpty, !CredentialValue(bytes, password).isPlaceholder else { return nil }
    return note(password, "a password in a data source name", .certain)
  }

  /// The credential behind `Bearer` or `Basic`.
  mutating func readScheme(_ word: Range<Int>) -> Int? {
    let isBearer = word.count == 6 && hasCaseless("bearer", at: word.lowerBound)
    let isBasic = word.count == 5 && hasCaseless("basic", at: word.lowerBound)
    guard isBearer || isBasic else { return nil }
    let start = end(from: word.upperBound) { $0 == 0x20 }
    guard start > word.upperBound, start < bytes.count else { return nil }
    let token =
      start..<end(from: start) { CredentialFormat.isOfWord($0) || $0.isOne(of: ".+/=~") }
    if isBasic {
      guard token.count >= 6 else { return nil }
      let plain = Base64Head.decoded(bytes[token])
      // A user, a colon and a password, and nothing that is no text.
      guard plain.utf8.count >= token.count / 2, plain.contains(":"), plain.utf8.allSatisfy({ $0 >= 0x20 })
      else { return nil }
      return note(token, "a user and password", .certain)
    }
    let value = CredentialValue(bytes, token)
    guard token.count >= 8, !value.isPlaceholder, value.hasDigits || value.hasBothCases else { return nil }
    return note(token, shown: hasBytes("eyJ", at: start) ? 3 : 0, "a bearer token", .certain)
  }

  /// A private key in PEM (RFC 7468), up to its end or the end of the text. Certificates are public.
  mutating func readFrame(from start: Int) -> Int? {
    let head = start..<min(bytes.count, start + 80)
    guard
      let label = (start + 10..<max(start + 10, head.upperBound - 10)).first(where: {
        hasBytes("PRIVATE KEY", at: $0)
      })
    else { return nil }
    let dashes = label + 11
    guard hasBytes("-----", at: dashes) || hasBytes(" BLOCK-----", at: dashes) else { return nil }
    let body = dashes + (bytes[dashes] == UInt8(ascii: "-") ? 5 : 11)
    var last = body
    while last < bytes.count, !(bytes[last] == UInt8(ascii: "-") && hasBytes("-----END", at: last)) {
      last += 1
    }
    endsInKey = last == bytes.count
    guard last > body, !hasBytes("****", at: body) else { return last }
    return note(body..<last, "a private key", .certain)
  }

  /// Hashes of passwords, as crypt(5) writes them.
  mutating func readHash(at: Int) -> Int? {
    let kinds: [StaticString] = [
      "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$apr1$", "$argon2", "$scrypt$", "$pbkdf2",
    ]
    guard let kind = kinds.first(where: { hasBytes($0, at: at) }) else { return nil }
    let last = end(from: at) { CredentialFormat.isOfWord($0) || $0.isOne(of: "./$,=+") }
    guard last - at >= kind.utf8CodeUnitCount + 20 else { return nil }
    return note(at..<last, shown: min(4, kind.utf8CodeUnitCount), "a password hash", .likely)
  }
}
