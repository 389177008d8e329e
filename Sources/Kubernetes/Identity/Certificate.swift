import Document

/// What a person wants to know of an X.509 certificate (RFC 5280). Nothing is verified here: that is TLS's work.
package struct Certificate: Sendable, Hashable {
  package var subject = Name()
  package var issuer = Name()
  /// Seconds since 1970.
  package var notBefore: Int64 = 0
  package var notAfter: Int64 = 0
  /// DNS names and addresses a server may have, from subjectAltName.
  package var hosts: [String] = []

  /// The parts of a distinguished name that Kubernetes reads: user and groups.
  package struct Name: Sendable, Hashable, CustomStringConvertible {
    package var common = ""
    package var organizations: [String] = []

    package var description: String {
      Harmless.line(common.isEmpty ? organizations.joined(separator: ", ") : common)
    }
  }

  /// The first certificate in a PEM text; nil where there is none that can be read.
  package init?(pem: [UInt8]) {
    guard let der = PEM.blocks("CERTIFICATE", in: pem).first else { return nil }
    self.init(der: der)
  }

  init?(der: [UInt8]) {
    var outer = DER(der[...])
    guard var certificate = outer.enter(0x30), var body = certificate.enter(0x30) else { return nil }
    _ = body.take(0xA0)  // version
    guard body.take(0x02) != nil, body.take(0x30) != nil,  // serial number, algorithm
      let issuer = body.take(0x30), var validity = body.enter(0x30),
      let start = validity.time(), let end = validity.time(), let subject = body.take(0x30)
    else { return nil }
    self.issuer = Self.name(issuer)
    self.subject = Self.name(subject)
    notBefore = start
    notAfter = end
    while let (tag, content) = body.next() {
      if tag == 0xA3 { hosts = Self.hosts(inExtensions: content) }
    }
  }

  private static func name(_ content: ArraySlice<UInt8>) -> Name {
    var name = Name()
    var sets = DER(content)
    while var set = sets.enter(0x31) {
      while var pair = set.enter(0x30) {
        guard let kind = pair.take(0x06), let (_, value) = pair.next() else { continue }
        let text = String(decoding: value, as: UTF8.self)
        if kind.elementsEqual([0x55, 0x04, 0x03]) { name.common = text }
        if kind.elementsEqual([0x55, 0x04, 0x0A]) { name.organizations.append(text) }
      }
    }
    return name
  }

  private static func hosts(inExtensions content: ArraySlice<UInt8>) -> [String] {
    var outer = DER(content)
    guard var list = outer.enter(0x30) else { return [] }
    while var item = list.enter(0x30) {
      guard let kind = item.take(0x06), kind.elementsEqual([0x55, 0x1D, 0x11]) else { continue }
      _ = item.take(0x01)  // critical
      guard var value = item.enter(0x04), var names = value.enter(0x30) else { return [] }
      var hosts: [String] = []
      while let (tag, content) = names.next() {
        if tag == 0x82 { hosts.append(Harmless.line(String(decoding: content, as: UTF8.self))) }
        if tag == 0x87 { hosts.append(address(content)) }
      }
      return hosts
    }
    return []
  }

  private static func address(_ bytes: ArraySlice<UInt8>) -> String {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    let bytes = Array(bytes)
    let groups = stride(from: 0, to: bytes.count - 1, by: 2).map { at in
      String(Int(bytes[at]) << 8 | Int(bytes[at + 1]), radix: 16)
    }
    return groups.joined(separator: ":")
  }
}

/// Steps through the elements of DER (ITU-T X.690), as far as certificates use it.
private struct DER {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next element's tag and content; nil at the end and where the bytes are broken.
  mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
    var at = rest.startIndex
    guard rest.count >= 2 else { return nil }
    let tag = rest[at]
    var length = Int(rest[at + 1])
    at += 2
    if length >= 0x80 {
      let digits = length & 0x7F
      guard digits >= 1, digits <= 4, rest.endIndex - at >= digits else { return nil }
      length = rest[at..<at + digits].reduce(0) { $0 << 8 | Int($1) }
      at += digits
    }
    guard rest.endIndex - at >= length else { return nil }
    defer { rest = rest[(at + length)...] }
    return (tag, rest[at..<at + length])
  }

  /// The next element's content if it has this tag; else it stays where it is.
  mutating func take(_ tag: UInt8) -> ArraySlice<UInt8>? {
    guard rest.first == tag else { return nil }
    return next()?.content
  }

  mutating func enter(_ tag: UInt8) -> DER? { take(tag).map { DER($0) } }

  /// UTCTime (two digits of the year, 1950 to 2049) or GeneralizedTime, both in UTC with seconds.
  mutating func time() -> Int64? {
    guard let (tag, content) = next() else { return nil }
    guard tag == 0x17 || tag == 0x18, content.last == UInt8(ascii: "Z") else { return nil }
    var digits = Array(content.dropLast())
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    if tag == 0x17, let first = digits.first { digits = Array((first < 0x35 ? "20" : "19").utf8) + digits }
    guard digits.count == 14 else { return nil }
    func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
    let text =
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z"
    return Timestamp(text)?.seconds
  }
}
