import Cluster
import Document
import Terminal

/// The bundle as one document: JSON for scripts, whose member `text` is the same for people, line by line.
extension IncidentBundle {
  private static let columns = 100

  /// "incident-demo-20261121T080924Z.json"
  func fileName(_ world: World) -> String {
    let stamp = Timestamp(seconds: world.now).text.filter { $0 != "-" && $0 != ":" }
    return "incident-\(world.place.context)-\(stamp).json"
  }

  func report(_ world: World) -> JSON {
    let writer = ReportJSON(world.kinds, world.place, now: world.now)
    var json = writer.head(ReportJSON.incidentSchema)
    json["namespaces"] = .array(query.namespaces.map { .string($0) })
    json["text"] = .array(text(world).map { .string($0) })
    json["problems"] = .array(board.problems.map(writer.problem))
    json["timeline"] = writer.timeline(gathered.timeline)
    json["whys"] = .array(gathered.diagnoses.map(writer.why))
    json["descriptions"] = .array(
      gathered.descriptions.map {
        ["object": writer.object($0.ref), "lines": .array($0.lines.map { .string(Text.harmless($0)) })]
      })
    json["logs"] = .array(
      gathered.logs.map {
        [
          "namespace": .string($0.query.namespace), "pod": .string($0.query.pod),
          "previous": .bool($0.query.previous), "lines": .array($0.lines.map { .string($0) }),
        ]
      })
    json["objects"] = .array(
      gathered.objects.map { ["object": writer.object($0.ref), "manifest": $0.json.redacted] })
    json["checked"] = .array(board.checked.map(writer.checked))
    json["unseen"] = .array((board.unseen + gathered.unseen).map { .string($0) })
    json["cut"] = .array(gathered.cut.map { .string($0) })
    json["whole"] = .bool(board.isWhole)
    return json
  }

  /// What a person reads first.
  private func text(_ world: World) -> [String] {
    let time = Timestamp(seconds: world.now).text
    var lines = [
      "Incident in \(Text.harmless(world.place.context)), \(time), by clustertui \(Usage.version)",
      "Credentials are masked. Objects, logs and descriptions follow below as JSON.", "",
      board.problems.isEmpty ? "Nothing is broken." : "What is broken",
    ]
    lines += board.problems.map {
      "  \(ProblemWords($0, world.kinds, now: world.now).sentence)"
    }
    for diagnosis in detailedDiagnoses {
      let why = WhyText(
        diagnosis, kinds: world.kinds, now: world.now, zoneOffsetSeconds: 0, width: Self.columns,
        isFull: true, isInteractive: false)
      lines +=
        ["", String(repeating: "-", count: 60)]
        + why.plainText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let happenings = HappeningFold.lines(gathered.timeline.happenings, world.kinds).prefix(100)
    if !happenings.isEmpty { lines += ["", String(repeating: "-", count: 60), "What happened (UTC)"] }
    let line = HappeningLine(
      Array(happenings), world.kinds, now: world.now, zoneOffsetSeconds: 0, width: 140, subject: nil)
    lines += happenings.map { line.line($0).text }
    let missing = board.unseen + gathered.unseen
    if !missing.isEmpty { lines += ["", "Not looked at"] + missing.map { "  \(Text.harmless($0))" } }
    if !gathered.cut.isEmpty { lines += ["", "Left out"] + gathered.cut.map { "  \(Text.harmless($0))" } }
    return lines.map { Moment.dated($0) }
  }

  /// The whys that came, and what the problem alone tells where none did.
  private var detailedDiagnoses: [Diagnosis] {
    detailed.map { problem in
      gathered.diagnoses.first { $0.subject.isSame(as: problem.subject) } ?? Diagnosis(of: problem)
    }
  }
}
