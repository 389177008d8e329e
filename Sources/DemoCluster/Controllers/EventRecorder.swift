/// Remembers which events were written, so that what repeats is counted and not written again.
struct EventRecorder {
  /// What makes two happenings the same event.
  struct Key: Hashable {
    let uid: UID
    let fieldPath: String?
    let reason, message, component, host: String
  }

  var known: [Key: ObjectKey] = [:]
  /// All events, the oldest first.
  var order: ArraySlice<(key: Key, place: ObjectKey)> = []

  /// More events than these are not kept, as fast as they may come.
  static let limit = 5_000
  /// How long the API server keeps an event that does not repeat.
  static let lifetimeSeconds = 3_600.0
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
    let key = EventRecorder.Key(
      uid: object.meta.uid, fieldPath: container, reason: reason, message: message, component: component,
      host: host)
    if let place = recorder.known[key], let event = store[.events][place], case .event(let body) = event.body
    {
      store.put(.events, event.meta, .event(body.again(at: now)), at: now)
      return
    }
    let regarding = EventBody.Regarding(
      kind: type.kind, apiVersion: type.api, namespace: object.meta.namespace, name: object.meta.name,
      uid: object.meta.uid, version: object.version, fieldPath: container)
    let body = EventBody(
      regarding, kind, reason: reason, message: message, component: component, host: host, action: action,
      first: first, last: last ?? now, count: count)
    var name = Bytes()
    name.put(raw: object.meta.name + ".")
    // Two events of one object in one moment still need two names.
    name.put(hex: UInt64(bitPattern: first.nanoseconds) &+ dice.next() % 1_000_000, digits: 16)
    let meta = Meta(
      name: String(decoding: name, as: UTF8.self),
      namespace: object.meta.namespace.isEmpty ? "default" : object.meta.namespace, uid: dice.uid(),
      created: first.seconds)
    store.put(.events, meta, .event(body), at: now)
    recorder.known[key] = meta.key
    recorder.order.append((key, meta.key))
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
    if recorder.known[event.key] == event.place { recorder.known[event.key] = nil }
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
  }
}
