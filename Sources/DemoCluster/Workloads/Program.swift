import Document

/// What the software in an image does: the cause of everything that a pod shows.
///
/// Behaviour belongs to images, limits and references to specs, so that a fault is made as in life: by a
/// release, a limit or a name that is wrong.
struct Program: Sendable {
  /// How a run ends.
  enum Fate: Sendable {
    case runs
    case exits(afterSeconds: ClosedRange<Double>, code: Int)
    /// Grows until the container's memory limit stops it.
    case leaks(afterSeconds: ClosedRange<Double>)
    /// Stops answering its liveness probe, until it is killed.
    case hangs(afterSeconds: ClosedRange<Double>)
    /// Ends well once there is a Service of that name.
    case waits(service: String)
    /// Takes so much memory at once, whatever its limit.
    case allocates(bytes: Int)
    /// Never begins: what the runtime says of the command.
    case cannotStart(message: String)
    /// Runs well only while a key of a ConfigMap has not this value; else it exits.
    case needs(Setting, code: Int)
  }

  /// A value that a program cannot work with.
  struct Setting: Sendable, Hashable {
    let configMap, key, badValue: String
  }

  /// What its readiness probe finds.
  enum Readiness: Sendable {
    case ready(afterSeconds: ClosedRange<Double>)
    case never(finding: String)
    /// Asks another workload: ready only while a Service has ready pods.
    case follows(service: String, namespace: String, finding: String)
    /// Answers later and later, until it is too late.
    case slowsDown(afterSeconds: ClosedRange<Double>, finding: String)
  }

  var fate = Fate.runs
  var readiness = Readiness.ready(afterSeconds: 1.5...6)
  /// The exit code of a postStart hook, and what it said; nil: well.
  var hookFailure: (code: Int, message: String)?
  var log = LogStyle.plain
  /// Log lines a second.
  var linesPerSecond = 0.5
  var imageMegabytes = 60.0
  /// How long it starts up; before that it says little.
  var quietSeconds = 0.0
  /// The last words of a run that does not end well.
  var lastWords: [String] = []
  /// What a script prints, instead of lines in a style; nil: no script.
  var script: Script?
  /// How much it works, next to others of its size.
  var cpuShare = 1.0
  /// Whether it goes on when it is asked to stop, until it is killed.
  var ignoresStop = false
  /// Whether nobody told the demo of the image: what its probes find is told from what they ask.
  var isGuessed = false
}

/// What comes of pulling an image.
enum ImagePull: Sendable, Hashable {
  case possible
  /// What the runtime says of it.
  case impossible(why: String)
  /// The name cannot even be read.
  case invalid(why: String)

  var isPossible: Bool { self == .possible }
}

/// The images that can be pulled.
struct ImageRegistry: Sendable {
  private var programs: [String: Program] = [:]
  private var repositories: Set<String> = []

  /// Makes an image of these tags known.
  mutating func add(_ repository: String, _ tags: [String], _ program: Program) {
    repositories.insert(repository)
    for tag in tags { programs["\(repository):\(tag)"] = program }
  }

  /// What an image's program does when it is started with a command.
  ///
  /// - Parameter isCommand: whether the words replace the image's own entry point.
  func program(_ image: String, command: [String], isCommand: Bool) -> Program {
    if let known = programs[image] { return known }
    return Program.ofUnknown(image, command: command, isCommand: isCommand)
  }

  func megabytes(_ image: String) -> Double { programs[image]?.imageMegabytes ?? 60 }

  // MARK: Pulling

  /// Words in a name that say that there is no such image: nobody can list all that there are.
  private static let absent = [
    "nope", "missing", "does-not-exist", "doesnotexist", "doesnt-exist", "notfound", "not-found",
    "nonexist", "non-exist", "no-such", "nosuch", "typo", "never-pushed", "bad-tag", "invalid", "wrong",
  ]

  func pull(_ image: String) -> ImagePull {
    if programs[image] != nil { return .possible }
    if let why = ImageRegistry.problem(image) { return .invalid(why: why) }
    let name = ImageName(image)
    if name.host.hasSuffix(".invalid") {
      return .impossible(why: ImageRegistry.unreachable(name, image))
    }
    if ImageRegistry.absent.contains(where: image.contains) || repositories.contains(name.repository)
      || image.hasPrefix(Shop.registry) || name.hasOddVersion
    {
      return .impossible(why: ImageRegistry.notFound(image))
    }
    return .possible
  }

  /// What is wrong with the name itself.
  private static func problem(_ image: String) -> String? {
    let name = ImageName(image)
    let head =
      "Failed to apply default image tag \"\(image)\": couldn't parse image name \"\(image)\": invalid "
      + "reference format"
    if name.path.contains(where: \.isUppercase) {
      return head + ": repository name (\(name.path)) must be lowercase"
    }
    let last = image.split(separator: "@")[0].split(separator: "/").last ?? ""
    if last.filter({ $0 == ":" }).count > 1 { return head }
    let allowed = image.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/:@".contains($0)) }
    return image.isEmpty || !allowed || image.hasSuffix(":") || name.path.isEmpty ? head : nil
  }

  /// What containerd says of an image that is not there.
  static func notFound(_ image: String) -> String {
    let full = ImageName(image).full
    return
      "rpc error: code = NotFound desc = failed to pull and unpack image \"\(full)\": failed to resolve reference "
      + "\"\(full)\": \(full): not found"
  }

  private static func unreachable(_ name: ImageName, _ image: String) -> String {
    "failed to pull and unpack image \"\(image)\": failed to resolve reference \"\(image)\": failed to do request: "
      + "Head \"https://\(name.host)/v2/\(name.path)/manifests/\(name.tag)\": dial tcp: lookup \(name.host) on "
      + "10.20.0.2:53: no such host"
  }

  /// The digest that an image always has.
  static func digest(_ image: String) -> String {
    var text = Bytes()
    for part in 0..<4 { text.put(hex: Dice.hash(image, UInt64(part)), digits: 16) }
    return "\(ImageName(image).repository)@sha256:\(String(decoding: text, as: UTF8.self))"
  }
}

/// The parts of an image's name.
struct ImageName: Hashable, Sendable {
  /// Empty when none is given: Docker Hub.
  let host: String
  /// Without host and tag.
  let path: String
  let tag: String

  init(_ text: String) {
    let plain = text.split(separator: "@", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    var parts = plain.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1, let first = parts.first,
      first.contains(".") || first.contains(":") || first == "localhost"
    {
      host = first
      parts.removeFirst()
    } else {
      host = ""
    }
    let last = (parts.popLast() ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    tag = last.count > 1 ? String(last[1]) : "latest"
    path = (parts + [last.first.map(String.init) ?? ""]).joined(separator: "/")
  }

  /// The last part of the path: `nginx`.
  var base: String { path.split(separator: "/").last.map(String.init) ?? path }
  var repository: String { host.isEmpty ? full.split(separator: ":")[0].description : "\(host)/\(path)" }
  /// With what the runtime adds to short names.
  var full: String {
    if !host.isEmpty { return "\(host)/\(path):\(tag)" }
    return "docker.io/\(path.contains("/") ? "" : "library/")\(path):\(tag)"
  }

  /// Whether no version of that number was ever made: nginx:1.161.
  fileprivate var hasOddVersion: Bool {
    guard host.isEmpty || host == "docker.io" else { return false }
    let numbers = tag.split(separator: "-")[0].split(separator: ".").compactMap { Int($0) }
    return numbers.count > 1 && numbers.contains { $0 > 99 && $0 < 1_000 }
  }
}
