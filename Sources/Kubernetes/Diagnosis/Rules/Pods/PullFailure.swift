/// Why an image could not be pulled, read from what the runtime says of it: containerd, CRI-O and Docker, and the registries
/// behind them (distribution's error codes, Docker Hub, ghcr, quay, GitLab, Harbor, ECR, Artifact Registry, Azure).
enum PullFailure: String {
  case name = "image-name-invalid"
  case neverPulled = "image-never-pull"
  case notFound = "image-not-found"
  /// The registry does not say whether it is missing or only not to be seen.
  case hidden = "image-not-visible"
  case credentials = "image-credentials"
  case rateLimit = "registry-rate-limit"
  /// The kubelet itself holds pulls back.
  case held = "image-pull-held"
  case lookup = "registry-unknown-host"
  case unreachable = "registry-unreachable"
  case trust = "registry-certificate"
  case plain = "registry-plain-http"
  case failing = "registry-failing"
  case platform = "image-platform"
  case format = "image-format"
  case shortName = "image-short-name"
  case signature = "image-signature"
  case disk = "disk-full"
  case unknown = "image-pull"

  init(reason: String, message: String, image: String) {
    switch reason {
    case "InvalidImageName": self = .name
    case "ErrImageNeverPull": self = .neverPulled
    case "SignatureValidationFailed": self = .signature
    default: self = Self.read(message, image: image)
    }
  }

  private static func read(_ message: String, image: String) -> PullFailure {
    // A repository may be called "denied".
    let reference = ImageReference(image)
    var text = message.replacing(image, with: "")
    if let repository = reference?.repository { text = text.replacing(repository, with: "") }
    if let reference, reference.namesRegistry { text = text.replacing(reference.registry, with: "") }
    let said = Wording(text)
    let codes = statusCodes(text)
    if said.has("toomanyrequests", "rate limit", "too many requests") || codes.contains("429") {
      return .rateLimit
    }
    if said.has("pull qps exceeded") { return .held }
    if said.has("no space left on device", "disk quota exceeded") { return .disk }
    if said.has(
      "no match for platform", "no matching manifest for", "no image found in image index for architecture",
      "no image found in manifest list for architecture", "exec format error")
    {
      return .platform
    }
    if said.has("invalid reference format", "couldn't parse image") { return .name }
    if said.has("short-name", "no unqualified-search registries") { return .shortName }
    if said.has("signature was required", "signaturevalidationfailed", "signature validation", "policy.json")
    {
      return .signature
    }
    if said.has("is no longer supported", "unsupported manifest", "unsupported media type", "schema1") {
      return .format
    }
    return network(said) ?? answer(said, codes)
  }

  /// The status codes of HTTP that stand in it as words of their own: accounts, digests and paths hold such digits, too.
  private static func statusCodes(_ text: String) -> Set<Substring> {
    let words = text.split { !($0.isLetter || $0.isNumber || "._-/@".contains($0)) }
    return Set(
      words.map { $0.hasSuffix(".") ? $0.dropLast() : $0 }.filter {
        $0.utf8.count == 3 && $0.allSatisfy(\.isNumber)
      })
  }

  private static func network(_ said: Wording) -> PullFailure? {
    if said.has("no such host", "server misbehaving", "name resolution", "name or service not known") {
      return .lookup
    }
    if said.has("server gave http response to https client") { return .plain }
    if said.has("x509", "certificate", "tls: handshake failure", "tls: failed to verify") { return .trust }
    if said.has(
      "connection refused", "i/o timeout", "tls handshake timeout", "no route to host",
      "network is unreachable",
      "context deadline exceeded", "client.timeout exceeded", "connection reset by peer",
      "connection timed out",
      "proxyconnect", "registryunavailable", "deadlineexceeded", "use of closed network connection")
    {
      return .unreachable
    }
    let isServer = said.has(
      "500 internal server error", "502 bad gateway", "503 service unavailable", "504 gateway timeout",
      "unexpected eof", ": eof", "unexpected status code 5", "status code 500", "status code 502",
      "status code 503")
    return isServer ? .failing : nil
  }

  /// What the registry itself said.
  private static func answer(_ said: Wording, _ codes: Set<Substring>) -> PullFailure {
    if said.has(
      "repository does not exist or may require", "it may not exist",
      "requested access to the resource is denied")
    {
      return .hidden
    }
    if said.has(
      "manifest unknown", "name unknown", "manifest_unknown", "name_unknown", "does not exist", "not found",
      "no such image", "no such manifest", "repositorynotfound") || codes.contains("404"),
      codes.isDisjoint(with: ["401", "403"])
    {
      return .notFound
    }
    if said.has(
      "unauthorized", "authentication required", "no basic auth credentials",
      "authorization failed",
      "insufficient_scope", "access denied", "access forbidden", "denied", "incorrect username or password",
      "authorization token has expired", "failed to authorize", "invalid username/password")
      || !codes.isDisjoint(with: ["401", "403"])
    {
      return .credentials
    }
    return .unknown
  }

  /// Whether it is the registry's fault, not the image's: then others that pull from there suffer, too.
  var isOfRegistry: Bool {
    switch self {
    case .rateLimit, .lookup, .unreachable, .trust, .plain, .failing: true
    default: false
    }
  }
}
