import Foundation
import TestSupport

@testable import HTTP

/// Certificates that openssl makes for one run of the tests.
struct Certificates: Sendable {
  static let shared = Certificates()

  let directory = temporaryDirectory()

  private init() {
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for name in ["ca", "other-ca"] {
      run(
        ["req", "-x509"] + curve + [
          "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem",
        ])
    }
    directory.write("subjectAltName=IP:127.0.0.1,DNS:kubernetes.default\n", to: "names")
    for name in ["server", "client", "stranger"] {
      run(["req"] + curve + ["-subj", "/CN=\(name)", "-keyout", "\(name).pkcs8", "-out", "\(name).csr"])
      // As kubeadm and k3s write them: "BEGIN EC PRIVATE KEY".
      run(["ec", "-in", "\(name).pkcs8", "-out", "\(name).key"])
    }
    run(["genrsa", "-traditional", "-out", "rsa.key", "2048"])
    run(["req", "-new", "-key", "rsa.key", "-subj", "/CN=rsa", "-out", "rsa.csr"])
    run(["rsa", "-in", "rsa.key", "-aes128", "-passout", "pass:xyz", "-out", "locked.key"])
    sign("server", days: 2)
    sign("client", days: 2)
    sign("rsa", days: 2)
    sign("stranger", days: 2, by: "other-ca")
    sign("server", days: -1, as: "expired-server")
    sign("client", days: -1, as: "expired-client")
  }

  private func sign(_ name: String, days: Int, by authority: String = "ca", as output: String? = nil) {
    run([
      "x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key",
      "-set_serial", "\(Int.random(in: 1...Int.max))", "-days", "\(days)", "-extfile", "names",
      "-out", "\(output ?? name).pem",
    ])
  }

  private func run(_ arguments: [String]) {
    guard let child = try? ChildProcess("openssl", arguments, directory: directory.path) else {
      fatalError("openssl is not installed")
    }
    let exit = child.waitForExit()
    if exit != .code(0) { fatalError("openssl \(arguments): \(child.errors)") }
  }

  func bytes(_ name: String) -> [UInt8] {
    Array(FileManager.default.contents(atPath: directory.file(name)) ?? Data())
  }

  /// What a kubeconfig would say.
  func tls(authority: String? = "ca", client: String? = nil, key: String? = nil) -> TLS {
    var tls = TLS()
    tls.authorities = authority.map { bytes("\($0).pem") }
    tls.clientCertificate = client.map { bytes("\($0).pem") }
    tls.clientKey = (key ?? client).map { bytes("\($0).key") }
    return tls
  }
}

/// `openssl s_server`: the TLS everybody else is measured by.
final class OpenSSLServer {
  let port: Int
  let process: ChildProcess

  /// - Parameter options: "-www" answers requests with a page about the connection; without it what comes
  ///   is printed, and
  ///   the test writes the answer.
  init(certificate: String = "server", _ options: [String] = ["-www"]) throws {
    let certificates = Certificates.shared
    process = try ChildProcess(
      "openssl",
      [
        "s_server", "-accept", "127.0.0.1:0", "-cert", "\(certificate).pem", "-key", "server.key", "-CAfile",
        "ca.pem",
      ] + options, directory: certificates.directory.path)
    _ = process.waitForOutput("ACCEPT ")
    let process = process
    _ = waitUntil { process.output.components(separatedBy: "ACCEPT ").last?.contains("\n") == true }
    let line = process.output.components(separatedBy: "ACCEPT ").last?.prefix { $0 != "\n" } ?? ""
    port = Int(line.split(separator: ":").last ?? "") ?? 0
  }

  /// Ask for a certificate and refuse whoever has no good one.
  static let mutual = ["-Verify", "1", "-verify_return_error", "-www"]

  func getter(_ tls: TLS, token: String? = nil) -> Getter {
    var server = Server(base: "https://127.0.0.1:\(port)")
    server.tls = tls
    return Getter(
      session: HTTPSession(), server: server,
      headers: { token.map { [Header("Authorization", "Bearer \($0)")] } ?? [] })
  }
}
