import Cluster
import Document
import Testing

/// Texts that hold a credential, and texts that only look as if they did.
@Suite struct CredentialTests {
  /// Letters and digits as a machine would make them; never the same piece twice, so that no scanner of repositories
  /// takes this file for a leak.
  static func random(_ count: Int, seed: UInt64 = 7, alphabet: String = letters) -> String {
    let letters = Array(alphabet)
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    return String(
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return letters[Int(state >> 33) % letters.count]
      })
  }
  static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
  static let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  static let hexadecimal = "0123456789abcdef"

  private static let webToken = "eyJ" + random(30) + ".eyJ" + random(60) + "." + random(43)
  private static let key =
    "-----BEGIN RSA PRIVATE KEY-----\n\(random(64))\n\(random(60))\n-----END RSA PRIVATE KEY-----"

  /// A text, and the piece of it that nobody may read.
  private static let credentials: [(text: String, secret: String)] = {
    let plain: [String] = [
      "AKIA" + random(16, alphabet: capitals), "ASIA" + random(16, alphabet: capitals), "ghp_" + random(36),
      "github_pat_" + random(22) + "_" + random(59), "glpat-" + random(20),
      "xoxb-" + "123456789012-" + random(24),
      "sk_live_" + random(24), "AIza" + random(35), "npm_" + random(36),
      "SG." + random(22) + "." + random(43),
      "hvs." + random(24), "sk-ant-api03-" + random(40), "dckr_pat_" + random(27), "hf_" + random(34),
      webToken,
      "sha256~" + random(43), "K10" + random(64, alphabet: hexadecimal) + "::server:" + random(32),
    ]
    var all: [(String, String)] = []
    for secret in plain {
      all.append((secret, String(secret.dropFirst(4))))
      all.append(("level=info msg=\"got \(secret)\" user=x", String(secret.dropFirst(4))))
      all.append(("{\"args\":[\"--key\",\"\(secret)\"]}", String(secret.dropFirst(4))))
      all.append(("{\"text\":\"first line\\n\(secret)\\nlast\"}", String(secret.dropFirst(4))))
    }
    let opaque = random(40, seed: 3)
    let chosen = "tr0ub4dor&3"
    let named = [
      "password=\(chosen)", "password: \(chosen)", "DB_PASSWORD=\(chosen)", "\"password\":\"\(chosen)\"",
      "\"password\" : \"\(chosen)\"", "{\\\"password\\\":\\\"\(chosen)\\\"}",
      "spring.datasource.password=\(chosen)",
      "dbPassword: '\(chosen)'", "POSTGRES_PASSWORD:  \(chosen)", "--password \(chosen)",
      "--db-password=\(chosen)",
      "[\"--password\", \"\(chosen)\"]", "<password>\(chosen)</password>",
      "Server=db;User Id=sa;Password=\(chosen);",
      "{Password:\(chosen) User:x}", "config[\"password\"] = \"\(chosen)\"", "password := \(chosen)",
      "postgres://shop:\(chosen)@db:5432/shop", "redis://:\(chosen)@cache:6379/0",
      "amqp://u:\(chosen)@mq/%2f",
      "shop:\(chosen)@tcp(db:3306)/shop", "curl -u admin:\(chosen) https://x", "PASSWORD_OLD=\(chosen)",
      "- name: DB_PASSWORD\n  value: \(chosen)", "{\"name\":\"DB_PASSWORD\",\"value\":\"\(chosen)\"}",
      "\\\"name\\\":\\\"DB_PASSWORD\\\",\\\"value\\\":\\\"\(chosen)\\\"",
    ]
    all += named.map { ($0, chosen) }
    let tokens = [
      "token: \(opaque)", "api_key=\(opaque)", "apiKey: \"\(opaque)\"", "X-Api-Key: \(opaque)",
      "client_secret=\(opaque)",
      "aws_secret_access_key = \(opaque)", "AccountKey=\(opaque)==;EndpointSuffix=x",
      "encryption-key: \(opaque)",
      "Authorization: Bearer \(opaque)", "\"authorization\":[\"Bearer \(opaque)\"]",
      "Authorization: token \(opaque)",
      "https://h/?X-Amz-Signature=\(random(64, alphabet: hexadecimal))&x=1", "SECRET_KEY_BASE64=\(opaque)",
      "https://\(opaque)@github.com/x/y.git", "sig=\(opaque)", "access_token=\(opaque)&state=1",
    ]
    all += tokens.map { ($0, $0.contains("Amz") ? random(64, alphabet: hexadecimal) : opaque) }
    all.append(("Authorization: Basic YWRtaW46dHIwdWI0ZG9yJjM=", "YWRtaW46dHIwdWI0ZG9yJjM="))
    all.append(("\"auth\": \"YWRtaW46dHIwdWI0ZG9yJjM0NTY3\"", "YWRtaW46dHIwdWI0ZG9yJjM0NTY3"))
    all.append(("Cookie: sid=\(opaque); theme=dark", opaque))
    all.append((key, random(64)))
    all.append((key.split(separator: "\n").joined(separator: "\\n"), random(60)))
    all.append(("client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo\(opaque)", opaque))
    all.append(("$2b$12$" + random(53), random(53)))
    return all
  }()

  private static let lookalikes = [
    "password_min_length: 8", "secretName: x", "passwordFile: /etc/db/password", "password: $(DB_PASSWORD)",
    "password: ${DB_PASSWORD}", "password: <password>", "password: ***", "password: \"\"", "password:",
    "password: null",
    "password: {{ .Values.password }}", "token: true", "max_tokens: 4096", "tokens=12", "token_ttl=3600s",
    "next_page_token: \(random(40, seed: 3))", "continue_token=\(random(40, seed: 3))",
    "imagePullSecret: regcred",
    "existing_secret: shop-database", "secret: db-credentials", "secret=default/db",
    "key: node.kubernetes.io/unreachable",
    "key=shop/api-7c9d6f5b8-x2k4q", "topologyKey: kubernetes.io/hostname", "public_key: \(random(60))",
    "uid: 550e8400-e29b-41d4-a716-446655440000", "trace_id=\(random(32, alphabet: hexadecimal))",
    "image: shop/api@sha256:\(random(64, alphabet: hexadecimal))",
    "commit \(random(40, alphabet: hexadecimal))",
    "checksum/secret: \(random(64, alphabet: hexadecimal))",
    "checksum/config: \(random(64, alphabet: hexadecimal))",
    "-----BEGIN CERTIFICATE-----\n\(random(64))\n-----END CERTIFICATE-----",
    "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUR\(random(40))",
    "https://reg.example:5000/shop/api", "see https://example.com/a@b", "10:42:07.123", "10.0.0.7:8080",
    "error: token: expired", "password: must be longer than eight characters", "auth: unauthorized",
    "secret: not found",
    "bypass=\(random(20))", "Bearer token is missing", "bearer authentication", "Basic authentication failed",
    "partition_key=\(random(30))", "sort_key: \(random(30))", "primary_key=\(random(30))", "compass: north",
    "automountServiceAccountToken: true", "DB_PASSWORD:  <set to the key 'password' in secret 'db'>",
    "valueFrom: secretKeyRef", "PASSWORD_ENV: DATABASE_PASSWORD", "password: DATABASE_PASSWORD",
    "user@example.com",
    "npm_config_registry_of_the_whole_company_with_a_long_name", "AKIAFULL", "eyJust.a.sentence", "ghp_short",
    "docker run -u 1000:1000 x", "credentials: file:/var/run/secrets/x",
    "secret: arn:aws:secretsmanager:eu:1:secret:db",
    "{\"secret\":{\"secretName\":\"db\"}}", "cost is $5 per $6", "kube-root-ca.crt", "api-7c9d6f5b8-x2k4q",
    "tokenreviews.authentication.k8s.io", "secrets \"db\" is forbidden",
    "{\"name\":\"LOG_LEVEL\",\"value\":\"debug\"}",
    "serviceAccountName: builder-token", "password: arn:aws:secretsmanager:eu:1:secret:db",
  ]

  @Test func everyCredentialIsFoundAndMasked() {
    for (text, secret) in Self.credentials {
      let masked = Credentials.masked(text)
      #expect(!masked.contains(secret), "\(text) -> \(masked)")
      #expect(masked != text, "\(text)")
      // Once masked, there is nothing left to mask.
      #expect(Credentials.masked(masked) == masked, "\(masked)")
      var bytes = Array(text.utf8)
      bytes.withUnsafeMutableBytes { _ = Credentials.mask(inPlace: $0) }
      #expect(!String(decoding: bytes, as: UTF8.self).contains(secret), "\(text)")
      #expect(bytes.count == text.utf8.count)
    }
  }

  @Test func whatOnlyLooksLikeOneStaysSilent() {
    for text in Self.lookalikes {
      #expect(Credentials.found(in: text).isEmpty, "\(text) -> \(Credentials.masked(text))")
    }
  }

  @Test func aMaskTellsTheKindAndTheLength() {
    let key = "AKIA" + Self.random(16, alphabet: Self.capitals)
    let match = Credentials.found(in: "key \(key)").first
    #expect(match?.kind == "an AWS access key")
    #expect(match?.mask == "AKIA****(20)")
    #expect(match?.confidence == .certain)
    #expect(Credentials.masked("user=x password=tr0ub4dor") == "user=x password=****(9)")
  }

  @Test func theNameOfAValueTellsWhatItIs() {
    #expect(Credentials.found(in: "changeme", name: "DB_PASSWORD").first?.kind == "a weak password")
    #expect(
      Credentials.found(in: "tr0ub4dor", name: "spring.datasource.password").first?.confidence == .likely)
    #expect(Credentials.found(in: "correct", name: "password").first?.confidence == .possible)
    #expect(Credentials.found(in: "db-credentials", name: "token").isEmpty)
    #expect(Credentials.found(in: "8", name: "password_min_length").isEmpty)
    #expect(Credentials.found(in: "a line\nanother", name: "password").isEmpty)
  }

  @Test func aKeyThatGoesOverManyLinesOfALogIsMaskedToItsEnd() {
    var masker = CredentialMasker()
    let body = Self.random(64)
    let lines = [
      "-----BEGIN PRIVATE KEY-----", body, "other container", body, "-----END PRIVATE KEY-----", body,
    ]
    let sources: [UInt16] = [0, 0, 1, 0, 0, 0]
    var chunk = LogChunk(sources: ["a", "b"])
    for (text, source) in zip(lines, sources) {
      chunk.lines.append(
        .init(start: chunk.bytes.count, length: text.utf8.count, nanoseconds: 0, source: source))
      chunk.bytes += text.utf8
    }
    masker.mask(&chunk)
    let masked = chunk.lines.map {
      String(decoding: chunk.bytes[$0.start..<$0.start + $0.length], as: UTF8.self)
    }
    let stars = String(repeating: "*", count: 64)
    #expect(
      masked == [
        "-----BEGIN PRIVATE KEY-----", stars, "other container", stars, "-----END PRIVATE KEY-----", body,
      ])
  }

  @Test func aMessageAboutAKeyHidesNothingBehindIt() {
    var masker = CredentialMasker()
    func masked(_ line: String) -> String {
      var bytes = Array(line.utf8)
      bytes.withUnsafeMutableBytes { masker.mask(line: $0) }
      return String(decoding: bytes, as: UTF8.self)
    }
    _ = masked("expected -----BEGIN PRIVATE KEY-----")
    #expect(masked("starting, as usual") == "starting, as usual")
    #expect(masked("Completed") == "Completed")
  }

  @Test func documentsAreMaskedAcrossTheirSpansAndLines() {
    let token = "ghp_" + Self.random(36)
    var lines = [
      PageLine([Span("password", .key), Span(": "), Span("tr0ub4dor", .string)]),
      PageLine([
        Span("See "), Span(String(token.prefix(20)), .string), Span(String(token.dropFirst(20)), .string),
      ]),
      PageLine([Span("password:")]), PageLine([Span("----")]), PageLine([Span("tr0ub4dor")]), PageLine([]),
      PageLine([Span("  --password")]), PageLine([Span("  tr0ub4dor")]),
      PageLine([Span("name: web")]),
    ]
    CredentialMasker.mask(&lines)
    #expect(
      lines.map(\.text) == [
        "password: ****(9)", "See ghp_****(40)", "password:", "----", "****(9)", "", "  --password",
        "  ****(9)",
        "name: web",
      ])
  }

  @Test func objectsAreMaskedByTheNamesOfTheirMembers() throws {
    let text = """
      {"kind":"Pod","metadata":{"name":"api","managedFields":[{"manager":"x"}],
       "annotations":{"last":"{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"tr0ub4dor\\"}"}},
       "spec":{"containers":[{"args":["--password","tr0ub4dor","--db-password=tr0ub4dor"],
        "env":[{"name":"DB_PASSWORD","value":"tr0ub4dor"},{"name":"LEVEL","value":"debug"}]}]}}
      """
    let masked = try #require(JSON.parse(Array(text.utf8)).value).redacted
    let written = String(decoding: masked.encoded(), as: UTF8.self)
    #expect(!written.contains("tr0ub4dor"), "\(written)")
    #expect(!written.contains("managedFields"))
    #expect(written.contains("debug"))
  }

  @Test func ofASecretOnlySizesAreLeft() throws {
    let text = """
      {"kind":"List","items":[{"kind":"Secret","metadata":{"name":"db",
       "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\\"data\\":{\\"a\\":\\"aGFsbG8=\\"}}"}},
       "data":{"a":"aGFsbG8="}}]}
      """
    let masked = try #require(JSON.parse(Array(text.utf8)).value).redacted
    #expect(!String(decoding: masked.encoded(), as: UTF8.self).contains("aGFsbG8"))
    #expect(masked["items"][0]["data"]["a"].string == "•••• 5 bytes")
    #expect(masked.redacted == masked)
  }

  @Test func hostileTextNeitherCrashesNorHangs() {
    let pieces = [
      "password", "=", ":", "\"", "\\", "\\\"", "://", "@", "-----BEGIN", " PRIVATE KEY", "-----", "eyJ", ".",
      "$2a$", "<",
      ">", "Bearer ", "name", "value", "\n", "AKIA", "\u{1E}", "é", "-u", "--token", " ", "[", "K10",
      "LS0tLS1CRUdJTi",
    ]
    var state: UInt64 = 42
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      let masked = Credentials.masked(text)
      #expect(masked.utf8.count < text.utf8.count + 200)
    }
  }
}
