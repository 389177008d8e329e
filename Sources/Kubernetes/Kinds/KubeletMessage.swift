import Cluster

/// Messages of the kubelet and of container runtimes, which wrap the one fact they tell in what was being
/// tried.
enum KubeletMessage {
  /// Longer messages are cut: a reason is one line.
  static let maxCharacters = 240

  /// What goes before the fact, in the order containerd, runc and the kubelet put it.
  private static let wrappings = [
    "Back-off pulling image ", "ErrImagePull: ", "ImagePullBackOff: ", "rpc error: code = ",
    "failed to pull and unpack image ", "failed to resolve reference ", "failed to resolve image ",
    "failed to do request: ", "failed to copy: ", "Failed to apply default image tag ",
    "couldn't parse image name ", "couldn't parse image reference ", "invalid reference format: ",
    "failed to create containerd task: ", "failed to create shim task: ", "OCI runtime create failed: ",
    "runc create failed: ", "container_linux.go", "unable to start container process: ",
    "Error response from daemon: ", "failed to pull image ",
  ]

  /// The fact at the end of a message: "not found", "dial tcp: ... no such host". Empty when the message only
  /// repeats what was tried.
  static func cause(_ message: String, image: String = "") -> String {
    var text = Substring(message)
    while let rest = unwrapped(text, image) { text = rest }
    if text.hasSuffix(": unknown") { text = text.dropLast(": unknown".count) }
    return shortened(String(text))
  }

  private static func unwrapped(_ text: Substring, _ image: String) -> Substring? {
    if !image.isEmpty, text.hasPrefix(image + ": ") { return text.dropFirst(image.count + 2) }
    guard let wrapping = wrappings.first(where: { text.hasPrefix($0) }) else { return nil }
    var rest = text.dropFirst(wrapping.count)
    switch wrapping {
    case "rpc error: code = ":
      // "NotFound desc = ..."
      guard let end = rest.firstRange(of: " desc = ") else { return nil }
      return rest[end.upperBound...]
    case _ where rest.hasPrefix("\""):
      // The image in quotes, then a colon, then the rest.
      rest = rest.dropFirst()
      guard let quote = rest.firstIndex(of: "\"") else { return nil }
      rest = rest[rest.index(after: quote)...]
      if rest.hasPrefix(": ") { return rest.dropFirst(2) }
      return rest.isEmpty ? "" : nil
    default: return rest
    }
  }

  /// "5m0s" of "back-off 5m0s restarting failed container=...".
  static func backOff(_ message: String) -> String? {
    let words = message.split(separator: " ")
    guard words.count > 1, words[0] == "back-off" else { return nil }
    return String(words[1])
  }

  static func shortened(_ text: String) -> String {
    if text.count <= maxCharacters { return text }
    // Cut in the middle a credential would not be known as one any more.
    let masked = Credentials.masked(text)
    return masked.count <= maxCharacters ? masked : masked.prefix(maxCharacters - 1) + "…"
  }
}
