import Cluster
import Document

/// What the pods do and what follows for their logs.
extension LogRun {
  // MARK: One pod

  func podChanged(_ json: JSON?) {
    let pod = json.map { LogPod($0) }
    let member = members[query.pod] ?? newMember(query.pod, uid: query.uid)
    if let pod, member.changed(pod) {
      if hasBegun { containersJoined(member, pod) } else { begin(member, pod.containers) }
      member.tellStreams()
    } else {
      podIsGone(member)
    }
  }

  private func podIsGone(_ member: LogMember) {
    guard !member.isGone else { return }
    if !hasBegun { return finish("pod \(query.pod) was not found") }
    mark("pod \(query.pod) is gone")
    member.gone()
  }

  func podPhaseChanged(_ phase: Phase) {
    guard case .refused = phase else { return phaseChanged(-1, to: phase) }
    // The log may be allowed where the pod is not: then nothing is known of restarts.
    if !hasBegun {
      let names = query.containers.isEmpty ? [""] : query.containers
      begin(members[query.pod] ?? newMember(query.pod, uid: query.uid), names.map { .init(name: $0) })
    }
    phaseChanged(-1, to: .live)
  }

  private func newMember(_ name: String, uid: String) -> LogMember {
    let member = LogMember(name, uid: uid, namespace: query.namespace, engine: engine)
    member.wentAway = { [weak self, weak member] in if let member { self?.podIsGone(member) } }
    members[name] = member
    return member
  }

  private func begin(_ member: LogMember, _ containers: [LogPod.Container]) {
    let wanted =
      query.containers.isEmpty
      ? containers
      : query.containers.map { name in
        containers.first { $0.name == name } ?? LogPod.Container(name: name)
      }
    guard !wanted.isEmpty else { return finish("pod \(query.pod) has no containers") }
    begin(wanted.map { Waiting(member: member, container: $0) })
  }

  /// Ephemeral containers come to a pod that runs.
  private func containersJoined(_ member: LogMember, _ pod: LogPod) {
    guard query.containers.isEmpty, query.follow, streams.first?.name != "" else { return }
    for container in pod.containers where !streams.contains(where: { $0.name == container.name }) {
      mark("container \(container.name) joined the pod")
      join(Waiting(member: member, container: container, isNew: true))
    }
  }

  // MARK: Several pods

  func heard(_ news: LogPods.News) {
    switch news {
    case .listed(let pods):
      guard hasBegun else { return begin(pods) }
      for pod in pods { changed(pod) }
      let uids = Set(pods.map(\.uid))
      // What went between two lists is known no better.
      for (uid, member) in members where !uids.contains(uid) { gone(member, member.pod) }
    case .changed(let pod): changed(pod)
    case .gone(let pod): if let member = members[pod.uid] { gone(member, pod) }
    }
  }

  private func begin(_ pods: [LogPod]) {
    var wanted: [Waiting] = []
    var idle: [String] = []
    // Those that run first, should there be too many.
    let ordered = pods.sorted { ($0.isLeaving ? 1 : 0, $0.name) < ($1.isLeaving ? 1 : 0, $1.name) }
    for pod in ordered {
      let member = newMember(pod)
      let containers = pod.containers.filter { query.wants($0.name) && $0.hasLog }
      if containers.isEmpty { idle.append(pod.name) }
      wanted += containers.map { Waiting(member: member, container: $0) }
      if pod.isLeaving { succession.leaves(pod) }
      // What was over before the start needs no words.
      member.isEndTold = pod.phase == "Failed" || pod.phase == "Succeeded"
    }
    begin(wanted)
    if pods.isEmpty { mark("there are no pods of \(query.pod) so far") }
    if !idle.isEmpty {
      let more = idle.count > 5 ? " and \(idle.count - 5) more" : ""
      mark("nothing is written yet by \(idle.prefix(5).joined(separator: ", "))\(more)")
    }
    if wanted.isEmpty, !query.follow { finish("there is no log") }
  }

  private func newMember(_ pod: LogPod) -> LogMember {
    let member = LogMember(pod.name, uid: pod.uid, namespace: query.namespace, engine: engine)
    _ = member.changed(pod)
    member.wentAway = { [weak self, weak member] in if let member { self?.gone(member, member.pod) } }
    members[pod.uid] = member
    return member
  }

  private func changed(_ pod: LogPod) {
    guard let member = members[pod.uid] else {
      if query.follow { joined(pod) }
      return
    }
    _ = member.changed(pod)
    startContainers(of: member, pod)
    member.tellStreams()
    if pod.isLeaving { succession.leaves(pod) }
    if pod.phase == "Failed" || pod.phase == "Succeeded" { streamEnded(member) }
  }

  private func joined(_ pod: LogPod) {
    let before = succession.joined(pod)
    let member = newMember(pod)
    mark(before.map { "pod \(pod.name) takes the place of \($0)" } ?? "pod \(pod.name) joined")
    startContainers(of: member, pod)
    if pod.isLeaving { succession.leaves(pod) }
  }

  /// A container's log is opened when it has one: until then the server has nothing to give.
  private func startContainers(of member: LogMember, _ pod: LogPod) {
    guard query.follow else { return }
    for container in pod.containers where query.wants(container.name) && container.hasLog {
      let isKnown =
        member.streams.contains { $0.name == container.name }
        || waiting.contains { $0.member === member && $0.container.name == container.name }
      if !isKnown { join(Waiting(member: member, container: container, isNew: true)) }
    }
  }

  private func gone(_ member: LogMember, _ pod: LogPod?) {
    guard !member.isGone else { return }
    if let pod {
      _ = member.changed(pod)
      member.tellStreams()
      succession.leaves(pod)
    }
    member.gone()
    streamEnded(member)
  }

  /// When nothing more comes of a pod that is over, its end is marked, and who takes its place.
  func streamEnded(_ member: LogMember) {
    guard query.isOfSeveralPods, !member.isEndTold else { return }
    let isOver = member.isGone || member.pod?.phase == "Failed" || member.pod?.phase == "Succeeded"
    guard isOver, member.streams.allSatisfy(\.isFinished) else { return }
    member.isEndTold = true
    let how = member.pod?.endText.map { "ended: \($0)" } ?? "is gone"
    let next = succession.successor(of: member.uid).map { "; \($0) takes its place" } ?? ""
    mark("pod \(member.name) \(how)\(next)", of: member.streams.first?.index ?? 0)
  }
}

extension LogPod.Container {
  /// Whether it ran at all.
  fileprivate var hasLog: Bool {
    switch run {
    case .running, .ended: true
    case .waiting: restarts > 0 || lastExit != nil
    case .unknown: false
    }
  }
}
