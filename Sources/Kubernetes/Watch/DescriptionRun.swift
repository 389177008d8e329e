import Cluster
import Dispatch
import Document
import HTTP

/// Serves the need for a description: the object and its events are watched, what else belongs to it is asked for
/// when one of them changed, and the page is written anew.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class DescriptionRun: @unchecked Sendable {
  /// Changes come in groups: an object, its events, its pods.
  private static let settleSeconds = 0.2
  private static let minFetchSeconds = 1.0
  /// A page without what belongs to it is better than none.
  private static let maxFirstPageSeconds = 0.4
  private static let maxPages = 20

  private struct Watched {
    let request: RelatedRequest
    let source: EventSource
    let watcher: Watcher
  }

  private let ref: ObjectRef
  private let kind: Kind
  private let engine: Engine
  private let outbox: Outbox
  private var watcher: Watcher?
  private var object: JSON?
  private var requests: [RelatedRequest] = []
  private var events: [Watched] = []
  private var related = Related()
  private var isRelatedOld = true
  private var isScheduled = false
  private var fetches: [PendingFetch] = []
  private var openFetches = 0
  private var lastFetchAt = 0.0
  private var hasPosted = false
  private var isOverdue = false
  /// Something could not be had for a reason that may pass.
  private var lacks = false
  private var isStopped = false

  init(_ ref: ObjectRef, kind: Kind, engine: Engine, outbox: Outbox) {
    self.ref = ref
    self.kind = kind
    self.engine = engine
    self.outbox = outbox
  }

  func start() {
    let source = ObjectSource(
      ref, engine: engine, change: { [weak self] in self?.objectChanged($0) },
      tell: { [weak self] in self?.phaseChanged($0) },
      notice: { [outbox] in outbox.post(.notice($0)) })
    let watcher = Watcher(engine: engine, target: source.target, consumer: source)
    engine.queue.async { [self] in
      guard !isStopped else { return }
      self.watcher = watcher
      watcher.start()
    }
  }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      watcher?.stop()
      watcher = nil
      events.forEach { $0.watcher.stop() }
      events = []
      fetches.forEach { $0.cancel() }
    }
  }

  // MARK: What changed

  private func objectChanged(_ json: JSON?) {
    // The last page of what is gone stays: it is what one wants to read then.
    guard let json, !isStopped else { return }
    let isFirst = object == nil
    let isSame = object.map { Self.essence($0) == Self.essence(json) } ?? false
    object = json
    let wanted = Describe.requests(for: json, kind: kind)
    watchEvents(wanted.filter(Self.isOfEvents))
    let others = wanted.filter { !Self.isOfEvents($0) }
    if !isSame || others != requests { isRelatedOld = true }
    requests = others
    schedule(isFirst ? 0 : Self.settleSeconds)
    if isFirst {
      engine.queue.asyncAfter(deadline: .now() + Self.maxFirstPageSeconds) { [weak self] in
        guard let self, !hasPosted else { return }
        isOverdue = true
        post()
      }
    }
  }

  private func phaseChanged(_ phase: Phase) {
    outbox.post(.phase(.description(ref), phase))
    guard phase == .live, lacks else { return }
    isRelatedOld = true
    schedule(Self.settleSeconds)
  }

  private func eventsChanged() {
    isRelatedOld = true
    schedule(hasPosted ? Self.settleSeconds : 0)
  }

  private static func isOfEvents(_ request: RelatedRequest) -> Bool { request.path.hasSuffix("/events") }

  /// The object without what changes though nothing happens: nodes report every few seconds that they live.
  private static func essence(_ object: JSON) -> JSON {
    var object = object
    object["metadata"]["resourceVersion"] = .null
    object["metadata"]["managedFields"] = .null
    let conditions = object["status"]["conditions"].array.map { condition in
      var condition = condition
      condition["lastHeartbeatTime"] = .null
      condition["lastProbeTime"] = .null
      return condition
    }
    if !conditions.isEmpty { object["status"]["conditions"] = .array(conditions) }
    return object
  }

  private func watchEvents(_ wanted: [RelatedRequest]) {
    events.removeAll { old in
      if wanted.contains(old.request) { return false }
      old.watcher.stop()
      return true
    }
    for request in wanted where !events.contains(where: { $0.request == request }) {
      let source = EventSource { [weak self] in self?.eventsChanged() }
      let selectors = request.query.filter { $0.name != "limit" }
      let watcher = Watcher(
        engine: engine, target: WatchTarget(path: request.path, selectors: selectors), consumer: source)
      events.append(Watched(request: request, source: source, watcher: watcher))
      watcher.start()
    }
  }

  // MARK: What belongs to it

  private func schedule(_ seconds: Double) {
    guard !isScheduled else { return }
    isScheduled = true
    let wait = isRelatedOld && !requests.isEmpty ? lastFetchAt + Self.minFetchSeconds - Watcher.now : 0
    engine.queue.asyncAfter(deadline: .now() + max(seconds, wait)) { [weak self] in
      guard let self else { return }
      isScheduled = false
      settle()
    }
  }

  private func settle() {
    guard !isStopped, openFetches == 0 else { return }
    if isRelatedOld, !requests.isEmpty { fetch() } else { post() }
  }

  private func fetch() {
    isRelatedOld = false
    lastFetchAt = Watcher.now
    fetches = []
    let fresh = Gathered()
    openFetches = requests.count
    for request in requests { fetch(request, token: nil, pages: 1, into: fresh) }
  }

  private func fetch(_ request: RelatedRequest, token: String?, pages: Int, into fresh: Gathered) {
    var query = request.query
    if request.isList, !query.contains(where: { $0.name == "limit" }) {
      query.append(QueryItem("limit", "500"))
    }
    if let token { query.append(QueryItem("continue", token)) }
    fetches.append(
      engine.fetch(ReadRequest(request.path, query)) { [weak self] result in
        guard let self else { return }
        switch result {
        case .failure(let answer):
          fresh.related.failures[request.key] = answer.message
          if answer.status == 0 || answer.status == 429 || answer.status >= 500 { fresh.lacks = true }
        case .success(let answer):
          let (items, next) = answer.body.withUnsafeBytes { request.items(in: $0) }
          fresh.related.lists[request.key, default: []] += items
          if let next, pages < Self.maxPages {
            return fetch(request, token: next, pages: pages + 1, into: fresh)
          }
        }
        openFetches -= 1
        guard openFetches == 0, !isStopped else { return }
        related = fresh.related
        lacks = fresh.lacks
        post()
        if isRelatedOld { schedule(Self.settleSeconds) }
      })
  }

  /// @unchecked: confined to the engine's queue.
  private final class Gathered: @unchecked Sendable {
    var related = Related()
    var lacks = false
  }

  private func post() {
    // Until the events are there, or known not to be, the first page waits for its time.
    let isReady = events.allSatisfy { $0.source.items != nil || $0.source.failure != nil }
    guard let object, !isStopped, hasPosted || isReady || isOverdue else { return }
    var all = related
    for event in events {
      all.lists[event.request.key] = event.source.items
      all.failures[event.request.key] = event.source.failure
    }
    hasPosted = true
    outbox.post(.page(ref, Describe.page(of: object, kind: kind, related: all, now: Int64(engine.now()))))
  }
}
