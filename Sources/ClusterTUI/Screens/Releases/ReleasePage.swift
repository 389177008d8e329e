import Cluster
import Document
import Kubernetes
import Terminal

/// A revision of a release as documents: what it is and how its objects are, its values, manifest and notes.
struct ReleasePage {
  enum Part: String, CaseIterable {
    case release, values, allValues = "all values", manifest, notes
  }

  let release: Release
  let kinds: Catalog
  /// What is broken where the release is; nil where nobody looked.
  var problems: [Problem]?
  var isRevealed = false
  var now: Int64
  var width: Int

  func page(_ part: Part) -> Page {
    let title = "\(release.name) \(part.rawValue)"
    switch part {
    case .release: return Page(title: title, lines: overview)
    case .values:
      return Page(
        title: title, lines: values(shown.values, none: "nothing was set: the chart's own values hold"))
    case .allValues:
      return Page(title: title, lines: values(shown.allValues, none: "the chart has no values"))
    case .manifest: return Page(title: title, lines: manifest)
    case .notes:
      let lines = shown.notes.split(separator: "\n", omittingEmptySubsequences: false)
      return Page(
        title: title,
        lines: shown.notes.isEmpty
          ? [none("the chart has no notes")] : lines.map { PageLine([Span(String($0))]) })
    }
  }

  /// Values hold passwords, and so do the Secrets of a manifest.
  private var shown: Release { isRevealed ? release : release.redacted }

  private func none(_ text: String) -> PageLine { PageLine([Span(text, .dim)]) }

  private func values(_ values: JSON, none text: String) -> [PageLine] {
    if values.members.isEmpty { return [none(text)] }
    let comment =
      isRevealed ? "# credentials are shown" : "# what looks like a credential is masked: x shows it"
    return [none(comment)] + YAMLPage.lines(of: values)
  }

  private var manifest: [PageLine] {
    if release.manifest.isEmpty { return problemLines + [none("no objects")] }
    return problemLines
      + shown.manifest.flatMap { part -> [PageLine] in
        let head = PageLine([
          Span("\(part.kindName) \(part.ref.name)", .heading, reference: live(part.ref)),
          Span(part.source.isEmpty ? "" : "  \(part.source)", .dim),
        ])
        return [head] + YAMLPage.lines(of: part.json).map { PageLine(depth: $0.depth + 1, $0.spans) }
      }
  }

  private var problemLines: [PageLine] { release.problems.map { PageLine([Span($0, .warning)]) } }

  // MARK: What it is

  private var overview: [PageLine] {
    var lines = [
      PageLine([
        Span("release \(release.namespace)/\(release.name), revision \(release.revision): ", .heading),
        Span(release.status, meaning(of: release.status)),
      ])
    ]
    lines += TextWrap.lines(shown.description, columns: max(20, width - 2)).map {
      PageLine([Span("  \($0)", release.status == "failed" ? .bad : .plain)])
    }
    lines += problemLines + [PageLine([])]
    lines.append(field("Chart", release.chart))
    lines.append(field("App version", release.appVersion))
    lines.append(field("First deployed", moment(release.firstDeployed)))
    lines.append(field("Last deployed", moment(release.lastDeployed)))
    let broken = broken
    if !broken.isEmpty {
      lines += [PageLine([]), PageLine([Span("What of it is not well:", .heading)])]
      for (part, words) in broken {
        lines.append(PageLine(depth: 1, [Span("  x ", .bad), name(part.kindName, part.ref)]))
        lines += TextWrap.lines(Moment.rendered(words, now: now), columns: max(20, width - 8)).map {
          PageLine(depth: 2, [Span("      \($0)", .bad)])
        }
      }
    }
    if !release.hooks.isEmpty {
      lines += [PageLine([]), PageLine([Span("Hooks:", .heading)])]
      lines += release.hooks.map { hook in
        PageLine(
          depth: 1,
          [
            Span("  "), name(hook.kindName, hook.ref), Span("  \(hook.events)", .dim),
            Span(hook.phase.isEmpty ? "" : "  \(hook.phase)", hook.phase == "Failed" ? .bad : .good),
            Span(hook.completed.map { " \(Age.text(seconds: max(0, now - $0))) ago" } ?? "", .dim),
          ])
      }
    }
    lines += [PageLine([]), PageLine([Span("Objects (\(release.manifest.count)):", .heading)])]
    let isBroken = Set(broken.map(\.part.ref))
    lines += release.manifest.map { part in
      let mark = isBroken.contains(part.ref) ? Span("  x ", .bad) : Span("  . ", .dim)
      return PageLine(depth: 1, [mark, name(part.kindName, part.ref)])
    }
    if problems == nil {
      lines.append(none("  whether they are well was not looked at: w on one of them tells"))
    }
    return lines
  }

  /// The objects of the release that something is wrong with, and what; jobs of hooks too.
  private var broken: [(part: Release.Part, words: String)] {
    guard let problems else { return [] }
    var words: [ObjectRef: String] = [:]
    func note(_ ref: ObjectRef, _ text: String) {
      let key = ObjectRef(kind: ref.kind, namespace: ref.namespace, name: ref.name)
      if words[key] == nil { words[key] = text }
    }
    for problem in problems {
      note(problem.subject, problem.finding.headline)
      for finding in problem.findings { for ref in finding.affected { note(ref, finding.headline) } }
      for each in problem.consequences { note(each.subject, each.headline) }
    }
    let hooks = release.hooks.map { Release.Part($0.ref, kindName: $0.kindName, source: "", json: .null) }
    return (release.manifest + hooks).compactMap { part in words[live(part.ref)].map { (part, $0) } }
  }

  /// As the server knows the kind: what is in no namespace has none.
  private func live(_ ref: ObjectRef) -> ObjectRef {
    guard let kind = kinds[ref.kind], !kind.namespaced else { return ref }
    return ObjectRef(kind: ref.kind, namespace: "", name: ref.name)
  }

  private func name(_ kindName: String, _ ref: ObjectRef) -> Span {
    Span("\(kindName) \(ref.name)", .link, reference: live(ref))
  }

  private func field(_ name: String, _ value: String) -> PageLine {
    PageLine([Span(name.padded(to: 16), .key), Span(value.isEmpty ? "-" : value)])
  }

  private func moment(_ seconds: Int64?) -> String {
    seconds.map { "\(Timestamp(seconds: $0).text) (\(Age.text(seconds: max(0, now - $0))) ago)" } ?? ""
  }

  private func meaning(of status: String) -> Span.Meaning {
    switch status {
    case "deployed": .good
    case "failed": .bad
    case "superseded", "uninstalled": .dim
    default: .warning
    }
  }
}

extension String {
  /// Blanks behind it up to a width of plain letters.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
