import Cluster
import Document

/// Findings as JSON for scripts: documented in docs/json.md member by member, and versioned. Members are only ever added
/// to a version. Times are RFC 3339, also those within texts.
struct ReportJSON {
  static let whySchema = "clustertui.dev/why/v1"
  static let problemsSchema = "clustertui.dev/problems/v1"
  static let incidentSchema = "clustertui.dev/incident/v1"

  private let kinds: Catalog
  private let place: Place
  private let now: Int64

  init(_ kinds: Catalog, _ place: Place, now: Int64) {
    (self.kinds, self.place, self.now) = (kinds, place, now)
  }

  // MARK: Documents

  func why(_ diagnosis: Diagnosis) -> JSON {
    var json = head(Self.whySchema)
    json["object"] = object(diagnosis.subject, diagnosis.kindName)
    json["state"] = .string(diagnosis.state.word)
    json["sentence"] = text(ReportWords.sentence(diagnosis, kinds))
    json["hopeless"] = .bool(diagnosis.isHopeless)
    json["problem"] = diagnosis.problem.map(problem) ?? .null
    json["timeline"] = timeline(diagnosis.timeline)
    json["checked"] = texts(diagnosis.checked)
    json["unseen"] = texts(diagnosis.unseen + diagnosis.timeline.unseen)
    json["whole"] = .bool(diagnosis.isWhole)
    return json
  }

  func problems(_ board: ProblemBoard, _ query: ProblemsQuery) -> JSON {
    var json = head(Self.problemsSchema)
    json["namespaces"] = .array(query.namespaces.map { .string($0) })
    json["problems"] = .array(board.problems.map(problem))
    json["checked"] = .array(board.checked.map(checked))
    json["unseen"] = texts(board.unseen)
    json["whole"] = .bool(board.isWhole)
    return json
  }

  func head(_ schema: String) -> JSON {
    [
      "schema": .string(schema), "version": .string(Usage.version), "time": time(now),
      "context": .string(place.context), "cluster": .string(place.cluster),
    ]
  }

  func checked(_ kind: ProblemBoard.Checked) -> JSON {
    ["resource": .string(kind.kind), "plural": .string(kind.plural), "count": .int(kind.count)]
  }

  // MARK: Parts

  func problem(_ problem: Problem) -> JSON {
    [
      "id": .string(problem.id), "object": object(problem.subject, problem.kindName),
      "sentence": text(ReportWords.sentence(problem, kinds)), "severity": .string(problem.severity.word),
      "since": time(problem.since), "ready": problem.tally.map { .int($0.ready) } ?? .null,
      "wanted": problem.tally.map { .int($0.wanted) } ?? .null,
      // The first explains the rest.
      "findings": .array(problem.findings.map(finding)),
      "consequences": .array(
        problem.consequences.map {
          ["object": object($0.subject, $0.kindName), "headline": text($0.headline)]
        }),
      "trigger": problem.trigger.map(happening) ?? .null,
    ]
  }

  private func finding(_ finding: Finding) -> JSON {
    [
      "rule": .string(finding.rule), "object": object(finding.subject), "part": .string(finding.part),
      "headline": text(finding.headline), "severity": .string(finding.severity.word),
      "since": time(finding.since), "verdict": .string(finding.verdict.word),
      "ground": text(finding.verdict.ground), "evidence": .array(finding.evidence.map(evidence)),
      "offers": .array(finding.offers.map(offer)), "affected": .array(finding.affected.map { object($0) }),
      "affectedCount": .int(finding.affectedCount),
      "cause": finding.cause.map { ["object": object($0.subject), "headline": text($0.headline)] } ?? .null,
      "consequence": .bool(finding.isConsequence), "unseen": texts(finding.unseen),
    ]
  }

  private func evidence(_ evidence: Evidence) -> JSON {
    let (type, name) = evidence.source.word
    return [
      "source": .string(type), "name": text(name), "text": text(evidence.text), "time": time(evidence.at),
      "object": evidence.object.map { object($0) } ?? .null,
    ]
  }

  private func offer(_ offer: Offer) -> JSON {
    var json: JSON = ["title": text(offer.title)]
    let (type, name, ref): (String, String, ObjectRef?)
    switch offer.action {
    case .change(let change): (type, name, ref) = ("change", Self.word("\(change.action)"), change.target)
    case .command(let line): (type, name, ref) = ("command", line, nil)
    case .view(let view): (type, name, ref) = ("view", Self.word("\(view)"), view.object)
    }
    json["type"] = .string(type)
    json["name"] = text(name)
    json["object"] = ref.map { object($0) } ?? .null
    return json
  }

  /// The name of a case without what it holds.
  private static func word(_ text: String) -> String { String(text.prefix { $0 != "(" }) }

  func timeline(_ timeline: Timeline) -> JSON { .array(timeline.happenings.map(happening)) }

  private func happening(_ happening: Happening) -> JSON {
    let (type, name) = happening.source.word
    return [
      "time": time(happening.at), "sort": .string(happening.sort.rawValue),
      "object": object(happening.subject), "text": text(happening.text), "by": text(happening.by),
      "source": .string(type), "name": text(name), "count": .int(happening.count),
      "trigger": .bool(happening.isTrigger), "ground": text(happening.ground ?? ""),
    ]
  }

  // MARK: Values

  func object(_ ref: ObjectRef, _ kindName: String = "") -> JSON {
    [
      "kind": .string(kinds[ref.kind]?.name ?? kindName), "resource": .string(ref.kind),
      "namespace": .string(ref.namespace), "name": .string(ref.name), "uid": .string(ref.uid),
    ]
  }

  /// Control characters have no place in a sentence, nor have credentials.
  func text(_ text: String) -> JSON { .string(Credentials.masked(Moment.plain(Moment.dated(text)))) }
  private func texts(_ texts: [String]) -> JSON { .array(texts.map(text)) }

  func time(_ seconds: Int64?) -> JSON {
    seconds.map { .string(Timestamp(seconds: max(0, min(253_402_300_799, $0))).text) } ?? .null
  }
}

extension Offer.View {
  fileprivate var object: ObjectRef? {
    switch self {
    case .describe(let ref), .yaml(let ref), .rollout(let ref), .chart(let ref), .why(let ref): ref
    case .log(let query):
      ObjectRef(kind: "v1/pods", namespace: query.namespace, name: query.pod, uid: query.uid)
    case .rows(let query): ObjectRef(kind: query.kind, namespace: query.namespaces.first ?? "", name: "")
    }
  }
}
