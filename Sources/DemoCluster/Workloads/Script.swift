/// What a shell script does, as far as a demo needs to know: prints, sleeps, ends.
struct Script: Sendable, Hashable {
  struct Line: Sendable, Hashable {
    let seconds: Double
    let text: String
  }

  private(set) var lines: [Line] = []
  /// How long it runs; when it loops, how long one turn takes.
  private(set) var seconds = 0.0
  /// nil: it runs for ever.
  private(set) var exitCode: Int?
  /// Where the endless loop begins, if there is one.
  private(set) var loopStart: Double?
  /// The Service that it waits for.
  private(set) var awaited: String?
  /// When files come and go.
  private(set) var files: [FileChange] = []

  struct FileChange: Sendable, Hashable {
    var seconds: Double
    let path: String
    let isThere: Bool
  }

  /// Whether a file that the script made or removed is there; nil for others.
  func hasFile(_ path: String, seconds: Double) -> Bool? {
    let own = files.filter { $0.path == path }
    guard let first = own.first else { return nil }
    var at = seconds
    if let loopStart, self.seconds > loopStart, at > self.seconds {
      let turn = self.seconds - loopStart
      at = loopStart + (at - loopStart).truncatingRemainder(dividingBy: turn)
    }
    return own.last { $0.seconds <= at }?.isThere ?? !first.isThere
  }

  /// Quick tools: they do something and are through.
  private static let quick: Set<String> = [
    "ls", "mkdir", "chmod", "cp", "touch", "export", "set", "cd", "curl", "wget", "cat", "env", "ps", "id",
    "whoami", "uname", "hostname", "tar", "rm", "mv", "ln", "chown", "apk", "apt-get", "git", "nc", "kubectl",
    "printenv", "df", "free", "umask", "trap", "test", "[", "nslookup", "dig", "ping", "sync", "local", "seq",
  ]

  init(_ text: String) {
    exitCode = nil
    var runner = Runner(words: Script.words(text))
    runner.run()
    lines = runner.lines
    seconds = runner.now
    exitCode = runner.isEndless ? nil : runner.code
    loopStart = runner.loopStart
    awaited = runner.awaited
    files = runner.files
  }

  /// The same for one command without a shell.
  init(arguments: [String]) {
    var runner = Runner(words: arguments + [";"])
    runner.run()
    lines = runner.lines
    seconds = runner.now
    exitCode = runner.isEndless ? nil : runner.code
    (loopStart, awaited, files) = (runner.loopStart, runner.awaited, runner.files)
  }

  /// The lines of one second of a run.
  func lines(second: Int64) -> [Line] {
    if lines.isEmpty { return [] }
    let from = Double(second)
    guard let loopStart, seconds > loopStart, from >= seconds else {
      return lines.filter { $0.seconds >= from && $0.seconds < from + 1 }
    }
    let turn = seconds - loopStart
    var found: [Line] = []
    for number in [
      ((from - loopStart) / turn).rounded(.down), ((from + 1 - loopStart) / turn).rounded(.down),
    ] {
      let shift = number * turn
      for line in lines where line.seconds >= loopStart {
        let at = line.seconds + shift
        if at >= from, at < from + 1, !found.contains(where: { $0.seconds == at && $0.text == line.text }) {
          found.append(Line(seconds: at, text: line.text))
        }
      }
    }
    return found.sorted { $0.seconds < $1.seconds }
  }

  // MARK: Reading

  /// Words, and the signs between commands as words of their own.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var hasWord = false
    var quote: Character?
    var rest = Substring(text)
    func isNext(_ sign: Character) -> Bool { rest.first == sign }
    while let next = rest.popFirst() {
      if let open = quote {
        if next == open { quote = nil } else { word.append(next) }
        continue
      }
      switch next {
      case "'", "\"":
        quote = next
        hasWord = true
      case " ", "\t", "\n", ";", "&", "|":
        if hasWord || !word.isEmpty { words.append(word) }
        (word, hasWord) = ("", false)
        if next == "\n" || next == ";" { words.append(";") }
        if next == "&" { words.append(rest.popFirstIf("&") ? "&&" : ";") }
        if next == "|" { words.append(rest.popFirstIf("|") ? "||" : "|") }
      case "\\": if let escaped = rest.popFirst(), escaped != "\n" { word.append(escaped) }
      default: word.append(next)
      }
    }
    if hasWord || !word.isEmpty { words.append(word) }
    return words + [";"]
  }

  /// Runs commands on paper.
  private struct Runner {
    var words: [String]
    var at = 0
    var now = 0.0
    var code = 0
    var lines: [Line] = []
    var isEndless = false
    var isOver = false
    var loopStart: Double?
    var awaited: String?
    var files: [FileChange] = []
    private var depth = 0

    init(words: [String]) { self.words = words }

    mutating func run() {
      while at < words.count, !isOver, lines.count < 500 { command() }
    }

    private mutating func command() {
      let end = words[at...].firstIndex { [";", "&&", "||", "|"].contains($0) } ?? words.count
      let words = Array(words[at..<end])
      let sign = end < self.words.count ? self.words[end] : ";"
      if let first = words.first, ["while", "until", "for"].contains(first) {
        loop(words)
        return
      }
      at = end + 1
      if words.isEmpty { return }
      perform(words, isPiped: sign == "|")
      if sign == "&&" && code != 0 { skip(to: ["||", ";"]) }
      if sign == "||" && code == 0 { skip(to: [";"]) }
    }

    private mutating func skip(to signs: Set<String>) {
      while at < words.count, !signs.contains(words[at]) { at += 1 }
      at += 1
    }

    private mutating func perform(_ words: [String], isPiped: Bool) {
      var words = words
      while let first = words.first,
        ["then", "do", "exec", "time", "sudo"].contains(first) || first.isAssignment
      {
        words.removeFirst()
      }
      let name = words.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
      let rest = Array(words.dropFirst())
      code = 0
      note(name, rest)
      switch name {
      case "", ":", "true", "fi", "done", "else": break
      case "if": code = 0
      case "false": code = 1
      case "exit":
        code = rest.first.flatMap { Int($0) } ?? code
        isOver = true
      case "sleep": sleep(rest.first ?? "0")
      case "echo", "printf": if !isPiped { say(rest) }
      case "sh", "bash", "ash":
        if let place = rest.firstIndex(of: "-c"), place + 1 < rest.count, depth < 4 {
          nested(rest[place + 1])
        }
      case "date": if !isPiped { lines.append(Line(seconds: now + 0.01, text: "\u{E001}date")) }
      case "tail" where rest.contains("-f"), "wait", "pause": runForEver()
      default:
        if Script.quick.contains(name) { now += 0.3 } else { runForEver() }
      }
    }

    /// Files that a command makes or removes.
    private mutating func note(_ name: String, _ words: [String]) {
      let isThere = name != "rm"
      var paths = ["touch", "rm"].contains(name) ? words.filter { !$0.hasPrefix("-") } : []
      for (index, word) in words.enumerated() where word.hasPrefix(">") {
        let path = word.drop { $0 == ">" }
        if !path.isEmpty {
          paths.append(String(path))
        } else if index + 1 < words.count {
          paths.append(words[index + 1])
        }
      }
      files += paths.filter { $0.hasPrefix("/") }.map { FileChange(seconds: now, path: $0, isThere: isThere) }
    }

    private mutating func nested(_ text: String) {
      var inner = Runner(words: Script.words(text))
      inner.depth = depth + 1
      inner.run()
      lines += inner.lines.map { Line(seconds: $0.seconds + now, text: $0.text) }
      if let start = inner.loopStart { loopStart = start + now }
      files += inner.files.map { FileChange(seconds: $0.seconds + now, path: $0.path, isThere: $0.isThere) }
      now += inner.now
      (code, isEndless, awaited) = (inner.code, inner.isEndless, inner.awaited)
      isOver = isOver || inner.isEndless
    }

    private mutating func runForEver() {
      isEndless = true
      isOver = true
    }

    private mutating func sleep(_ text: String) {
      if text == "infinity" || text == "inf" { return runForEver() }
      let scale = text.hasSuffix("m") ? 60.0 : text.hasSuffix("h") ? 3_600 : text.hasSuffix("d") ? 86_400 : 1
      let number = text.filter { $0.isNumber || $0 == "." }
      now += min(1e8, (Double(number) ?? 0) * scale)
    }

    private mutating func say(_ words: [String]) {
      var words = words
      if words.first == "-n" || words.first == "-e" { words.removeFirst() }
      if let place = words.firstIndex(where: { $0.hasPrefix(">") || $0.hasPrefix("1>") }) {
        if words[place] != ">&2" { return }
        words.remove(at: place)
      }
      now += 0.001
      let text = words.joined(separator: " ").replacingMark("$(date)", with: "\u{E001}date")
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        lines.append(Line(seconds: now, text: String(line)))
      }
    }

    // MARK: Loops

    private mutating func loop(_ head: [String]) {
      guard let start = words[at...].firstIndex(of: "do") else { return runForEver() }
      var level = 0
      var end = start
      while end < words.count {
        if words[end] == "do" { level += 1 }
        if words[end] == "done" { level -= 1 }
        if level == 0 { break }
        end += 1
      }
      let body = Array(words[(start + 1)..<max(start + 1, end)]) + [";"]
      if head.first == "for" {
        repeatBody(body, head)
        at = end + 1
        return
      }
      let condition = words[(at + 1)..<start].joined(separator: " ")
      if head.first == "until" { awaited = Runner.service(in: condition) }
      if condition.hasPrefix("false") {
        at = end + 1
        return
      }
      loopStart = now
      turn(body)
      if now == loopStart { now += 1 }
      if !isOver || isEndless { runForEver() }
    }

    /// The host that a condition asks for: `nslookup orders-db.platform.svc...`.
    private static func service(in condition: String) -> String? {
      let tools: Set<String> = ["nslookup", "nc", "ping", "getent", "wget", "curl", "pg_isready"]
      let words = condition.split(separator: " ").map(String.init)
      guard let first = words.first, tools.contains(first) else { return nil }
      let host = words.dropFirst().first { !$0.hasPrefix("-") && $0 != "hosts" && Int($0) == nil }
      return host.map { text in
        let plain = text.split(separator: "/").last { !$0.isEmpty && !$0.hasSuffix(":") } ?? Substring(text)
        return String(plain.split(separator: ":")[0])
      }
    }

    private mutating func repeatBody(_ body: [String], _ head: [String]) {
      let name = head.count > 1 ? head[1] : "i"
      var values = head.dropFirst(3).map { $0 }
      if let place = values.firstIndex(where: { $0.hasPrefix("$(seq") || $0.hasPrefix("`seq") }) {
        let numbers = values[place...].compactMap { Int($0.filter(\.isNumber)) }
        let first = numbers.count > 1 ? numbers[0] : 1
        values = (first...max(first, min(numbers.last ?? 1, first + 500))).map(String.init)
      }
      for value in values where !isOver && lines.count < 500 {
        turn(body.map { $0.replacingMark("$\(name)", with: value).replacingMark("${\(name)}", with: value) })
      }
    }

    private mutating func turn(_ body: [String]) {
      let (kept, place) = (words, at)
      words = body
      at = 0
      depth += 1
      if depth < 6 { run() }
      depth -= 1
      (words, at) = (kept, place)
    }
  }
}

extension Substring {
  fileprivate mutating func popFirstIf(_ sign: Character) -> Bool {
    guard first == sign else { return false }
    removeFirst()
    return true
  }
}

extension String {
  fileprivate var isAssignment: Bool {
    guard let place = firstIndex(of: "="), place > startIndex else { return false }
    return self[..<place].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}
