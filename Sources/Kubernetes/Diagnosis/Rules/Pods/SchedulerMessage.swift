/// What the scheduler says of a pod that it finds no node for, taken apart.
///
/// Source: pkg/scheduler/framework/types.go (FitError), and the plugins' reasons.
struct SchedulerMessage {
  struct Reason: Hashable {
    var count: Int
    /// "Insufficient cpu", "node(s) were unschedulable"
    var text: String
  }

  /// How many nodes it looked at; nil where it says nothing of nodes.
  private(set) var nodes: Int?
  private(set) var reasons: [Reason] = []
  /// What holds for the pod whatever the node: a claim that is not there, and the like.
  private(set) var general = ""
  /// What it says of throwing others off: "3 Preemption is not helpful for scheduling".
  private(set) var preemption = ""

  /// "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: 0/3 nodes are available: ..."
  init(_ message: String) {
    var text = Substring(message)
    if let place = text.firstRange(of: "preemption: ") {
      preemption = String(text[place.upperBound...])
      text = text[..<place.lowerBound]
    }
    if let place = text.firstRange(of: " nodes are available: "), let slash = text.firstIndex(of: "/") {
      nodes = Int(text[text.index(after: slash)..<place.lowerBound])
      text = text[place.upperBound...]
    }
    for end in [" no new claims to deallocate, ", " not found", " "]
    where text.hasSuffix(end) && end != " not found" {
      text = text.dropLast(end.count)
    }
    while text.last == "." || text.last == " " || text.last == "," { text = text.dropLast() }
    var rest: [String] = []
    for part in Self.split(text) {
      let words = part.split(separator: " ", maxSplits: 1)
      if words.count == 2, let count = Int(words[0]) {
        reasons.append(Reason(count: count, text: String(words[1])))
      } else if !part.isEmpty {
        rest.append(String(part))
      }
    }
    general = rest.joined(separator: ", ")
    // The plugin's last words are glued on: "... PersistentVolumeClaims. not found".
    if general.hasSuffix(". not found") { general = String(general.dropLast(11)) }
  }

  /// At commas outside of braces: a taint has one of its own.
  private static func split(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var depth = 0
    var at = start
    while at < text.endIndex {
      if text[at] == "{" { depth += 1 }
      if text[at] == "}" { depth -= 1 }
      if text[at] == ",", depth <= 0 {
        parts.append(text[start..<at].drop { $0 == " " })
        start = text.index(after: at)
      }
      at = text.index(after: at)
    }
    parts.append(text[start...].drop { $0 == " " })
    return parts
  }

  /// In a person's words: "1 lacks cpu, 2 are cordoned".
  var words: String {
    if reasons.isEmpty { return general }
    return reasons.map(Self.words).joined(separator: ", ")
  }

  private static func words(_ reason: Reason) -> String {
    let (count, said) = (reason.count, Wording(reason.text))
    let isOne = count == 1
    func verb(_ one: String, _ many: String, _ rest: String) -> String {
      "\(count) \(isOne ? one : many) \(rest)"
    }
    if let resource = said.behind("insufficient ") { return verb("lacks", "lack", String(resource)) }
    if said.has("too many pods") { return verb("is", "are", "full of pods") }
    if said.has("were unschedulable") { return verb("is", "are", "cordoned") }
    if said.has("taint") {
      let taint = said.behind("taint {").map { $0.prefix { $0 != "}" } }
      return verb(
        "has", "have",
        taint.map { "the taint \($0.replacing(": ", with: "="))" } ?? "a taint it does not tolerate")
    }
    if said.has("node affinity/selector", "didn't match node selector") {
      return verb("is", "are", "not selected")
    }
    if said.has("anti-affinity") { return verb("is", "are", "ruled out by pod anti-affinity") }
    if said.has("pod affinity") { return verb("is", "are", "ruled out by pod affinity") }
    if said.has("topology spread") { return verb("is", "are", "ruled out by topology spread") }
    if said.has("free ports") { return verb("has", "have", "the host port taken") }
    if said.has("volume node affinity conflict", "no available volume zone") {
      return verb("is", "are", "not where the volume is")
    }
    if said.has("available persistent volumes to bind") { return verb("has", "have", "no volume to bind") }
    if said.has("max volume count") { return verb("has", "have", "too many volumes") }
    if said.has("not ready", "not-ready", "unreachable") { return verb("is", "are", "not ready") }
    return "\(count) \(reason.text)"
  }
}
