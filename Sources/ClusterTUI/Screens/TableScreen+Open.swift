import Cluster
import Terminal

/// The kind that tells what happened to others.
enum Events {
  static let kind: Kind.ID = "v1/events"
}

extension TableScreen {
  /// The events of one object. A node's events carry its name where others carry a UID (kubelet, node controller).
  init(eventsOf ref: ObjectRef, kind: Kind) {
    var query = Query(Events.kind, namespaces: ref.namespace.isEmpty ? [] : [ref.namespace])
    query.fieldSelector =
      ref.kind == "v1/nodes" || ref.uid.isEmpty
      ? "involvedObject.name=\(ref.name)" : "involvedObject.uid=\(ref.uid)"
    self.init(kind: kind, query: query, crumb: "events of \(ref.name)")
    hiddenColumns = ["OBJECT"]
  }

  /// A container's row stands for its pod where a whole object is asked for.
  func objectRef(of row: Row) -> ObjectRef {
    guard kind.role == .container else { return row.ref(kind: kind.id) }
    let name = query.fieldSelector.split(separator: "=").last.map(String.init) ?? ""
    let uid = row.uid.split(separator: "/").first.map(String.init) ?? ""
    return ObjectRef(kind: "v1/pods", namespace: row.namespace, name: name, uid: uid)
  }

  func logQuery(of row: Row) -> LogQuery? {
    guard kind.abilities.contains(.logs), kind.role == .instance || kind.role == .container else {
      return nil
    }
    let pod = objectRef(of: row)
    let containers = kind.role == .container ? [row.drill.isEmpty ? row.name : row.drill] : []
    return LogQuery(namespace: pod.namespace, pod: pod.name, uid: pod.uid, containers: containers)
  }

  func openLog(_ row: Row, previous: Bool) -> Reaction {
    guard var query = logQuery(of: row) else {
      return kind.role == .workload
        ? .inform("\(kind.singular) \(row.name): enter shows its pods, l there their logs") : .unhandled
    }
    query.previous = previous
    if previous { query.follow = false }
    return .push(LogScreen(query: query))
  }

  func open(_ world: World) -> Reaction {
    if kind.id == "v1/namespaces", !marks.isEmpty, let store = world.rows(query) {
      let names = marks.compactMap { store.slot(uid: $0).map { store[$0].name } }.sorted()
      return .useNamespaces(names, kind: "v1/pods")
    }
    guard let row = row(world) else { return .none }
    func table(_ id: Kind.ID, _ fill: (inout Query) -> Void) -> Reaction {
      guard let child = world.kinds[id] else { return .fail("the server serves no \(id)") }
      var query = Query(id, namespaces: child.namespaced && !row.namespace.isEmpty ? [row.namespace] : [])
      fill(&query)
      let screen = TableScreen(kind: child, query: query, crumb: "\(row.name) > \(child.plural)")
      return .push(screen)
    }
    switch kind.children {
    case .none: return .push(PageScreen(.description(objectRef(of: row))))
    case .selected(let id):
      if row.drill.isEmpty {
        return .inform("\(kind.singular) \(row.name) selects no \(id.split(separator: "/").last ?? "")")
      }
      return table(id) { $0.labelSelector = row.drill }
    case .fields(let id): return table(id) { $0.fieldSelector = row.drill }
    case .owned(let id): return table(id) { $0.owner = row.uid }
    case .containers: return table("containers") { $0.fieldSelector = "metadata.name=\(row.name)" }
    case .log: return openLog(row, previous: false)
    case .inside(let id): return .useNamespaces([row.name], kind: id)
    case .instances: return table(row.drill) { _ in }
    case .context: return .switchContext(row.name)
    case .reference: return openReference(row.drill)
    case .chart: return .push(ChartScreen(ChartQuery(.expression(row.drill)), crumb: row.name))
    }
  }

  private func openReference(_ drill: String) -> Reaction {
    guard let ref = Self.reference(drill) else { return .inform("the event names no object") }
    return .push(PageScreen(.description(ref)))
  }

  /// "kindID namespace name", as events write it.
  private static func reference(_ drill: String) -> ObjectRef? {
    let parts = drill.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, !parts[0].isEmpty else { return nil }
    return ObjectRef(kind: parts[0], namespace: parts[1], name: parts[2])
  }

  /// Whose state and history one asks for: of an event the object it tells of.
  func about(_ row: Row) -> ObjectRef {
    guard kind.role == .event else { return objectRef(of: row) }
    return Self.reference(row.drill) ?? objectRef(of: row)
  }

  func openWhy(_ row: Row) -> Reaction {
    var subject = Subject(self, row)
    // What the server has no object for, only its row can explain.
    guard kind.abilities.contains(.describe) || kind.role == .container else {
      return .push(PageScreen(.why(subject)))
    }
    subject.ref = about(row)
    return .push(WhyScreen(subject))
  }
}
