import Dispatch
import Cluster

/// Serves the need for a time axis: of one object and what belongs to it, or of everything.
///
/// @unchecked: confined to the engine's queue.
final class TimelineRun: DiagnosisSubscriber, @unchecked Sendable {
  /// More than anybody reads.
  private static let maxHappenings = 1_000
  private static let daySeconds: Int64 = 24 * 3600

  private let query: TimelineQuery
  private let outbox: Outbox
  private let gate: PhaseGate
  private weak var desk: DiagnosisDesk?
  private var single: SingleWatch?
  private var told: Timeline?
  private(set) var asks: [Ask: FactKey] = [:]
  /// Of workloads that are well: read again when they change.
  private var histories: [FactKey: [Happening]] = [:]
  private var edits: [FactKey: [Happening]] = [:]
  private var isDue = false
  /// A cluster has many events, and nobody reads faster.
  private static let restSeconds = 1.0

  private static let workloads: [Kind.ID] = [
    "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "v1/nodes",
    "autoscaling/v2/horizontalpodautoscalers",
  ]

  init(_ query: TimelineQuery, outbox: Outbox) {
    self.query = query
    self.outbox = outbox
    gate = PhaseGate(.timeline(query), outbox)
  }

  func began(_ desk: DiagnosisDesk) {
    self.desk = desk
    desk.wantAllEvents += 1
    if let subject = query.subject {
      single = desk.watchOne(subject)
    } else {
      desk.watchConfigurationMetadata()
    }
  }

  func ended() {
    desk?.wantAllEvents -= 1
    if let single { desk?.end(single) }
  }
  func phaseChanged(_ phase: Phase) { gate.phaseChanged(phase) }

  func changed(now: Int64) {
    guard let desk else { return }
    if query.subject == nil {
      // What has changed is known only now; the list is made a moment later.
      forgetChanged(desk)
      guard told != nil else { return tell(desk, now) }
      guard !isDue else { return }
      isDue = true
      desk.engine.queue.asyncAfter(deadline: .now() + Self.restSeconds) { [weak self] in
        guard let self, let desk = self.desk else { return }
        isDue = false
        tell(desk, desk.now)
      }
    } else {
      tell(desk, now)
    }
  }

  private func forgetChanged(_ desk: DiagnosisDesk) {
    for key in histories.keys where desk.examiner.lastTouched(by: key) { histories[key] = nil }
    for dependency in desk.examiner.lastChanged {
      if case .object(let key) = dependency { edits[key] = nil }
    }
  }

  private func tell(_ desk: DiagnosisDesk, _ now: Int64) {
    var timeline = query.subject.map { ofOne($0, desk, now) } ?? ofAll(desk, now)
    // An event may be told by its object and by what that belongs to.
    var seen: Set<Happening> = []
    timeline.happenings = timeline.happenings.filter { seen.insert($0).inserted }
    timeline.happenings.sort { ($0.at, $0.text) > ($1.at, $1.text) }
    timeline.happenings = Array(timeline.happenings.prefix(Self.maxHappenings))
    timeline.unseen += desk.unseen.filter { !timeline.unseen.contains($0) }
    if timeline != told {
      told = timeline
      outbox.post(.timeline(query, timeline))
    }
    if desk.isWhole { gate.open() }
  }

  private func ofOne(_ ref: ObjectRef, _ desk: DiagnosisDesk, _ now: Int64) -> Timeline {
    var timeline = Timeline()
    guard let fact = desk.facts.fact(FactKey(ref)) else { return timeline }
    let root = FactKey(Roots.root(of: fact, in: desk.facts))
    let known = desk.histories.happenings(of: root)
    if known.isEmpty, let (history, asks, unseen, _) = desk.histories.history(of: root, now: now) {
      timeline.happenings = history.happenings
      timeline.unseen = unseen
      self.asks = asks.reduce(into: [:]) { $0[$1] = root }
    } else {
      timeline.happenings = known
    }
    if let rootFact = desk.facts.fact(root) {
      for pod in Case(rootFact, facts: desk.facts, now: now).pods() { take(desk, pod.ref, &timeline) }
    }
    if fact.key != root { take(desk, fact.ref, &timeline) }
    return timeline
  }

  private func ofAll(_ desk: DiagnosisDesk, _ now: Int64) -> Timeline {
    var timeline = Timeline()
    let oldest = now - Self.daySeconds
    for kind in Self.workloads {
      for key in desk.facts.shelf(kind)?.facts.keys ?? [:].keys {
        if histories[key] != nil { continue }
        histories[key] = desk.histories.history(of: key, now: now)?.history.happenings ?? []
      }
    }
    for (key, happenings) in histories where desk.problems.byRoot[key] == nil {
      timeline.happenings += happenings
    }
    for key in desk.problems.byRoot.keys { timeline.happenings += desk.histories.happenings(of: key) }
    for kind in DiagnosisDesk.configurationKinds { timeline.happenings += edits(of: kind, desk) }
    for ref in desk.facts.events.abouts { take(desk, ref, &timeline) }
    timeline.happenings.removeAll { $0.at < oldest }
    return timeline
  }

  private func edits(of kind: Kind.ID, _ desk: DiagnosisDesk) -> [Happening] {
    var found: [Happening] = []
    for (key, fact) in desk.facts.shelf(kind)?.facts ?? [:] {
      if edits[key] == nil {
        edits[key] = Edits.of(fact.object).map { edit in
          Happening(
            at: edit.at, .configuration, fact.ref,
            "\(Folding.kindName(kind)) \(fact.ref.name): \(edit.words)",
            by: edit.manager, source: .field("metadata.managedFields"))
        }
      }
      found += edits[key] ?? []
    }
    return found
  }

  private func take(_ desk: DiagnosisDesk, _ ref: ObjectRef, _ timeline: inout Timeline) {
    for event in desk.facts.events.events(of: ref.uid) {
      var happening = Happening(
        at: event.last, event.reason == "SuccessfulRescale" ? .autoscaler : .event, ref,
        "\(event.reason): \(event.message)", by: event.by, source: .event(event.reason),
        tone: event.isWarning ? .pending : .unknown)
      happening.count = event.count
      timeline.happenings.append(happening)
    }
  }
}
