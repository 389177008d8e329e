import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// The small readers behind an identity: base64, PEM, certificates, text that is made harmless, files.
struct IdentityTextTests {
  @Test(arguments: ["", "a", "ab", "abc", "abcd", "\u{0}\u{FF}é😀"])
  func base64IsWhatFoundationMakesOfIt(text: String) {
    let encoded = Data(text.utf8).base64EncodedString()
    #expect(Base64.encode(text.utf8) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
  }

  @Test func base64MayBeFoldedAndMustBeWhole() {
    #expect(Base64.decode("YW\n Jj\r\n") == Array("abc".utf8))
    for broken in ["Y", "YQ", "YQ=", "YQ===", "Y=Q=", "YW*j", "YWJj="] {
      #expect(Base64.decode(broken) == nil)
    }
  }

  @Test func aCertificateTellsItsNamesAndItsTime() throws {
    let authority = TestAuthority.shared
    let jane = try #require(Certificate(pem: Array(authority.text("jane.crt").utf8)))
    #expect(jane.subject.common == "jane")
    #expect(jane.subject.organizations == ["dev", "ops"])
    #expect(jane.issuer.description == "test-ca")
    #expect(jane.notAfter - jane.notBefore == 2 * 86_400)
    #expect(abs(jane.notBefore - Int64(time(nil))) < 600)
    let server = try #require(Certificate(pem: Array(authority.text("server.crt").utf8)))
    #expect(server.hosts == ["127.0.0.1", "localhost"])
  }

  @Test func timesAreReadAsOpenSSLReadsThem() throws {
    // Beyond 2049 certificates write the year with four digits.
    let folder = temporaryDirectory()
    let result = try run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "20000",
        "-subj",
        "/CN=long", "-addext", "subjectAltName=IP:2001:db8::7,DNS:a.example", "-keyout", folder.file("key"),
        "-out", folder.file("crt"),
      ])
    #expect(result.exit == .code(0), "\(result.errors)")
    let certificate = try #require(Certificate(pem: try LocalFile.read(folder.file("crt"))))
    #expect(certificate.notAfter - certificate.notBefore == 20_000 * 86_400)
    #expect(certificate.hosts == ["2001:db8:0:0:0:0:0:7", "a.example"])
    // As many bytes and fewer characters.
    var der = try #require(PEM.blocks("CERTIFICATE", in: try LocalFile.read(folder.file("crt"))).first)
    let time = try #require(der.firstRange(of: [0x18, 0x0F]))
    der.replaceSubrange(time.upperBound..<time.upperBound + 15, with: Array("206601\r\n000000Z".utf8))
    #expect(Certificate(der: der) == nil)
  }

  @Test func brokenCertificatesAreReadAsFarAsTheyGoAndNeverCrash() throws {
    let der = try #require(
      PEM.blocks("CERTIFICATE", in: Array(TestAuthority.shared.text("jane.crt").utf8)).first)
    for length in 0..<der.count { _ = Certificate(der: Array(der.prefix(length))) }
    var random = Numbers(state: 7)
    for _ in 0..<5_000 {
      var broken = der
      for _ in 0...random.below(3) { broken[random.below(broken.count)] = UInt8(random.below(256)) }
      _ = Certificate(der: broken)
    }
    #expect(
      Certificate(pem: Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".utf8)) == nil)
  }

  @Test func whatOthersSaidCannotMoveTheCursor() {
    let hostile = "\u{1B}]0;title\u{7}ok\u{1B}[2J \u{202E}txet\u{9B}31m\ttab\r\nnext\u{7F}"
    let line = Harmless.line(hostile)
    #expect(line == "]0;title ok [2J txet 31m tab next")
    #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    let lines = Harmless.lines(Array("\u{1B}[1;31mred\u{1B}[0m\n\n  \nplain\nthird".utf8), maxLines: 2)
    #expect(lines == ["red", "plain"])
  }

  @Test func aLongLineIsCut() {
    let lines = Harmless.lines(Array(String(repeating: "x", count: 1_000).utf8), maxLines: 3)
    #expect(lines == [String(repeating: "x", count: 300) + "…"])
  }

  @Test func filesThatAreNoneSayWhy() throws {
    let folder = temporaryDirectory()
    func why(_ path: String) -> String? {
      do throws(LocalFile.Failure) {
        _ = try LocalFile.read(path)
        return nil
      } catch {
        return error.why
      }
    }
    #expect(why(folder.path) == "Is a directory")
    #expect(why(folder.file("nothing")) == "No such file or directory")
    #expect(why("/dev/zero") == "File too large")
    #expect(LocalFile.resolve("../a", in: "/b/c") == "/b/c/../a")
    #expect(LocalFile.resolve("/a", in: "/b") == "/a")
    #expect(
      LocalFile.folder(of: "/a") == "/" && LocalFile.folder(of: "a") == "."
        && LocalFile.folder(of: "/a/b") == "/a")
  }

  @Test func placesAreTakenFromURLs() {
    func place(_ url: String) -> String { "\(ServerPlace(url).host) \(ServerPlace(url).port)" }
    #expect(place("https://k:6443/x") == "k 6443")
    #expect(place("https://k") == "k 443")
    #expect(place("http://[::1]:8001") == "::1 8001")
    #expect(place("http://user:word@proxy") == "proxy 80")
  }

  @Test func aPodsServerMayHaveAnAddressOfVersion6() throws {
    let folder = temporaryDirectory()
    let account = "var/run/secrets/kubernetes.io/serviceaccount/"
    folder.write("t", to: account + "token")
    folder.write("-----BEGIN CERTIFICATE-----", to: account + "ca.crt")
    let environment = Environment(["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"])
    let connection = try InCluster.connection(environment: environment, root: folder.path)
    #expect(ServerPlace(connection.server.base).host == "fd00::1")
    #expect(throws: IdentityError.self) {
      try InCluster.connection(environment: environment, root: "/nowhere")
    }
    #expect(throws: IdentityError.self) { try InCluster.connection(environment: Environment([:])) }
  }
}
