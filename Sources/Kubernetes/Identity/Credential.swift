/// Where the proof of who one is comes from. What it holds is read and run by `Access`.
package struct Credential: Sendable {
  var certificate: FileOrData?
  var key: FileOrData?
  var token: Secret?
  var tokenFile: String?
  var username: String?
  var password: Secret?
  var plugin: ExecPlugin?
  /// The user's entry, for messages.
  var user = ""

  var isNone: Bool {
    certificate == nil && token == nil && tokenFile == nil && username == nil && plugin == nil
  }

  /// How one identifies, for people: "token file /run/token", "client certificate", "plug-in aws".
  package var summary: String {
    var ways: [String] = []
    if let plugin { ways.append("plug-in \(plugin.displayName)") }
    switch certificate {
    case .file(let path): ways.append("client certificate \(path)")
    case .data: ways.append("client certificate")
    case nil: break
    }
    if let tokenFile { ways.append("token file \(tokenFile)") } else if token != nil { ways.append("token") }
    if username != nil { ways.append("password") }
    return ways.isEmpty ? "no credential" : ways.joined(separator: " and ")
  }
}
