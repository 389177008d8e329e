import Cluster
import Kubernetes
import Terminal

/// The kind that tells what happened to others.
enum Events {
  static let kind: Kind.ID = "v1/events"
}

extension TableScreen {
  /// The events of one object and of what it made. A node's events carry its name where others carry a UID (kubelet,
  /// node controller).
  init(eventsOf ref: ObjectRef, kind: Kind) {
    var query = Query(Events.kind, namespaces: ref.namespace.isEmpty ? [] : [ref.namespace])
    query.isGrouped = true
    let isFamily = Kinds.makesOthers(ref.kind)
    if isFamily {
      query.family = ref
    } else {
      query.fieldSelector =
        ref.kind == "v1/nodes" || ref.uid.isEmpty
        ? "involvedObject.name=\(ref.name)" : "involvedObject.uid=\(ref.uid)"
    }
    self.init(kind: kind, query: query, crumb: "events of \(ref.name)")
    if !isFamily { hiddenColumns = ["OBJECT"] }
  }

  /// The same events, those that say the same as one row, or each by itself.
  func regrouped() -> TableScreen {
    var query = query
    query.isGrouped.toggle()
    var screen = TableScreen(kind: kind, query: query, crumb: crumb, filter: filter.text)
    (screen.hiddenColumns, screen.showsOnlyTrouble) = (hiddenColumns, showsOnlyTrouble)
    (screen.sort, screen.isWide) = (sort, isWide)
    return screen
  }

  /// A container's row stands for its pod where a whole object is asked for.
  func objectRef(of row: Row) -> ObjectRef {
    if kind.isOfReleases {
      return ObjectRef(kind: "helm/v1/releases", namespace: row.namespace, name: row.drill)
    }
    if query.kind == "ports" {
      let uid = String(row.uid.prefix { $0 != "/" })
      return ObjectRef(kind: "v1/pods", namespace: row.namespace, name: row.name, uid: uid)
    }
    guard kind.role == .container else { return row.ref(kind: row.kindID(in: kind)) }
    let name = query.fieldSelector.split(separator: "=").last.map(String.init) ?? ""
    let uid = row.uid.split(separator: "/").first.map(String.init) ?? ""
    return ObjectRef(kind: "v1/pods", namespace: row.namespace, name: name, uid: uid)
  }

  func logQuery(of row: Row) -> LogQuery? {
    guard kind.abilities.contains(.logs), kind.role == .instance || kind.role == .container else {
      return kind.hasLogsOfPods ? LogQuery(of: row.ref(kind: kind.id), isPod: false) : nil
    }
    let pod = objectRef(of: row)
    let containers = kind.role == .container ? [row.drill.isEmpty ? row.name : row.drill] : []
    return LogQuery(namespace: pod.namespace, pod: pod.name, uid: pod.uid, containers: containers)
  }

  func openLog(_ row: Row, previous: Bool) -> Reaction {
    guard var query = logQuery(of: row) else { return .unhandled }
    query.previous = previous
    if previous { query.follow = false }
    return .push(LogScreen(query: query))
  }

  func open(_ world: World) -> Reaction {
    if kind.id == "v1/namespaces", !marks.isEmpty, let store = world.rows(query) {
      let names = marks.compactMap { store.slot(uid: $0).map { store[$0].name } }.sorted()
      return .useNamespaces(names, kind: "v1/pods")
    }
    return row(world).map { own($0, world).open($0, world) } ?? .none
  }

  private func open(_ row: Row, _ world: World) -> Reaction {
    let drill = drill(of: row)
    func table(_ id: Kind.ID, filter: String = "", _ fill: (inout Query) -> Void) -> Reaction {
      guard let child = world.kinds[id] else { return .fail("the server serves no \(id)") }
      var query = Query(id, namespaces: child.namespaced && !row.namespace.isEmpty ? [row.namespace] : [])
      fill(&query)
      return .push(
        TableScreen(kind: child, query: query, crumb: "\(row.name) > \(child.plural)", filter: filter))
    }
    switch kind.children {
    case .none:
      let ref = objectRef(of: row)
      return .push(AccessScreen.opened(by: ref) ?? PageScreen(.description(ref)))
    case .selected(let id):
      if drill.isEmpty {
        return .inform("\(kind.singular) \(row.name) selects no \(id.split(separator: "/").last ?? "")")
      }
      return table(id) { $0.labelSelector = drill }
    case .named(let id):
      if drill.isEmpty {
        return .inform("\(kind.singular) \(row.name) names no \(Kind(id: id, name: "").plural)")
      }
      let names = drill.split(separator: " ").map { $0.replacing(".", with: "\\.") }
      return table(id, filter: "name~^(\(names.joined(separator: "|")))$") { _ in }
    case .fields(let id): return table(id) { $0.fieldSelector = drill }
    case .owned(let id): return table(id) { $0.owner = row.uid }
    case .containers: return table("containers") { $0.fieldSelector = "metadata.name=\(row.name)" }
    case .log: return openLog(row, previous: false)
    case .inside(let id): return .useNamespaces([row.name], kind: id)
    case .instances: return table(drill) { _ in }
    case .context:
      guard !marks.isEmpty, let store = world.rows(query) else { return .switchContext(row.name) }
      let names = marks.compactMap { store.slot(uid: $0).map { store[$0].name } }
      return .switchContext(names.sorted().joined(separator: ","))
    case .reference: return openReference(drill, of: row, world)
    case .event: return .push(EventScreen(query: query, uid: row.uid, about: about(row)))
    case .chart: return .push(ChartScreen(ChartQuery(.expression(drill)), crumb: row.name))
    case .revisions:
      guard let child = world.kinds["helm/v1/revisions"] else { return .none }
      var query = Query(child.id, namespaces: [row.namespace])
      query.labelSelector = "name=\(row.name)"
      return .push(TableScreen(kind: child, query: query, crumb: "\(row.name) > revisions"))
    case .release: return .push(release(of: row))
    case .ofRow: return .push(PageScreen(.description(objectRef(of: row))))
    }
  }

  /// The ports of a pod, or of the pods that a row selects.
  func ports(of row: Row, _ world: World) -> Reaction {
    guard let ports = world.kinds["ports"] else { return .unhandled }
    var query = Query(ports.id, namespaces: row.namespace.isEmpty ? [] : [row.namespace])
    if kind.role == .instance || kind.role == .container {
      query.fieldSelector = "metadata.name=\(objectRef(of: row).name)"
    } else if case .selected("v1/pods") = kind.children, !drill(of: row).isEmpty {
      query.labelSelector = drill(of: row)
    } else {
      return .inform("\(kind.singular) \(row.name) has no pods of its own: its ports are none")
    }
    return .push(TableScreen(kind: ports, query: query, crumb: "\(row.name) > ports"))
  }

  /// What stands between an object and its pods: a Deployment's ReplicaSets, a Service's EndpointSlices.
  func between(_ row: Row, _ world: World) -> Reaction {
    let (id, label, owner): (Kind.ID, String, String)
    switch kind.id {
    case "apps/v1/deployments": (id, label, owner) = ("apps/v1/replicasets", drill(of: row), row.uid)
    case "v1/services":
      let slices = "discovery.k8s.io/v1/endpointslices"
      (id, label, owner) = (slices, "kubernetes.io/service-name=\(row.name)", "")
    default: return .unhandled
    }
    guard let child = world.kinds[id] else { return .fail("the server serves no \(id)") }
    var query = Query(id, namespaces: [row.namespace])
    (query.labelSelector, query.owner) = (label, owner)
    return .push(TableScreen(kind: child, query: query, crumb: "\(row.name) > \(child.plural)"))
  }

  /// Whether there is something between an object of this kind and its pods.
  var hasBetween: String? {
    switch kind.id {
    case "apps/v1/deployments": "replica sets"
    case "v1/services": "endpoints"
    default: nil
    }
  }

  /// Kinds whose objects are pods or select some.
  var hasPorts: Bool {
    kind.role == .instance || kind.role == .container || kind.children == .selected("v1/pods")
  }

  /// What is in the newest revision of a release, or in one revision.
  func release(of row: Row, _ part: ReleasePage.Part = .release) -> ReleaseScreen {
    var name = row.name
    if kind.children == .release, let label = query.labelSelector.split(separator: "=").last {
      name = "\(label) \(row.cell(0))"
    }
    return ReleaseScreen(objectRef(of: row), name: name, part: part)
  }

  /// The object as the only row of its kind's table: enter goes on from there.
  private func openReference(_ drill: String, of row: Row, _ world: World) -> Reaction {
    let isReached = query.fieldSelector.hasPrefix("metadata.name=")
    let texts = drill.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let second = texts.count > 1 ? Self.reference(texts[1]) : nil
    guard let ref = isReached ? second ?? Self.reference(texts[0]) : Self.reference(texts[0]) ?? second else {
      return .inform("\(kind.singular) \(row.name) names no other object")
    }
    guard let kind = world.kinds[ref.kind], kind.canList else { return .push(PageScreen(.description(ref))) }
    var query = Query(kind.id, namespaces: ref.namespace.isEmpty ? [] : [ref.namespace])
    query.fieldSelector = "metadata.name=\(ref.name)"
    return .push(TableScreen(kind: kind, query: query, crumb: "\(row.name) > \(kind.plural)"))
  }

  /// The table as that of the row's own kind, where rows are of several: what can be done with it is what that kind can.
  func own(_ row: Row, _ world: World) -> TableScreen {
    guard kind.children == .ofRow, let own = world.kinds[row.kindID(in: kind)] else { return self }
    var screen = self
    screen.kind = own
    return screen
  }

  /// What enter needs to know of a row, without the kind that stands before it in a table of several.
  private func drill(of row: Row) -> String {
    kind.id == query.kind ? row.drill : String(row.drill.drop { $0 != " " }.dropFirst())
  }

  /// The dialog of columns, over what the table knows of them.
  func openColumns(_ world: World) -> Reaction {
    guard kind.id != Catalog.contexts.id, let store = world.rows(query) else {
      return .inform("these columns are as they are")
    }
    let extra = Set(query.extraCells.map(\.title))
    let own = store.columns.filter { !extra.contains($0.title) }
    return .push(ColumnsScreen(kind: kind, columns: TableLayout.ownColumns(kind, own), view: view))
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

  /// From a row to what belongs to its object.
  func relation(_ letter: Character, _ row: Row) -> Reaction {
    guard kind.abilities.contains(.describe) || kind.role == .container || kind.role == .event else {
      return .unhandled
    }
    // k9s's key for going into a namespace.
    if letter == "u", kind.id == "v1/namespaces" { return .useNamespaces([row.name], kind: "v1/pods") }
    return ObjectKeys.relation(letter, of: about(row)) ?? .unhandled
  }

  /// Of two marked objects, of one and the row under the cursor, or of that row with what was applied last.
  func difference(_ row: Row, _ world: World) -> Reaction {
    guard let store = world.rows(query) else { return .none }
    let marked = marks.compactMap { store.slot(uid: $0) }.map { objectRef(of: store[$0]) }
      .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    let here = objectRef(of: row)
    switch marked.count {
    case 0: return .push(DifferenceScreen(here))
    case 1 where marked[0] != here: return .push(DifferenceScreen(marked[0], .other(here)))
    case 1: return .push(DifferenceScreen(here))
    case 2: return .push(DifferenceScreen(marked[0], .other(marked[1])))
    default: return .inform("D compares two: \(marked.count) are marked")
    }
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

extension Kind {
  /// Releases of Helm and their revisions: what a Secret holds, and no object of the server's.
  var isOfReleases: Bool { children == .revisions || children == .release }
}
