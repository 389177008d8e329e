/// Remembers which events were written, so that what repeats is counted and not written again, and what comes
/// too often is not written at all: the part of each component that stands between it and the API server.
struct EventRecorder {
  /// What makes two happenings the same event.
  struct Key: Hashable {
    let source: Source
    let fieldPath: String?
    let reason: String
    /// nil for events that are told together.
    let message: String?
    /// The scheduler's events are about one version of a pod.
    var version: UInt64?
  }

  /// Who speaks of which object.
  struct Source: Hashable {
    let uid: UID
    let component, host: String
  }

  /// How often something has happened, whether it was written or not.
  struct Observation {
    var place: ObjectKey?
    var first, last: Moment
    var count: Int
  }

  private struct SimilarKey: Hashable {
    let source: Source
    let kind: EventBody.Kind
    let reason: String
  }

  private struct Similar {
    var messages: Set<String> = []
    var last: Moment
  }

  private struct BucketKey: Hashable {
    let source: Source
    let kind: EventBody.Kind
  }

  /// Who wrote more than this about one object has to wait.
  private struct Bucket {
    var tokens: Double
    var at: Moment
  }

  private var known: [Key: Observation] = [:]
  private var similar: [SimilarKey: Similar] = [:]
  private var buckets: [BucketKey: Bucket] = [:]
  /// All events, the oldest first.
  var order: ArraySlice<(key: Key, place: ObjectKey)> = []

  /// More events than these are not kept, as fast as they may come.
  static let limit = 5_000
  /// How long the API server keeps an event that does not repeat.
  static let lifetimeSeconds = 3_600.0
  private static let burst = 25.0
  private static let secondsPerToken = 300.0
  /// From so many messages of one reason on, they are told together.
  private static let mostSimilar = 10
  private static let similarSeconds = 600.0
  static let togetherPrefix = "(combined from similar events): "

  /// Whether an event is one of many that differ in their message alone.
  mutating func isOneOfMany(
    _ source: Source, _ kind: EventBody.Kind, _ reason: String, _ message: String, at now: Moment
  ) -> Bool {
    let key = SimilarKey(source: source, kind: kind, reason: reason)
    var found = similar[key] ?? Similar(last: now)
    if now - found.last > EventRecorder.similarSeconds { found.messages = [] }
    found.messages.insert(message)
    found.last = now
    let isMany = found.messages.count >= EventRecorder.mostSimilar
    // The message that is told with the others is not kept.
    if isMany { found.messages.remove(message) }
    similar[key] = found
    return isMany
  }

  /// Counts once more, or `count` times that were before there was a recorder.
  mutating func observe(_ key: Key, count: Int, first: Moment, at now: Moment) -> Observation {
    var found = known[key] ?? Observation(first: first, last: now, count: 0)
    found.count += count
    found.last = now
    known[key] = found
    return found
  }

  mutating func written(_ key: Key, _ place: ObjectKey) {
    known[key]?.place = place
    order.append((key, place))
  }

  /// Whether an event may be written now.
  mutating func admits(_ source: Source, _ kind: EventBody.Kind, at now: Moment) -> Bool {
    let key = BucketKey(source: source, kind: kind)
    var bucket = buckets[key] ?? Bucket(tokens: EventRecorder.burst, at: now)
    bucket.tokens = min(
      EventRecorder.burst, bucket.tokens + (now - bucket.at) / EventRecorder.secondsPerToken)
    bucket.at = now
    let isAdmitted = bucket.tokens >= 1
    if isAdmitted { bucket.tokens -= 1 }
    buckets[key] = bucket
    return isAdmitted
  }

  mutating func forget(_ event: (key: Key, place: ObjectKey)) {
    if known[event.key]?.place == event.place { known[event.key] = nil }
  }

  /// Forgets what has not happened for an hour.
  mutating func forget(before limit: Moment) {
    known = known.filter { $0.value.place != nil || $0.value.last > limit }
    similar = similar.filter { $0.value.last > limit }
    // By then a bucket is nearly full again.
    buckets = buckets.filter { $0.value.at > limit }
  }
}

/// Who writes an event.
enum EventReporter {
  case kubelet(node: String)
  case scheduler(action: String)
  case controller(String)
}

extension World {
  typealias Reporter = EventReporter

  /// Writes that something happened to an object, or counts it when it happened before.
  ///
  /// - Parameter container: the container it happened to, as a field path names it: `spec.containers{web}`.
  func record(
    _ kind: EventBody.Kind, _ reason: String, _ message: String, about object: Object,
    as type: (kind: String, api: String),
    container: String? = nil, by reporter: Reporter
  ) {
    record(
      kind, reason, message, about: object, as: type, container: container, by: reporter, count: 1, first: now
    )
  }

  /// The same for what began to happen at `first` and has happened `count` times by `last` (or now).
  func record(
    _ kind: EventBody.Kind, _ reason: String, _ message: String, about object: Object,
    as type: (kind: String, api: String),
    container: String? = nil, by reporter: Reporter, count: Int, first: Moment, last: Moment? = nil
  ) {
    var (component, host, action): (String, String, String?)
    switch reporter {
    case .kubelet(let node): (component, host, action) = ("kubelet", node, nil)
    case .scheduler(let verb): (component, host, action) = ("default-scheduler", World.controlPlane, verb)
    case .controller(let name): (component, host, action) = (name, "", nil)
    }
    let source = EventRecorder.Source(uid: object.meta.uid, component: component, host: host)
    var message = message
    var key = EventRecorder.Key(
      source: source, fieldPath: container, reason: reason, message: message,
      version: action == nil ? nil : object.version)
    // The scheduler writes in the new way, which knows neither of these.
    if action == nil, !isBuilding {
      if recorder.isOneOfMany(source, kind, reason, message, at: now) {
        message = EventRecorder.togetherPrefix + message
        key = EventRecorder.Key(source: source, fieldPath: nil, reason: reason, message: nil)
      }
    }
    let seen = recorder.observe(key, count: count, first: first, at: now)
    if action == nil, !isBuilding, !recorder.admits(source, kind, at: now) { return }
    if let place = seen.place, let event = store[.events][place], case .event(let body) = event.body {
      store.put(.events, event.meta, .event(body.again(seen.count, message, at: now)), at: now)
      return
    }
    let regarding = EventBody.Regarding(
      kind: type.kind, apiVersion: type.api, namespace: object.meta.namespace, name: object.meta.name,
      uid: object.meta.uid, version: object.version, fieldPath: container)
    let body = EventBody(
      regarding, kind, reason: reason, message: message, component: component, host: host, action: action,
      first: seen.first, last: last ?? now, count: seen.count)
    let created = seen.count > count ? now : first
    var name = Bytes()
    name.put(raw: object.meta.name + ".")
    // Two events of one object in one moment still need two names.
    name.put(hex: UInt64(bitPattern: created.nanoseconds) &+ dice.next() % 1_000_000, digits: 16)
    let meta = Meta(
      name: String(decoding: name, as: UTF8.self),
      namespace: object.meta.namespace.isEmpty ? "default" : object.meta.namespace, uid: dice.uid(),
      created: created.seconds)
    store.put(.events, meta, .event(body), at: now)
    recorder.written(key, meta.key)
    if recorder.order.count > EventRecorder.limit { forgetOldestEvent() }
  }

  /// The node that runs the control plane.
  static let controlPlane = "harbour-1"

  func recordPod(
    _ kind: EventBody.Kind, _ reason: String, _ message: String, _ pod: Object, container: String? = nil,
    by reporter: Reporter
  ) {
    record(kind, reason, message, about: pod, as: ("Pod", "v1"), container: container, by: reporter)
  }

  private func forgetOldestEvent() {
    guard let oldest = recorder.order.popFirst() else { return }
    forget(oldest)
    if recorder.order.startIndex > EventRecorder.limit { recorder.order = ArraySlice(Array(recorder.order)) }
  }

  private func forget(_ event: (key: EventRecorder.Key, place: ObjectKey)) {
    recorder.forget(event)
    store.remove(.events, event.place, at: now)
  }

  /// Drops events that have not happened for an hour.
  func expireEvents() {
    let limit = now - EventRecorder.lifetimeSeconds
    var kept: [(key: EventRecorder.Key, place: ObjectKey)] = []
    for event in recorder.order {
      guard let object = store[.events][event.place], case .event(let body) = object.body else { continue }
      if body.last < limit { forget(event) } else { kept.append(event) }
    }
    recorder.order = ArraySlice(kept)
    recorder.forget(before: limit)
  }
}
