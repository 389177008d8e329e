import Cluster
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keys to play and screens to save, read from a file: for journeys in tests, for pictures and for bug reports.
///
///     size 120x40             without a terminal: the size of the screen (80x24)
///     keys j j enter ctrl-w   named keys
///     type :pods shop         text, followed by enter where it is a command, a filter or a search
///     idle                    wait until everything that is needed is there
///     wait Running            wait until this text is on the screen
///     pause 60                let so many seconds pass: for graphs, which only time brings
///     save FILE               the screen as text; FILE.ansi keeps the colours
///     quit
struct Script {
  enum Step: Equatable {
    case size(Int, Int)
    case keys([Key])
    case idle
    case wait(String)
    case pause(seconds: Int64)
    case save(String)
    case quit
  }

  struct Problem: Error {
    var text: String
  }

  private(set) var steps: [Step]
  private(set) var width = 80
  private(set) var height = 24
  /// What went wrong, in words; the program ends with it.
  private(set) var failure: String?
  private var last: Canvas?
  private var waitsSince: Int64?
  private var hasDrawnSinceKeys = true

  /// How long `wait` and `idle` wait before the script fails.
  static let patienceMilliseconds: Int64 = 15_000

  static func parse(_ text: String) throws(Problem) -> Script {
    var steps: [Step] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(separator: " ").map(String.init)
      guard let verb = words.first, !verb.hasPrefix("#") else { continue }
      let rest = line.drop { $0 == " " }.dropFirst(verb.count).drop { $0 == " " }
      guard let step = step(verb, Array(words.dropFirst()), String(rest)) else {
        throw Problem(
          text: "line \(index + 1): '\(line)' is no step: size, keys, type, idle, wait, pause, save or quit")
      }
      steps.append(step)
    }
    return Script(steps: steps)
  }

  private init(steps: [Step]) {
    self.steps = steps
    if case .size(let width, let height) = steps.first { (self.width, self.height) = (width, height) }
  }

  private static func step(_ verb: String, _ words: [String], _ rest: String) -> Step? {
    switch verb {
    case "size":
      let parts = (words.first ?? "").split(separator: "x").compactMap { Int($0) }
      return parts.count == 2 && parts.allSatisfy { (1...1_000).contains($0) }
        ? .size(parts[0], parts[1]) : nil
    case "keys":
      let keys = words.compactMap { Key(name: $0) }
      return keys.count == words.count && !keys.isEmpty ? .keys(keys) : nil
    case "type":
      let keys = rest.map { Key.character($0) }
      return keys.isEmpty
        ? nil : .keys(keys + (":/".contains(rest.first ?? " ") || rest.hasPrefix("f ") ? [.enter] : []))
    case "idle": return words.isEmpty ? .idle : nil
    case "wait": return rest.isEmpty ? nil : .wait(rest)
    case "pause":
      guard let seconds = words.first.flatMap({ Int64($0) }), words.count == 1, (0...3_600).contains(seconds)
      else { return nil }
      return .pause(seconds: seconds)
    case "save": return rest.isEmpty ? nil : .save(rest)
    case "quit": return words.isEmpty ? .quit : nil
    default: return nil
    }
  }

  /// A frame was drawn.
  mutating func saw(_ canvas: Canvas, _ session: Session) {
    last = canvas
    hasDrawnSinceKeys = true
  }

  /// The keys to press now; nil while the script waits. A script that is through quits.
  mutating func nextKeys(_ session: Session) -> [Key]? {
    guard hasDrawnSinceKeys, failure == nil, let canvas = last else {
      return failure == nil ? nil : Self.quitKeys
    }
    guard let step = steps.first else { return Self.quitKeys }
    if !isReached(step, canvas, session) { return checkPatience(step, session) }
    waitsSince = nil
    steps.removeFirst()
    switch step {
    case .keys(let keys):
      hasDrawnSinceKeys = false
      return keys
    case .size(let width, let height):
      (self.width, self.height, hasDrawnSinceKeys) = (width, height, false)
      return []
    case .save(let path):
      let text = path.hasSuffix(".ansi") ? canvas.ansi() : canvas.text() + "\n"
      let file = FileWriter.create(path, O_TRUNC, mode: 0o644)
      if file < 0 || !FileWriter.writeAll(Array(text.utf8), to: file) {
        failure = "could not write \(path): \(String(cString: strerror(errno)))"
      }
      if file >= 0 { FileWriter.close(file) }
      return nil
    case .quit: return Self.quitKeys
    case .idle, .wait, .pause: return nil
    }
  }

  private static let quitKeys: [Key] = [.control("c")]

  private func isReached(_ step: Step, _ canvas: Canvas, _ session: Session) -> Bool {
    switch step {
    case .idle: session.isIdle
    case .wait(let text): canvas.text().contains(text)
    case .pause(let seconds):
      waitsSince.map { session.milliseconds - $0 >= seconds * 1_000 } ?? (seconds == 0)
    default: true
    }
  }

  private mutating func checkPatience(_ step: Step, _ session: Session) -> [Key]? {
    let now = session.milliseconds
    let since = waitsSince ?? now
    waitsSince = since
    if case .pause = step { return nil }
    guard now - since > Self.patienceMilliseconds else { return nil }
    failure = "waited \(Self.patienceMilliseconds / 1_000) s in vain for \(step)\n\(last?.text() ?? "")"
    return Self.quitKeys
  }
}
