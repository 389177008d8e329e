import Cluster
import Document

/// What happened to one object and to what it depends on, the newest first.
struct History: Equatable {
  private(set) var happenings: [Happening] = []
  private(set) var trigger: Happening?
  /// The change that undoes a release, or what was changed.
  private(set) var wayBack: Offer?

  /// How many nodes of its pods are looked at.
  private static let maxNodes = 5

  init() {}

  /// - Parameter problem: what is wrong with it; nil when nothing is.
  init(_ subject: Case, _ problem: Problem?) {
    let revisions = Revisions(subject)
    happenings = revisions.happenings
    readEdits(subject)
    readConfiguration(subject)
    readAutoscalers(subject)
    readNodes(subject, problem)
    readRelease(subject)
    readEvents(subject)
    happenings.sort { ($0.at, $0.text) > ($1.at, $1.text) }
    guard let problem else { return }
    let choice = TriggerChoice(
      problem: problem, happenings: happenings, revisions: revisions, subject: subject)
    if let (place, ground) = choice.best {
      happenings[place].ground = ground
      trigger = happenings[place]
      let (sort, ref) = (happenings[place].sort, happenings[place].subject)
      if sort == .rollout { wayBack = revisions.wayBack(subject.ref) }
      if sort == .configuration {
        wayBack = Offer("look at \(ref.name), which was changed", .view(.describe(ref)))
      }
    }
    if let since = problem.finding.since ?? problem.since {
      var began = Happening(
        at: since, .began, problem.subject, problem.finding.headline, source: .reckoned("this diagnosis"),
        tone: .bad)
      began.by = ""
      let place = happenings.firstIndex { $0.at <= since } ?? happenings.endIndex
      happenings.insert(began, at: place)
    }
  }

  // MARK: Writes to the object itself

  private mutating func readEdits(_ subject: Case) {
    guard let object = subject.lookAtMetadata(subject.ref.kind, subject.ref.name).object else { return }
    for edit in Edits.of(object) {
      // A release is told as such; who wrote it is known from here.
      if edit.touchesTemplate,
        let place = happenings.indices.first(where: { index in
          happenings[index].sort == .rollout && abs(happenings[index].at - edit.at) <= 5
        })
      {
        if happenings[place].by.isEmpty { happenings[place].by = edit.manager }
        continue
      }
      happenings.append(
        Happening(
          at: edit.at, edit.isScale ? .scale : .edit, subject.ref, edit.words, by: edit.manager,
          source: .field("metadata.managedFields")))
    }
    if let deleted = subject.metadata["deletionTimestamp"].seconds {
      happenings.append(
        Happening(
          at: deleted, .edit, subject.ref, "deleted", source: .field("metadata.deletionTimestamp"),
          tone: .ending))
    }
  }

  // MARK: What it reads

  private mutating func readConfiguration(_ subject: Case) {
    for (kind, name) in ConfigurationReferences.of(subject) {
      guard let object = subject.lookAtMetadata(kind, name).object else { continue }
      let ref = ObjectRef(
        kind: kind, namespace: subject.ref.namespace, name: name, uid: object["metadata"]["uid"].line)
      let noun = kind == "v1/secrets" ? "secret" : "config map"
      let created = object["metadata"]["creationTimestamp"].seconds ?? 0
      for edit in Edits.of(object) {
        let isMade = edit.at - created <= 1
        happenings.append(
          Happening(
            at: edit.at, .configuration, ref, "\(noun) \(name) \(isMade ? "created" : "changed")",
            by: edit.manager,
            source: .field("metadata.managedFields")))
      }
    }
  }

  private mutating func readAutoscalers(_ subject: Case) {
    guard !subject.spec["replicas"].isNull,
      let autoscalers = subject.facts("autoscaling/v2/horizontalpodautoscalers")
    else { return }
    for fact in autoscalers {
      let object = fact.object
      let target = object["spec"]["scaleTargetRef"]
      guard target["name"].string == subject.ref.name,
        Kinds.id(apiVersion: target["apiVersion"].line, name: target["kind"].line) == subject.ref.kind,
        let at = object["status"]["lastScaleTime"].seconds
      else { continue }
      let wanted = object["status"]["desiredReplicas"].int ?? 0
      happenings.append(
        Happening(
          at: at, .autoscaler, fact.ref, "autoscaler \(fact.ref.name) scaled it to \(wanted)",
          by: "autoscaler",
          source: .field("status.lastScaleTime")))
    }
  }

  private mutating func readNodes(_ subject: Case, _ problem: Problem?) {
    var names = Set(
      (problem?.finding.affected ?? []).compactMap { ref in subject.fact("v1/pods", ref.name)?.pod?.node })
    if subject.ref.kind == "v1/pods", let node = subject.spec["nodeName"].string { names.insert(node) }
    var nodes = names.filter { !$0.isEmpty }.sorted().prefix(Self.maxNodes).compactMap { name in
      subject.fact("v1/nodes", name, in: "")
    }
    if subject.ref.kind == "v1/nodes" {
      nodes = [subject.fact("v1/nodes", subject.ref.name)].compactMap { $0 }
    }
    for fact in nodes {
      let (ref, name, node) = (fact.ref, fact.ref.name, subject.outline(ofNode: fact))
      for condition in Conditions(node.conditions).all {
        let isBad = condition.type == "Ready" ? !condition.isTrue : condition.isTrue
        guard isBad, let since = condition.since else { continue }
        let words = condition.type == "Ready" ? "not ready" : condition.type
        happenings.append(
          Happening(
            at: since, .node, ref, "node \(name) \(words): \(condition.text)", by: "",
            source: .condition(condition.type), tone: .bad))
      }
      for taint in node.taints {
        guard let at = taint["timeAdded"].seconds, taint["key"].line == "node.kubernetes.io/unschedulable"
        else {
          continue
        }
        happenings.append(
          Happening(
            at: at, .node, ref, "node \(name) cordoned", source: .field("spec.taints[\(taint["key"].line)]"),
            tone: .pending))
      }
    }
  }

  private mutating func readRelease(_ subject: Case) {
    guard let name = subject.annotations["meta.helm.sh/release-name"].string,
      let releases = subject.facts(HelmReleases.kind)
    else { return }
    for fact in releases {
      let labels = fact.object["metadata"]["labels"]
      guard labels["name"].string == name else { continue }
      let at = HelmReleases.modified(labels, now: subject.now) ?? fact.created
      happenings.append(
        Happening(
          at: at, .release, fact.ref,
          "Helm release \(name), revision \(labels["version"].line): \(labels["status"].line)", by: "helm",
          source: .field("metadata.labels.status"),
          tone: labels["status"].string == "failed" ? .bad : .unknown))
    }
  }

  private mutating func readEvents(_ subject: Case) {
    for event in subject.eventsKnown() {
      var happening = Happening(
        at: event.last, event.reason == "SuccessfulRescale" ? .autoscaler : .event, subject.ref,
        "\(event.reason): \(event.message)", by: event.by, source: .event(event.reason),
        tone: event.isWarning ? .pending : .unknown)
      happening.count = event.count
      happenings.append(happening)
    }
  }
}
