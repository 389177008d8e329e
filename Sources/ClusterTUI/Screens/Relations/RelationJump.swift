import Cluster
import Document
import Terminal

/// On the way from an object to its owner or its node: looks which that is, and gives way to its row.
struct RelationJump: Screen {
  enum Goal: Hashable {
    case owner, node
  }

  let ref: ObjectRef
  let goal: Goal
  private var isDone = false

  init(_ ref: ObjectRef, to goal: Goal) {
    self.ref = ref
    self.goal = goal
  }

  var crumb: String { "\(ref.name) > \(goal == .owner ? "owner" : "node")" }
  var mainNeed: Need? { .object(ref) }
  var keyHints: [KeyHint] { [KeyHint("esc", "back")] }
  func needs(_ world: World) -> Set<Need> { [.object(ref)] }

  mutating func took(_ world: World) -> [Reaction] {
    guard !isDone, let object = world.objects[ref]?.json else { return [] }
    isDone = true
    guard let found = goal == .owner ? owner(object, world) : node(object) else {
      let words = world.kinds.words(for: ref)
      let why = goal == .owner ? "nothing owns \(words)" : "\(words) is on no node"
      return [.replace(RelatedScreen(ref)), .inform(why)]
    }
    guard let kind = world.kinds[found.kind], kind.canList else {
      return [.replace(PageScreen(.description(found)))]
    }
    return [.replace(TableScreen(only: found, kind: kind))]
  }

  private func node(_ object: JSON) -> ObjectRef? {
    let name = object["spec"]["nodeName"].string ?? ""
    return name.isEmpty ? nil : ObjectRef(kind: "v1/nodes", namespace: "", name: name)
  }

  /// The controller among the owners, else the first.
  private func owner(_ object: JSON, _ world: World) -> ObjectRef? {
    let owners = object["metadata"]["ownerReferences"].array
    guard let owner = owners.first(where: { $0["controller"].bool == true }) ?? owners.first,
      let name = owner["name"].string
    else { return nil }
    let version = owner["apiVersion"].string ?? ""
    let group = version.contains("/") ? String(version.prefix { $0 != "/" }) : ""
    let kind = world.kinds.all.first { $0.name == owner["kind"].string && $0.group == group }
    guard let kind else { return nil }
    return ObjectRef(kind: kind.id, namespace: kind.namespaced ? ref.namespace : "", name: name)
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    let text =
      switch world.phase(.object(ref)) {
      case .connecting, .listing, .live, .partial: "looking for it…"
      case .refused(_, let why), .stale(_, let why), .ended(let why): why
      }
    canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .escape, .character("q"): .pop
    default: .unhandled
    }
  }
}

extension TableScreen {
  /// One object as a row, with all that its kind's table can do.
  init(only ref: ObjectRef, kind: Kind) {
    var query = Query(ref.kind, namespaces: ref.namespace.isEmpty ? [] : [ref.namespace])
    query.fieldSelector = "metadata.name=\(ref.name)"
    self.init(kind: kind, query: query, crumb: "\(kind.singular) \(ref.name)")
  }
}

extension ObjectKeys {
  /// The letters that lead from an object to others.
  static let relationHints = [
    KeyHint("X", "related: what belongs to it"), KeyHint("u", "what uses it", minor: true),
    KeyHint("J", "its owner", minor: true), KeyHint("o", "its node", minor: true),
  ]

  /// nil for letters that lead nowhere.
  static func relation(_ letter: Character, of ref: ObjectRef) -> Reaction? {
    switch letter {
    case "X": .push(RelatedScreen(ref))
    case "u": .push(RelatedScreen(ref, at: .usedBy))
    case "J": .push(RelationJump(ref, to: .owner))
    case "o": .push(RelationJump(ref, to: .node))
    default: nil
    }
  }
}
