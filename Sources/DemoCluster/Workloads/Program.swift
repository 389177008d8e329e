/// What the software in an image does when it runs: the cause of everything that a pod shows.
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
  }

  /// What its readiness probe finds.
  enum Readiness: Sendable {
    case ready(afterSeconds: ClosedRange<Double>)
    case never(finding: String)
  }

  var fate = Fate.runs
  var readiness = Readiness.ready(afterSeconds: 1.5...6)
  /// The exit code of a postStart hook, and what it said; nil: well.
  var hookFailure: (code: Int, message: String)?
  var log = LogStyle.plain
  /// Log lines a second.
  var linesPerSecond = 0.5
  var imageMegabytes = 60.0
  /// The last words of a run that does not end well.
  var lastWords: [String] = []
}

/// The images that can be pulled.
struct ImageRegistry: Sendable {
  private var programs: [String: Program] = [:]

  /// Makes an image of these tags known.
  mutating func add(_ repository: String, _ tags: [String], _ program: Program) {
    for tag in tags { programs["\(repository):\(tag)"] = program }
  }

  func program(_ image: String) -> Program? { programs[image] }

  /// What containerd says of an image that is not there.
  static func notFound(_ image: String) -> String {
    "rpc error: code = NotFound desc = failed to pull and unpack image \"\(image)\": failed to resolve reference "
      + "\"\(image)\": \(image): not found"
  }

  /// The digest that an image always has.
  static func digest(_ image: String) -> String {
    let repository = image.prefix { $0 != ":" }
    var text = Bytes()
    for part in 0..<4 { text.put(hex: Dice.hash(image, UInt64(part)), digits: 16) }
    return "\(repository)@sha256:\(String(decoding: text, as: UTF8.self))"
  }
}
