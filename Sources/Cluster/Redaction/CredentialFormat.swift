/// Credentials that are known by how they begin.
struct CredentialFormat {
  /// What follows the beginning.
  enum Alphabet {
    /// Letters, digits, `-` and `_`: to the end of the word.
    case word
    /// Capital letters and digits alone.
    case capitals
    /// Words with full stops between them.
    case dotted
    case hexadecimal
  }

  var beginning: StaticString
  var kind: String
  var alphabet = Alphabet.word
  /// How many characters follow the beginning.
  var rest = 16...Int.max

  static let all: [CredentialFormat] = [
    .init(beginning: "AKIA", kind: "an AWS access key", alphabet: .capitals, rest: 16...16),
    .init(beginning: "ASIA", kind: "a temporary AWS access key", alphabet: .capitals, rest: 16...16),
    .init(beginning: "ghp_", kind: "a GitHub token", rest: 30...255),
    .init(beginning: "gho_", kind: "a GitHub token", rest: 30...255),
    .init(beginning: "ghu_", kind: "a GitHub token", rest: 30...255),
    .init(beginning: "ghs_", kind: "a GitHub token", rest: 30...2_000),
    .init(beginning: "ghr_", kind: "a GitHub token", rest: 30...255),
    .init(beginning: "github_pat_", kind: "a GitHub token", rest: 40...255),
    .init(beginning: "glpat-", kind: "a GitLab token", alphabet: .dotted),
    .init(beginning: "gldt-", kind: "a GitLab token"),
    .init(beginning: "glrt-", kind: "a GitLab token", alphabet: .dotted),
    .init(beginning: "glcbt-", kind: "a GitLab token"),
    .init(beginning: "glptt-", kind: "a GitLab token"),
    .init(beginning: "xoxb-", kind: "a Slack token"), .init(beginning: "xoxa-", kind: "a Slack token"),
    .init(beginning: "xoxp-", kind: "a Slack token"), .init(beginning: "xoxr-", kind: "a Slack token"),
    .init(beginning: "xoxs-", kind: "a Slack token"), .init(beginning: "xoxe-", kind: "a Slack token"),
    .init(beginning: "xapp-", kind: "a Slack token"),
    .init(beginning: "sk_live_", kind: "a Stripe key"), .init(beginning: "rk_live_", kind: "a Stripe key"),
    .init(beginning: "sk_test_", kind: "a Stripe test key"),
    .init(beginning: "rk_test_", kind: "a Stripe test key"),
    .init(beginning: "whsec_", kind: "a webhook secret"),
    .init(beginning: "AIza", kind: "a Google API key", rest: 35...35),
    .init(beginning: "ya29.", kind: "a Google access token", alphabet: .dotted),
    .init(beginning: "GOCSPX-", kind: "a Google client secret", rest: 20...64),
    .init(beginning: "npm_", kind: "an npm token", rest: 36...36),
    .init(beginning: "pypi-", kind: "a PyPI token", rest: 50...500),
    .init(beginning: "dckr_pat_", kind: "a Docker Hub token"),
    .init(beginning: "SG.", kind: "a SendGrid key", alphabet: .dotted, rest: 40...100),
    .init(beginning: "hvs.", kind: "a Vault token", alphabet: .dotted, rest: 20...500),
    .init(beginning: "hvb.", kind: "a Vault token", alphabet: .dotted, rest: 20...500),
    .init(beginning: "sk-ant-", kind: "an Anthropic key", rest: 20...255),
    .init(beginning: "sk-proj-", kind: "an OpenAI key", rest: 20...255),
    .init(beginning: "sk-svcacct-", kind: "an OpenAI key", rest: 20...255),
    .init(beginning: "hf_", kind: "a Hugging Face token", rest: 30...60),
    .init(beginning: "dop_v1_", kind: "a DigitalOcean token", alphabet: .hexadecimal, rest: 64...64),
    .init(beginning: "doo_v1_", kind: "a DigitalOcean token", alphabet: .hexadecimal, rest: 64...64),
    .init(beginning: "shpat_", kind: "a Shopify token", rest: 30...64),
    .init(beginning: "NRAK-", kind: "a New Relic key", alphabet: .capitals, rest: 27...27),
    .init(beginning: "lin_api_", kind: "a Linear key", rest: 30...64),
    .init(beginning: "ATATT3", kind: "an Atlassian token", rest: 50...255),
    .init(beginning: "rubygems_", kind: "a RubyGems key", alphabet: .hexadecimal, rest: 48...48),
    .init(beginning: "pscale_tkn_", kind: "a PlanetScale token"),
    .init(beginning: "dp.st.", kind: "a Doppler token", alphabet: .dotted, rest: 30...80),
    .init(beginning: "glsa_", kind: "a Grafana token", rest: 30...80),
    .init(beginning: "glc_", kind: "a Grafana token", rest: 30...500),
    .init(beginning: "sha256~", kind: "an OpenShift token", rest: 43...43),
    .init(beginning: "AGE-SECRET-KEY-1", kind: "an age key", alphabet: .capitals, rest: 50...64),
  ]

  /// What a word worth a look begins with: of all that stands in a log, few words do.
  static let beginnings: BytePairs = {
    var pairs = BytePairs()
    for format in all { pairs.insert(format.beginning.utf8Start[0], format.beginning.utf8Start[1]) }
    // JSON web tokens, keys in base64, k3s tokens, "Bearer", "Basic", flags and the frame of a key.
    for pair in ["ey", "LS", "K1", "be", "Be", "BE", "ba", "Ba", "BA", "--", "-u"] {
      let bytes = Array(pair.utf8)
      pairs.insert(bytes[0], bytes[1])
    }
    return pairs
  }()

  private static let byFirst: [[CredentialFormat]] = {
    var table = [[CredentialFormat]](repeating: [], count: 256)
    for format in all { table[Int(format.beginning.utf8Start[0])].append(format) }
    return table
  }()

  private static let minWord = 2

  struct Match {
    var range: Range<Int>
    var shown: Int
    var kind: String
  }

  /// The credential that begins where the word does.
  static func matching(_ bytes: UnsafeRawBufferPointer, _ word: Range<Int>) -> Match? {
    guard word.count >= minWord else { return nil }
    for format in byFirst[Int(bytes[word.lowerBound])] {
      if let range = format.range(bytes, word) { return Match(range: range, shown: 4, kind: format.kind) }
    }
    switch bytes[word.lowerBound] {
    case UInt8(ascii: "e"): return webToken(bytes, word)
    case UInt8(ascii: "L"): return encodedKey(bytes, word)
    case UInt8(ascii: "K"): return clusterToken(bytes, word)
    default: return nil
    }
  }

  private func range(_ bytes: UnsafeRawBufferPointer, _ word: Range<Int>) -> Range<Int>? {
    let count = beginning.utf8CodeUnitCount
    guard Self.has(bytes, beginning, at: word.lowerBound) else { return nil }
    let start = word.lowerBound + count
    var end = start
    while end < bytes.count, passes(bytes[end]) { end += 1 }
    while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard rest.contains(end - start) else { return nil }
    // What goes on in another alphabet is something else.
    if end < bytes.count, Self.isOfWord(bytes[end]) { return nil }
    // A name of words, such as "npm_config_registry_of_the_company", has no digits and no capitals.
    let isVaried = bytes[start..<end].contains { !($0 >= 0x61 && $0 <= 0x7A) && $0 != 0x5F && $0 != 0x2D }
    return isVaried ? word.lowerBound..<end : nil
  }

  private func passes(_ byte: UInt8) -> Bool {
    switch alphabet {
    case .word: Self.isOfWord(byte)
    case .capitals: byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
    case .dotted: Self.isOfWord(byte) || byte == UInt8(ascii: ".")
    case .hexadecimal: byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x66
    }
  }

  static func isOfWord(_ byte: UInt8) -> Bool {
    byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private static func has(_ bytes: UnsafeRawBufferPointer, _ text: StaticString, at start: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard start + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int> {
    var end = start
    while end < bytes.count, isOfWord(bytes[end]) { end += 1 }
    return start..<end
  }

  /// Three parts (RFC 7519), the first of them a JSON object: `eyJ` is `{"`. The last may be cut off or missing.
  private static func webToken(_ bytes: UnsafeRawBufferPointer, _ head: Range<Int>) -> Match? {
    guard head.count >= 12, has(bytes, "eyJ", at: head.lowerBound), head.upperBound < bytes.count,
      bytes[head.upperBound] == UInt8(ascii: ".")
    else { return nil }
    let body = word(bytes, from: head.upperBound + 1)
    guard body.count >= 8 else { return nil }
    var end = body.upperBound
    while end < bytes.count, bytes[end] == UInt8(ascii: ".") {
      let part = word(bytes, from: end + 1)
      if part.isEmpty { break }
      end = part.upperBound
    }
    return Match(range: head.lowerBound..<end, shown: 3, kind: "a JSON web token")
  }

  /// A private key in base64, as kubeconfigs and Secrets hold it: what begins with `-----BEGIN` may be a certificate.
  private static func encodedKey(_ bytes: UnsafeRawBufferPointer, _ word: Range<Int>) -> Match? {
    guard has(bytes, "LS0tLS1CRUdJTi", at: word.lowerBound) else { return nil }
    var end = word.lowerBound
    while end < bytes.count, isOfWord(bytes[end]) || bytes[end].isOne(of: "+/=") { end += 1 }
    let head = Base64Head.decoded(bytes[word.lowerBound..<min(end, word.lowerBound + 64)])
    guard head.contains("PRIVATE KEY") else { return nil }
    return Match(range: word.lowerBound..<end, shown: 0, kind: "a private key")
  }

  /// k3s and RKE2: `K10`, the digest of the authority, `::`, a user and a password.
  private static func clusterToken(_ bytes: UnsafeRawBufferPointer, _ word: Range<Int>) -> Match? {
    guard word.count == 67, has(bytes, "K10", at: word.lowerBound), has(bytes, "::", at: word.upperBound)
    else { return nil }
    var end = word.upperBound
    while end < bytes.count, isOfWord(bytes[end]) || bytes[end] == UInt8(ascii: ":") { end += 1 }
    return Match(range: word.lowerBound..<end, shown: 3, kind: "a token to join a cluster")
  }
}
