import Cluster

/// What the letters open about one object, the same on every screen that tells of objects without being their table.
struct ObjectKeys {
  let ref: ObjectRef
  /// Where its own log is none: that of the pod that shows what is wrong.
  var log: LogQuery?

  init(_ ref: ObjectRef, log: LogQuery? = nil) { (self.ref, self.log) = (ref, log) }

  /// The subject of a problem, and the log of the first pod that it shows in.
  init(_ problem: Problem, _ kinds: Catalog) {
    ref = problem.subject
    let offered = problem.findings.lazy.flatMap(\.offers).compactMap { offer -> LogQuery? in
      if case .view(.log(let query)) = offer.action { query } else { nil }
    }.first
    let pod = problem.findings.lazy.flatMap(\.affected).first { kinds[$0.kind]?.hasOwnLog == true }
    log = offered ?? pod.map { LogQuery(namespace: $0.namespace, pod: $0.name, uid: $0.uid) }
  }

  static let hints =
    [
      KeyHint("l", "logs"), KeyHint("d", "describe"), KeyHint("T", "timeline"), KeyHint(".", "actions"),
      KeyHint("y", "yaml", minor: true), KeyHint("E", "events", minor: true),
      KeyHint("R", "rollout", minor: true), KeyHint("m", "metrics", minor: true),
      KeyHint("p", "previous log", minor: true), KeyHint("n", "copy namespace", minor: true),
    ] + relationHints

  /// nil for letters that mean nothing about an object.
  func open(_ letter: Character, _ world: World) -> Reaction? {
    if world.kinds[ref.kind] != nil, let reaction = Self.relation(letter, of: ref) { return reaction }
    guard "lpdyEwTRmn".contains(letter) else { return nil }
    guard let kind = world.kinds[ref.kind] else {
      return .inform("\(world.kinds.words(for: ref)) is no object of the server's")
    }
    if kind.isOfReleases, "lpdyERm".contains(letter) {
      return .push(ReleaseScreen(ref, name: ref.name, part: letter == "y" ? .manifest : .release))
    }
    switch letter {
    case "l", "p": return openLog(kind, previous: letter == "p")
    case "d": return .push(PageScreen(.description(ref)))
    case "y": return .push(PageScreen(.yaml(ref)))
    case "E":
      return world.kinds[Events.kind].map { .push(TableScreen(eventsOf: ref, kind: $0)) }
        ?? .inform("the server tells no events")
    case "w": return .push(WhyScreen(ref))
    case "T": return .push(TimelineScreen(of: ref))
    case "R":
      return kind.abilities.contains(.rollout)
        ? .push(RolloutScreen(ref)) : .inform("\(kind.plural) have no rollouts")
    case "m":
      return kind.hasCharts
        ? .push(ChartScreen(of: ref)) : .inform("\(kind.plural) have no metrics of their own")
    default: return ref.namespace.isEmpty ? Reaction.none : .copy(ref.namespace, what: "namespace")
    }
  }

  private func openLog(_ kind: Kind, previous: Bool) -> Reaction {
    let hasLog = kind.hasOwnLog || kind.hasLogsOfPods
    let own = hasLog ? LogQuery(of: ref, isPod: kind.hasOwnLog) : nil
    guard var query = log ?? own else { return .inform("\(kind.singular) \(ref.name) has no log of its own") }
    if previous { (query.previous, query.follow) = (true, false) }
    return .push(LogScreen(query: query))
  }
}

extension Kind {
  /// A pod's log and not that of what made it.
  var hasOwnLog: Bool { abilities.contains(.logs) && role == .instance }

  /// The logs of all pods that belong to an object of it: of what runs or reaches pods, and of custom objects, which may.
  var hasLogsOfPods: Bool {
    guard namespaced, canList, !hasOwnLog, role != .container else { return false }
    if role == .workload || abilities.contains(.logs) { return true }
    let others: Set = [
      "v1/services", "batch/v1/cronjobs", "v1/replicationcontrollers", "policy/v1/poddisruptionbudgets",
    ]
    return others.contains(id) || (columns == nil && group.contains(".") && !group.hasSuffix(".k8s.io"))
  }

  /// Whether its objects use CPU and memory: by themselves or through their pods.
  var hasCharts: Bool {
    let workloads: Set = [
      "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "apps/v1/replicasets",
      "batch/v1/jobs",
    ]
    return [.instance, .container, .node].contains(role) || workloads.contains(id)
  }
}
