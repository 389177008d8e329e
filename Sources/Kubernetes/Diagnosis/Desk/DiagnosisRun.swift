import Cluster
import Document

/// Serves the need for the diagnosis of one object.
///
/// @unchecked: confined to the engine's queue.
final class DiagnosisRun: DiagnosisSubscriber, @unchecked Sendable {
  private let ref: ObjectRef
  private let outbox: Outbox
  private let gate: PhaseGate
  private weak var desk: DiagnosisDesk?
  private var single: SingleWatch?
  private var told: Diagnosis?
  private(set) var asks: [Ask: FactKey] = [:]

  init(_ ref: ObjectRef, outbox: Outbox) {
    self.ref = ref
    self.outbox = outbox
    gate = PhaseGate(.diagnosis(ref), outbox)
  }

  func began(_ desk: DiagnosisDesk) {
    self.desk = desk
    single = desk.watchOne(ref)
  }

  func ended() { if let single { desk?.end(single) } }
  func phaseChanged(_ phase: Phase) { gate.phaseChanged(phase) }

  func changed(now: Int64) {
    guard let desk else { return }
    var reading = DiagnosisReading(ref, desk: desk, single: single, now: now)
    let diagnosis = reading.diagnosis()
    asks = reading.asks
    if diagnosis != told {
      told = diagnosis
      outbox.post(.diagnosis(ref, diagnosis))
    }
    if diagnosis.isWhole { gate.open() }
  }
}

/// Reads the diagnosis of one object from what a desk knows.
struct DiagnosisReading {
  private let ref: ObjectRef
  private let desk: DiagnosisDesk
  private let single: SingleWatch?
  private let now: Int64
  private(set) var asks: [Ask: FactKey] = [:]
  private var isWaiting = false

  init(_ ref: ObjectRef, desk: DiagnosisDesk, single: SingleWatch?, now: Int64) {
    self.ref = ref
    self.desk = desk
    self.single = single
    self.now = now
  }

  mutating func diagnosis() -> Diagnosis {
    let kindName = Folding.kindName(ref.kind)
    let place = ref.namespace.isEmpty ? ref.name : "\(ref.namespace)/\(ref.name)"
    guard let fact = desk.facts.fact(FactKey(ref)) else {
      var missing = Diagnosis(ref, kindName: kindName, .unknown("it is still looked for"))
      if let problem = single?.source.problem ?? refusal {
        missing.state = .unknown(problem)
      } else if single?.source.isSettled ?? desk.isSettled {
        missing.state = .gone("there is no \(kindName.lowercased()) \(place)")
      }
      missing.unseen = desk.unseen
      missing.isWhole = single?.source.isSettled ?? desk.isSettled
      return missing
    }
    var diagnosis = Diagnosis(fact.ref, kindName: kindName, state(of: fact))
    if let problem = problem(of: fact) {
      diagnosis.problem = problem
      // What is wrong with the version before is not yet a judgement of this one.
      if problem.severity > .notice, isObserved(fact) { diagnosis.state = .broken }
    } else if case .broken = diagnosis.state {
      diagnosis.problem = unexplained(fact)
    }
    diagnosis.timeline = timeline(of: fact)
    diagnosis.checked = checked(fact)
    diagnosis.unseen = desk.unseen + certificatesUnseen(fact)
    diagnosis.isWhole = (single?.source.isSettled ?? true) && desk.isWhole && !isWaiting
    return diagnosis
  }

  private var refusal: String? {
    let problems = desk.facts.shelf(ref.kind)?.problems
    return problems?[""] ?? problems?[ref.namespace]
  }

  // MARK: What is wrong

  private func problem(of fact: Fact) -> Problem? {
    let root = Roots.root(of: fact, in: desk.facts)
    let members = desk.examiner.members[FactKey(root)] ?? []
    let isRoot = FactKey(root) == fact.key
    let own = members.filter { key in
      isRoot || key == fact.key
        || (desk.facts.fact(key).map { Roots.chain(of: $0, in: desk.facts).contains(fact.key) } ?? false)
    }
    var results = own.compactMap { key in desk.examiner.results[key].map { (key: key, result: $0) } }
    if let result = certificateResult(fact) { results.append((fact.key, result)) }
    guard var problem = Folding(facts: desk.facts).problem(root, results) else {
      // Nothing of its own: perhaps others are told under it.
      return desk.problems.ranked.first { FactKey($0.subject) == fact.key } ?? inside(fact)
    }
    problem = desk.histories.telling(problem)
    problem.consequences = desk.problems.ranked.first { $0.subject == root }?.consequences ?? []
    if let cause = CauseGrouping.cause(of: problem), FactKey(cause.subject) != FactKey(root),
      desk.facts.fact(FactKey(cause.subject)) != nil,
      !problem.finding.offers.contains(where: { offer in
        if case .view(.why(let ref)) = offer.action { FactKey(ref) == FactKey(cause.subject) } else { false }
      })
    {
      problem.finding.offers.append(
        Offer("why \(cause.headline)", .view(.why(cause.subject))))
    }
    return problem
  }

  /// What a namespace holds that is broken.
  private func inside(_ fact: Fact) -> Problem? {
    guard fact.ref.kind == "v1/namespaces" else { return nil }
    let all = desk.problems.ranked.filter { $0.subject.namespace == fact.ref.name && $0.severity > .notice }
    guard let worst = all.first else { return nil }
    let which = "\(worst.kindName.lowercased()) \(worst.subject.name)"
    let what = "\(all.count.of("problem")) inside, the worst: \(which)"
    var problem = Problem(
      id: "\(ref.kind) \(ref.name)", fact.ref, kindName: Folding.kindName(ref.kind),
      Finding(
        "namespace-trouble", of: fact.ref, "\(what): \(worst.finding.headline)", worst.severity,
        since: all.compactMap(\.since).min(), .unclear("each of its objects tells its own")))
    problem.consequences = all.map {
      Problem.Consequence($0.subject, kindName: $0.kindName, $0.finding.headline)
    }
    return problem
  }

  private func certificateResult(_ fact: Fact) -> Examiner.Result? {
    let subject = Case(fact, facts: desk.facts, now: now)
    let findings = certificates(fact).flatMap { $0.secret.findings(subject, $0.certificate) }
    if findings.isEmpty { return nil }
    return Examiner.Result(
      findings: findings, root: fact.ref, looked: [], asks: [], wantsEvents: [], unseen: [], isWaiting: false,
      reviewAt: nil)
  }

  /// What no rule knows, but shows in the object's row.
  private func unexplained(_ fact: Fact) -> Problem? {
    guard let (_, reason) = row(fact), !reason.isEmpty else { return nil }
    let finding = Finding(
      "unexplained", of: fact.ref, reason, since: nil,
      .unclear("no rule knows this: look at its events and its log"))
    return Problem(
      id: "\(ref.kind) \(ref.namespace)/\(ref.name)", fact.ref, kindName: Folding.kindName(ref.kind), finding)
  }

  private func state(of fact: Fact) -> Diagnosis.State {
    if let pod = fact.pod, fact.body == nil {
      return .healthy(pod.isOver ? "it has ended well" : "all its containers are ready, none was restarted")
    }
    if !isObserved(fact) { return .underway("its controller has not taken up the last change yet") }
    if let (tone, reason) = row(fact) {
      switch tone {
      case .good, .done, .unknown: break
      case .starting, .pending: return .underway(reason.isEmpty ? "it is on its way" : reason)
      case .ending: return .underway(reason.isEmpty ? "it is being deleted" : reason)
      case .bad: return .broken
      }
    }
    if Kinds.builtIn(fact.ref.kind) == nil, let reason = unready(fact.object["status"]) {
      return .underway(reason)
    }
    if let tally = Folding(facts: desk.facts).tally(fact.ref) {
      let text = "\(tally.ready) of \(tally.wanted) pods are ready"
      let status = fact.object["status"]
      let updated = status["updatedReplicas"].int ?? status["updatedNumberScheduled"].int
      let isRolling =
        fact.ref.kind != "apps/v1/replicasets" && !isPartitioned(fact)
        && (updated ?? tally.wanted) < tally.wanted
      return tally.ready >= tally.wanted && !isRolling ? .healthy(text) : .underway(text)
    }
    return .healthy("nothing is wrong with it")
  }

  /// Whether some of its pods are to stay as they are.
  private func isPartitioned(_ fact: Fact) -> Bool {
    let strategy = fact.object["spec"]["updateStrategy"]
    return strategy["type"].string == "OnDelete" || (strategy["rollingUpdate"]["partition"].int ?? 0) > 0
  }

  /// Whether the status is that of the object as it is now.
  private func isObserved(_ fact: Fact) -> Bool {
    guard fact.pod == nil else { return true }
    let object = fact.object
    guard let generation = object["metadata"]["generation"].int,
      let observed = object["status"]["observedGeneration"].int
    else { return true }
    return observed >= generation
  }

  /// What a custom object says of itself by the conventions, where that is not yet good; a rule tells when it should be.
  private func unready(_ status: JSON) -> String? {
    let conditions = Conditions(status["conditions"])
    for type in ["Ready", "Available", "Synced", "Healthy"] {
      if let condition = conditions[type], !condition.isTrue {
        return "\(type) is not true: \(condition.text)"
      }
    }
    let health = status["health"]["status"].line
    return health.isEmpty || health == "Healthy"
      ? nil : "health: \(health) \(status["health"]["message"].line)"
  }

  private func row(_ fact: Fact) -> (Tone, String)? {
    guard let decoder = Kinds.builtIn(fact.ref.kind)?.decoder, let body = fact.body else { return nil }
    var writer = RowWriter()
    body.bytes.withUnsafeBytes { decoder.write(JSONSlice($0), &writer) }
    return writer.takeBatch().rows.first.map { ($0.tone, $0.markedReason) }
  }

  // MARK: What happened, what was looked at

  private mutating func timeline(of fact: Fact) -> Timeline {
    var timeline = Timeline()
    let root = FactKey(Roots.root(of: fact, in: desk.facts))
    timeline.happenings = desk.histories.happenings(of: root)
    if timeline.happenings.isEmpty,
      let (history, asks, unseen, isWaiting) = desk.histories.history(of: root, now: now)
    {
      timeline.happenings = history.happenings
      timeline.unseen = unseen
      self.isWaiting = isWaiting
      for ask in asks { self.asks[ask] = root }
    }
    return timeline
  }

  // MARK: Certificates, where a person asked for them

  /// Those that were read, of the secrets that an ingress shows.
  private func certificates(_ fact: Fact) -> [(secret: TLSSecret, certificate: Certificate)] {
    TLSSecret.all(of: fact).compactMap { secret in
      guard case .certificate(let certificate)? = desk.facts.answers[ask(secret, fact)] else { return nil }
      return (secret, certificate)
    }
  }

  private func certificatesUnseen(_ fact: Fact) -> [String] {
    TLSSecret.all(of: fact).compactMap { secret in
      let ask = ask(secret, fact)
      switch desk.facts.answers[ask] {
      case .refused(let why), .failed(let why): return "\(ask.words): \(why)"
      default: return nil
      }
    }
  }

  private func ask(_ secret: TLSSecret, _ fact: Fact) -> Ask {
    .certificate(FactKey("v1/secrets", fact.ref.namespace, secret.name))
  }

  private func checked(_ fact: Fact) -> [String] {
    let subject = Case(fact, facts: desk.facts, now: now)
    let pods = subject.pods()
    var sentences = ["the \(Folding.kindName(fact.ref.kind)) itself"]
    if !pods.isEmpty { sentences.append("its \(pods.count) \(pods.count == 1 ? "pod" : "pods")") }
    let namespace = fact.ref.namespace
    if desk.facts.eventsKnown.contains(namespace) || desk.facts.eventsKnown.contains("") {
      sentences.append("the warnings in \(namespace.isEmpty ? "the cluster" : namespace)")
    }
    let kinds = Set([fact.ref.kind] + (pods.isEmpty ? [] : ["v1/pods"]))
    let rules = kinds.sorted().flatMap { Rules.examining($0) }
    sentences.append("\(Set(rules.map(\.id)).count) rules")
    for (secret, certificate) in certificates(fact) {
      let end = Timestamp(seconds: certificate.notAfter).text.prefix(10)
      sentences.append("the certificate in secret \(secret.name), good until \(end)")
    }
    return sentences
  }
}
