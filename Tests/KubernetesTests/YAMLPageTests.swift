import Cluster
import Document
import Foundation
import Testing

@testable import Kubernetes

@Suite struct YAMLPageTests {
  @Test(arguments: [
    ("deployment", "deployment.yaml", false), ("deployment", "deployment.managed-fields.yaml", true),
    ("pod", "pod.yaml", false),
  ])
  func theTextIsKubectls(_ object: String, _ printed: String, _ showManagedFields: Bool) throws {
    let json = try #require(JSON.parse(try bytes(object + ".json")).value)
    let page = YAMLPage.page(
      of: json, kind: Kind(id: "v1/x", name: "X"), showManagedFields: showManagedFields)
    let kubectl = String(decoding: try bytes(printed), as: UTF8.self)
    let comments = page.lines.filter { $0.spans.contains { $0.text.hasPrefix("# ") } }.map(\.text)
    let managed = json["metadata"]["managedFields"].array.count
    #expect(comments == (showManagedFields ? [] : ["  # managedFields: \(managed) hidden"]))
    #expect(
      page.lines.map(\.text).filter { !comments.contains($0) }.joined(separator: "\n") + "\n" == kubectl)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent("Fixtures/yaml/" + name)))
  }

  @Test func keysTextsNumbersAndFoldsAreMarked() {
    let object: JSON = [
      "a": "plain", "b": 3, "c": true, "d": "12", "e": ["x", 1.5, ["name": "web", "ports": [["p": 80]]]],
      "f": "one\n  two\n\nthree\n", "g": ["": "it's: quoted"], "h": .array([]), "i": .null,
      "j":
        "a text so long that kubectl breaks it at a blank behind the eightieth column, as here, and goes on below",
    ]
    check(
      object,
      shows: """
        0 k(a:) s(plain)
        0 k(b:) n(3)
        0 k(c:) l(true)
        0 k(d:) s("12")
        0 k(e:)
        1 - s(x)
        1 - n(1.5)
        1 - k(name:) s(web)
        2   k(ports:)
        3   - k(p:) n(80)
        0 k(f:) d(|)
        1 s(  one)
        1 s(    two)
        1
        1 s(  three)
        0 k(g:)
        1   k("":) s('it''s: quoted')
        0 k(h:) d([])
        0 k(i:) l(null)
        0 k(j:) s(a text so long that kubectl breaks it at a blank behind the eightieth column, as)
        1 s(  here, and goes on below)
        """)
  }

  @Test func textsThatLookLikeSyntaxStayTexts() {
    check(
      ["k: v": "- no: item", "q\"q": "quote \" and \u{7}", "#c": "\u{301}mark", "z": "# no comment"],
      shows: """
        0 k('#c':) s(\u{301}mark)
        0 k('k: v':) s('- no: item')
        0 k(q"q:) s("quote \\" and \\a")
        0 k(z:) s('# no comment')
        """)
  }

  private func check(
    _ object: JSON, shows expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let names: [Span.Meaning: String] = [.key: "k", .string: "s", .number: "n", .literal: "l", .dim: "d"]
    let page = YAMLPage.page(of: object, kind: Kind(id: "v1/x", name: "X"))
    let shown = page.lines.map { line in
      let marked = line.spans.map { span in names[span.meaning].map { "\($0)(\(span.text))" } ?? span.text }
      return marked.isEmpty ? "\(line.depth)" : "\(line.depth) \(marked.joined())"
    }
    #expect(shown.joined(separator: "\n") == expected, sourceLocation: sourceLocation)
  }

  @Test func markingUpChangesNoText() {
    for recording in DescribeRecording.all where recording.kind.id != "v1/secrets" {
      let text = YAMLPage.page(of: recording.object, kind: recording.kind).text
      #expect(text + "\n" == recording.object.yaml(foldColumn: 80), "\(recording)")
    }
  }

  private static let secret: JSON = [
    "kind": "Secret",
    "metadata": [
      "name": "db",
      "annotations": [
        "kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"password\":\"aHVudGVyMg==\"}}\n"
      ],
    ],
    "data": ["password": "aHVudGVyMg==", "key": "AAEC", "pem": "YQpiCg=="],
    "stringData": ["note": "hunter3"],
  ]
  private static let secrets = Kind(id: "v1/secrets", name: "Secret")

  @Test func valuesOfSecretsAreMasked() {
    let page = YAMLPage.page(of: Self.secret, kind: Self.secrets)
    #expect(
      page.text == """
        # values are masked
        data:
          key: •••• 3 bytes
          password: •••• 7 bytes
          pem: •••• 4 bytes
        kind: Secret
        metadata:
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: •••• 37 bytes
          name: db
        stringData:
          note: •••• 7 bytes
        """)
  }

  @Test func oneValueIsRevealedDecoded() {
    let page = YAMLPage.page(of: Self.secret, kind: Self.secrets, revealing: ["password"])
    #expect(
      page.text.contains("# revealed values are decoded\ndata:\n  key: •••• 3 bytes\n  password: hunter2\n"))
    #expect(!page.text.contains("hunter3"))
  }

  @Test func allValuesAreDecodedButWhatIsNoText() {
    let text = YAMLPage.page(of: Self.secret, kind: Self.secrets, maskSecrets: false).text
    #expect(text.contains("  key: •••• 3 bytes, no text\n  password: hunter2\n  pem: |\n    a\n    b\n"))
    #expect(text.contains("note: hunter3"))
  }

  @Test func whatAnyOtherKindCallsASecretIsMaskedToo() {
    let kind = Kind(id: "example.com/v1/secrets", name: "Secret")
    #expect(!YAMLPage.page(of: Self.secret, kind: kind).text.contains("aHVudGVyMg"))
    #expect(!YAMLPage.page(of: Self.secret, kind: Kind(id: "v1/x", name: "X")).text.contains("aHVudGVyMg"))
  }
}
