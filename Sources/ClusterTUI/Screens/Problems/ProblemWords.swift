import Cluster
import Terminal

/// What one problem says about itself, each in as few words as fit a column: harmless, its moments as of now.
struct ProblemWords {
  let problem: Problem
  private let kinds: Catalog
  private let now: Int64

  init(_ problem: Problem, _ kinds: Catalog, now: Int64) {
    (self.problem, self.kinds, self.now) = (problem, kinds, now)
  }

  private func clean(_ text: String) -> String { Text.harmless(Moment.rendered(text, now: now)) }

  var headline: String { clean(problem.finding.headline) }
  /// "shop"; where several clusters are shown, "prod-eu shop".
  var namespace: String {
    Text.harmless([problem.cluster, problem.subject.namespace].filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// "api"; with its kind where that is no workload: "node worker-2".
  var name: String {
    let name = Text.harmless(problem.subject.name)
    if problem.tally != nil || kinds[problem.subject.kind]?.role == .workload { return name }
    return "\(kinds.word(for: problem.subject, problem.kindName)) \(name)"
  }

  /// The same as short as can be, with what is ready: "api 3/5", "svc web".
  var shortName: String {
    let name = Text.harmless(problem.subject.name)
    if problem.tally != nil { return "\(name) \(tally)" }
    if kinds[problem.subject.kind]?.role == .workload { return name }
    return "\(kinds.word(for: problem.subject, problem.kindName, longest: 5)) \(name)"
  }

  /// "3/5"; empty where nothing is counted.
  var tally: String { problem.tally.map { "\($0.ready)/\($0.wanted)" } ?? "" }
  var verdict: String { problem.finding.verdict.shortWord }
  /// "7m"
  var shortAge: String {
    let age = age
    guard let unit = age.firstIndex(where: \.isLetter) else { return age }
    return String(age[...unit])
  }
  var age: String { problem.since.map { Age.text(seconds: max(0, now - $0)) } ?? "-" }
  /// "rollout rev 12"
  var trigger: String { problem.trigger.map { clean($0.shortWords(kinds)) } ?? "" }

  /// What it stands for besides itself, in words and as a mere number: "+60 pods of 14 workloads" and "+14".
  var folded: (long: String, short: String) {
    let consequences = problem.consequences
    guard let first = consequences.first else {
      let others = problem.others.count { !$0.isConsequence && $0.severity > .notice }
      return others > 0 ? ("and \(others) more", "+\(others)") : ("", "")
    }
    let count = consequences.count
    let isOfOneKind = consequences.allSatisfy { $0.kindName == first.kindName }
    let areWorkloads = consequences.allSatisfy { kinds[$0.subject.kind]?.role == .workload }
    let one = kinds.word(for: first.subject, first.kindName)
    let many = isOfOneKind ? kinds[first.subject.kind]?.plural : areWorkloads ? "workloads" : "objects"
    let objects = count == 1 ? "1 \(one)" : "\(count) \(many ?? "objects")"
    // Of a workload the tally tells how many.
    let affected = problem.tally == nil ? problem.finding.affectedCount : 0
    guard affected > 0, let pods = problem.finding.affected.first.flatMap({ kinds[$0.kind] }) else {
      return ("+\(objects)", "+\(count)")
    }
    return ("+\(affected) \(affected == 1 ? pods.singular : pods.plural) of \(objects)", "+\(affected)")
  }

  /// The whole in one line: "shop/api 3/5: image shop/api:v9 not found, hopeless, 4m, since rollout rev 12".
  var sentence: String {
    let place = namespace.isEmpty ? name : "\(namespace)/\(name)"
    let head = tally.isEmpty ? place : "\(place) \(tally)"
    var parts = [headline, folded.long, verdict].filter { !$0.isEmpty }
    if problem.since != nil { parts.append(age) }
    if !trigger.isEmpty { parts.append("since \(trigger)") }
    return "\(head): \(parts.joined(separator: ", "))"
  }

  /// What a filter looks through.
  var searchable: String {
    [namespace, name, tally, headline, problem.kindName, verdict, problem.finding.verdict.words, trigger]
      .joined(separator: " ")
  }
}

extension Finding.Verdict {
  /// For a column: "hopeless", "heals", "look".
  var shortWord: String {
    switch self {
    case .heals: "heals"
    case .hopeless: "hopeless"
    case .unclear: "look"
    }
  }

  var style: Style {
    switch self {
    case .heals: Theme.row(.starting)
    case .hopeless: Theme.span(.bad)
    case .unclear: Theme.span(.warning)
    }
  }
}

extension Finding.Severity {
  var tone: Tone {
    switch self {
    case .critical, .error: .bad
    case .warning: .pending
    case .notice: .done
    }
  }

  /// Colour is never the only sign.
  var glyph: Character {
    switch self {
    case .critical: "X"
    case .error: "x"
    case .warning: "!"
    case .notice: "i"
    }
  }

  var style: Style {
    var style = Theme.row(tone)
    style.bold = self == .critical
    return style
  }
}

extension Happening {
  /// What it was, short enough for a column: "rollout rev 12", "configmap app-config".
  func shortWords(_ kinds: Catalog) -> String {
    let head = text.split(separator: ":", maxSplits: 1).first.map(String.init) ?? text
    switch sort {
    case .rollout:
      if head.hasPrefix("revision ") { return "rollout rev \(head.dropFirst(9))" }
      return head.hasPrefix("rollout") ? head : "rollout \(head)"
    case .configuration, .node, .certificate:
      return "\(kinds.word(for: subject)) \(subject.name)"
    case .edit where !by.isEmpty: return "edit by \(by)"
    case .release, .scale, .autoscaler, .edit, .event, .began: return head
    }
  }
}

extension Catalog {
  /// What an object of this kind is called in a sentence: "deployment"; a long name gives way to its short one, "pvc".
  /// Without a name its kind's path tells.
  func word(for ref: ObjectRef, _ kindName: String = "", longest: Int = 12) -> String {
    let path = ref.kind.split(separator: "/").last.map(String.init) ?? ""
    let word = Text.harmless(self[ref.kind]?.singular ?? (kindName.isEmpty ? path : kindName.lowercased()))
    guard word.count > longest, let short = self[ref.kind]?.shortNames.first else { return word }
    return short
  }

  /// "deployment shop/api"
  func words(for ref: ObjectRef, _ kindName: String = "") -> String {
    let place = ref.namespace.isEmpty ? ref.name : "\(ref.namespace)/\(ref.name)"
    return "\(word(for: ref, kindName)) \(Text.harmless(place))"
  }
}
