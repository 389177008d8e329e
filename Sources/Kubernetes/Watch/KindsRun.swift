import Cluster
import Dispatch
import HTTP

/// Serves the need for all kinds: discovery, and discovery again when a custom resource definition comes or goes.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class KindsRun: WatchConsumer, @unchecked Sendable {
  /// A definition is served a moment after it was created, and many come together.
  private static let settleSeconds = 1.0

  private let engine: Engine
  private let outbox: Outbox
  private let known: [Kind]
  private let learned: @Sendable ([Kind]) -> Void
  private var watcher: Watcher?
  private var backoff: Backoff
  private var freshAt = Watcher.now
  private var hasRefreshed = false
  private var isAsking = false
  private var isWanted = false
  private var isDue = false
  private var hasListed = false
  private var isStopped = false
  private var told: [Kind.ID] = []

  /// - Parameters:
  ///   - known: what the program shows whatever a server says, and all where it says nothing.
  ///   - learned: gets what the server serves.
  init(engine: Engine, outbox: Outbox, known: [Kind], learned: @escaping @Sendable ([Kind]) -> Void) {
    self.engine = engine
    self.outbox = outbox
    self.known = known
    self.learned = learned
    backoff = Backoff(seed: engine.nextSeed(), maxSeconds: engine.maxBackoffSeconds)
  }

  func start() { engine.queue.async { [self] in ask() } }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      watcher?.stop()
      watcher = nil
    }
  }

  // MARK: Discovery

  private func ask() {
    guard !isStopped, !isAsking else {
      isWanted = true
      return
    }
    (isAsking, isWanted) = (true, false)
    engine.withGetter { [weak self] result in
      guard let run = self else { return }
      switch result {
      case .failure(let problem): run.failed(problem.why)
      case .success(let getter):
        // It waits for several answers, which is not for this queue.
        DispatchQueue.global(qos: .userInitiated).async {
          let found = Self.discovery(getter)
          run.engine.queue.async { run.answered(found) }
        }
      }
    }
  }

  private static func discovery(_ getter: Getter) -> Result<Discovery, DiscoveryError> {
    do throws(DiscoveryError) { return .success(try Discovery.fetch(getter)) } catch {
      return .failure(error)
    }
  }

  private func answered(_ result: Result<Discovery, DiscoveryError>) {
    isAsking = false
    guard !isStopped else { return }
    switch result {
    case .success(let discovery): discovered(discovery)
    case .failure(.refused(401, let why)) where !hasRefreshed:
      hasRefreshed = true
      engine.refresh { [weak self] problem in
        if let problem { self?.refused(401, "\(why): \(problem.why)") } else { self?.ask() }
      }
    case .failure(.refused(let status, let why)) where status < 500 && status != 429: refused(status, why)
    case .failure(let error): failed(error.advice)
    }
  }

  private func discovered(_ discovery: Discovery) {
    hasRefreshed = false
    backoff.reset()
    freshAt = Watcher.now
    for outage in discovery.outages {
      let notice = "\(outage.groupVersion) is down: \(outage.why)"
      if engine.isNews(notice) { outbox.post(.notice(notice)) }
    }
    tell(discovery.kinds + discovery.alternates)
    outbox.post(.phase(.kinds, .live))
    if isWanted { ask() }
    if watcher == nil { watch() }
  }

  private func tell(_ served: [Kind]) {
    // Kinds that are no resources, such as the containers of a pod.
    let kinds = known.filter { Kinds.isOwn($0.id) } + served
    guard kinds.map(\.id) != told else { return }
    told = kinds.map(\.id)
    learned(served)
    outbox.post(.kinds(kinds))
  }

  private func failed(_ why: String) {
    isAsking = false
    outbox.post(.phase(.kinds, .stale(since: Int64(freshAt), why: why)))
    again(after: backoff.next())
  }

  /// Without discovery the usual kinds can still be asked for.
  private func refused(_ status: Int, _ why: String) {
    hasRefreshed = false
    if told.isEmpty { tell(known.filter { !Kinds.isOwn($0.id) }) }
    outbox.post(.phase(.kinds, .refused(status: status, why: why)))
    again(after: backoff.about(30))
  }

  private func again(after seconds: Double) {
    engine.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.ask() }
  }

  // MARK: Definitions that come and go

  private func watch() {
    let path = ResourcePath("apiextensions.k8s.io/v1/customresourcedefinitions").list(namespace: "")
    var target = WatchTarget(path: path)
    // Schemas are large; what changed is not looked at.
    target.asTable = true
    watcher = Watcher(engine: engine, target: target, consumer: self)
    watcher?.start()
  }

  /// A second list means that changes may have been missed.
  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if hasListed, completes { changed() }
    if completes { hasListed = true }
  }

  func happened(_ event: WatchEvent) { changed() }

  private func changed() {
    guard !isDue else { return }
    isDue = true
    engine.queue.asyncAfter(deadline: .now() + Self.settleSeconds) { [weak self] in
      self?.isDue = false
      self?.ask()
    }
  }

  func settled() {}
  func phaseChanged(_ phase: Phase) {}
  func vanished() {}
  func noticed(_ notice: String) {}
}
