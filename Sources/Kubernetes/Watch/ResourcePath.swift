import Cluster

/// Where the objects of a kind are on the server: "apps/v1/deployments" below /apis, "v1/pods" below /api.
struct ResourcePath: Hashable {
  private let prefix: String
  private let plural: String

  init(_ id: Kind.ID) {
    var parts = id.split(separator: "/", omittingEmptySubsequences: false)
    plural = Self.encoded(parts.removeLast())
    let root = parts.count > 1 ? "/apis/" : "/api/"
    prefix = root + parts.map(Self.encoded).joined(separator: "/")
  }

  /// An empty namespace: all of them, or a kind that has none.
  func list(namespace: String) -> String {
    namespace.isEmpty ? "\(prefix)/\(plural)" : "\(prefix)/namespaces/\(Self.encoded(namespace))/\(plural)"
  }

  func object(namespace: String, name: String) -> String {
    list(namespace: namespace) + "/" + Self.encoded(name)
  }

  /// Names come from people too; none may reach into another path.
  private static func encoded(_ part: some StringProtocol) -> String {
    var text = ""
    for byte in part.utf8 {
      let isPlain =
        (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || "-._~:".utf8.contains(byte)
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += byte < 16 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text == "." || text == ".." ? text.map { _ in "%2E" }.joined() : text
  }
}
