import Document
import HTTP

/// A credential ready for use: the server with the client certificate, and the headers of every request.
struct HeldCredential: Sendable {
  private(set) var server: Server
  /// When another is to be got, in seconds since 1970: what the plug-in said, or the end of a certificate that stands
  /// in a file and may have been replaced there. nil where nothing says so.
  private(set) var expires: Int64?
  let tokenFile: String?
  private var authorization: Secret?
  private let impersonation: [Header]

  /// Reads files and runs the plug-in: blocks.
  init(
    _ connection: Connection, environment: Environment, terminal: PluginTerminal, deadlineSeconds: Int
  ) throws(IdentityError) {
    let credential = connection.credential
    server = connection.server
    impersonation = connection.impersonation.headers
    tokenFile = credential.tokenFile
    if let certificate = credential.certificate, let key = credential.key {
      server.tls.clientCertificate = try certificate.pem("client-certificate of user \"\(credential.user)\"")
      server.tls.clientKey = try key.pem("client-key of user \"\(credential.user)\"")
      if case .file = certificate { expires = Certificate(pem: server.tls.clientCertificate ?? [])?.notAfter }
    }
    if let token = credential.token { authorization = Secret("Bearer " + token.revealed) }
    if let username = credential.username {
      let pair = username + ":" + (credential.password?.revealed ?? "")
      authorization = Secret("Basic " + Base64.encode(pair.utf8))
    }
    if let path = credential.tokenFile, !readTokenFile(), authorization == nil {
      throw .unreadable(what: "tokenFile of user \"\(credential.user)\"", path: path, why: Self.why(path))
    }
    if let plugin = credential.plugin {
      do throws(PluginError) {
        take(try plugin.run(environment: environment, terminal: terminal, deadlineSeconds: deadlineSeconds))
      } catch {
        throw .plugin(error)
      }
    }
  }

  private mutating func take(_ grant: ExecPlugin.Grant) {
    authorization = grant.token.map { Secret("Bearer " + $0.revealed) }
    expires = grant.expires
    if let certificate = grant.certificate, let key = grant.key {
      server.tls.clientCertificate = certificate
      server.tls.clientKey = Array(key.revealed.utf8)
    }
  }

  /// Takes the token that stands in the file now; false where there is none or the same one.
  mutating func readTokenFile() -> Bool {
    guard let tokenFile, let bytes = try? LocalFile.read(tokenFile) else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let token = text.split(whereSeparator: \.isWhitespace).first else { return false }
    let fresh = Secret("Bearer " + token)
    defer { authorization = fresh }
    return fresh != authorization
  }

  private static func why(_ path: String) -> String {
    do {
      _ = try LocalFile.read(path)
      return "it holds no token"
    } catch {
      return error.why
    }
  }

  var headers: [Header] {
    guard let authorization else { return impersonation }
    return [Header("Authorization", authorization.revealed)] + impersonation
  }

  /// In seconds since 1970: what the plug-in said, else the claim "exp" of a JSON Web Token (RFC 7519), which is not
  /// verified here.
  var tokenExpires: Int64? {
    guard let token = authorization?.revealed, token.hasPrefix("Bearer ") else { return nil }
    if let expires, server.tls.clientCertificate == nil { return expires }
    let parts = token.dropFirst("Bearer ".count).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var claims = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
    while claims.utf8.count % 4 != 0 { claims += "=" }
    let json = Base64.decode(claims).flatMap { JSON.parse($0).value }
    return json?["exp"].int.map { Int64($0) }
  }

  func differs(from other: HeldCredential) -> Bool {
    authorization != other.authorization || server.tls != other.server.tls
  }
}

extension Impersonation {
  /// Kubernetes "User impersonation": one header for each group and for each value of each extra key.
  var headers: [Header] {
    guard let user else { return [] }
    var headers = [Header("Impersonate-User", user)]
    if let uid { headers.append(Header("Impersonate-Uid", uid)) }
    headers += groups.map { Header("Impersonate-Group", $0) }
    for (key, values) in extra {
      headers += values.map { Header("Impersonate-Extra-" + Self.escaped(key), $0) }
    }
    return headers
  }

  /// Percent-encoding of everything that a header's name can't hold (RFC 9110, "token").
  private static func escaped(_ key: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var name = ""
    for byte in key.utf8 {
      let isWord = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
      if isWord || "!#$&'*+-.^_`|~".utf8.contains(byte) {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        name += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return name
  }
}
