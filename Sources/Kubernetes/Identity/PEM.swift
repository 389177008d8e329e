/// The textual form of certificates and keys (RFC 7468).
enum PEM {
  static func isPlausible(_ bytes: [UInt8]) -> Bool {
    bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil
  }

  /// The decoded blocks of one label, such as "CERTIFICATE", in their order; broken ones are left out.
  static func blocks(_ label: String, in bytes: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var body: String?
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let line = String(line)
      if line.hasPrefix("-----BEGIN \(label)-----") {
        body = ""
      } else if line.hasPrefix("-----END ") {
        if let text = body, let block = Base64.decode(text) { found.append(block) }
        body = nil
      } else {
        body?.append(line)
      }
    }
    return found
  }
}
