import Cluster
import Document

/// What is kept of an object to know what it belongs to and how it is: a few words of it.
final class RelationObject: Sendable {
  struct Owner: Hashable, Sendable {
    var kind: Kind.ID
    var name: String
    var uid: String
    var isController: Bool
  }

  /// Which pods an object chooses by their labels.
  struct Selection: Hashable, Sendable {
    var selector: Selector
    var relation: Relation
  }

  /// A container of a pod.
  struct Part: Hashable, Sendable {
    var name: String
    var tone: Tone
    var state: String
    var reason: String
  }

  let ref: ObjectRef
  let owners: [Owner]
  /// "app=web,tier=front"
  let labels: [UInt8]
  /// Those of the pods that it makes; empty where it makes none.
  let podLabels: [UInt8]
  let tone: Tone
  let state: String
  let reason: String
  let links: LinkList
  /// The node of a pod; empty for everything else.
  let node: String
  let selection: Selection?
  let parts: [Part]

  init(
    ref: ObjectRef, owners: [Owner], labels: [UInt8], podLabels: [UInt8], tone: Tone, state: String,
    reason: String, links: LinkList, node: String, selection: Selection?, parts: [Part]
  ) {
    self.ref = ref
    self.owners = owners
    self.labels = labels
    self.podLabels = podLabels
    self.tone = tone
    self.state = state
    self.reason = reason
    self.links = links
    self.node = node
    self.selection = selection
    self.parts = parts
  }

  var controller: Owner? { owners.first(where: \.isController) ?? owners.first }

  func chooses(_ labels: [UInt8]) -> Bool {
    guard let selection else { return false }
    return labels.withUnsafeBytes { selection.selector.matches(labels: $0) }
  }
}

/// Makes them of the bytes of one kind's objects.
struct RelationReader {
  private let kind: Kind.ID
  private let finder: KindFinder
  private let decoder: RowDecoder?
  private let columns: [Column]
  private let stateCells: [Int]
  private var row = RowWriter()
  /// The same few lists are in thousands of pods.
  private var lists: Set<LinkList> = []
  private static let fields = FieldSet(Metadata.paths)
  private static let maxLists = 20_000

  init(_ kind: Kind.ID, _ finder: KindFinder) {
    self.kind = kind
    self.finder = finder
    let builtIn = Kinds.builtIn(kind)
    decoder = builtIn?.decoder
    columns = builtIn?.kind.columns ?? []
    let ready = columns.cell(titled: "READY")
    let status = columns.filter(\.hasCell).firstIndex { $0.content == .status }
    stateCells = [ready, status ?? columns.cell(titled: "STATUS", "COMPLETIONS")].compactMap { $0 }
  }

  /// The place of the object; nil for bytes without a name.
  static func key(_ slice: JSONSlice) -> (namespace: String, name: String)? {
    guard let metadata = slice["metadata"], let name = metadata["name"]?.string else { return nil }
    return (metadata["namespace"].line, Moment.plain(name))
  }

  /// nil for bytes without a name.
  mutating func object(_ slice: JSONSlice) -> RelationObject? {
    var slices: [JSONSlice?] = []
    Self.fields.pick(from: slice, into: &slices)
    let metadata = Metadata(slices: slices)
    let name = metadata.name.line
    guard !name.isEmpty else { return nil }
    let namespace = metadata.namespace.line
    let (labels, health, state) = rowTexts(slice, metadata)
    let found = LinkReader.links(of: slice, kind: kind, namespace: namespace, finder: finder)
    let isPod = kind == "v1/pods"
    let links = shared(found.map(\.link).filter { !isPod || $0.sort != .runsOn })
    let node = isPod ? found.first { $0.link.sort == .runsOn }?.link.name ?? "" : ""
    return RelationObject(
      ref: ObjectRef(kind: kind, namespace: namespace, name: name, uid: metadata.uid.line),
      owners: owners(metadata), labels: labels, podLabels: podLabels(slice), tone: health.tone, state: state,
      reason: health.reason, links: links, node: node, selection: selection(slice),
      parts: isPod ? parts(slice) : [])
  }

  private mutating func shared(_ links: [Link]) -> LinkList {
    if links.isEmpty { return .none }
    let list = LinkList(links)
    if lists.count > Self.maxLists { lists = [] }
    return lists.insert(list).memberAfterInsert
  }

  /// What the kind's own table says of it.
  private mutating func rowTexts(_ slice: JSONSlice, _ metadata: Metadata) -> ([UInt8], Health, String) {
    guard let decoder else { return (labels(metadata.labels), condition(slice, metadata), "") }
    decoder.write(slice, &row)
    var (labels, health, state): ([UInt8], Health, String) = ([], .good, "")
    row.takeBatch().eachRow { row, _ in
      labels = Array(row.labelBytes)
      health = Health(row.tone, row.markedReason)
      state = stateCells.map { row.cell($0) }.filter { !$0.isEmpty }.joined(separator: " ")
    }
    return (labels, health, state)
  }

  private func labels(_ map: JSONSlice?) -> [UInt8] {
    var text: [UInt8] = []
    map?.eachMember { key, value in
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text += key
      text.append(UInt8(ascii: "="))
      if let raw = value.rawString { text += raw }
    }
    return text
  }

  /// How an object of any other kind is, as far as its conditions tell by convention.
  private func condition(_ slice: JSONSlice, _ metadata: Metadata) -> Health {
    if metadata.deletion != nil { return Health(.ending, metadata.whyNotGone) }
    let conditions = StatusConditions(slice["status"]?["conditions"])
    for word: StaticString in ["Ready", "Available", "Healthy", "Synced", "Accepted", "Programmed"] {
      guard let condition = conditions[word], !condition.isTrue else { continue }
      let tone: Tone = condition.isFalse ? .bad : .pending
      return Health(tone, "\(condition.type) is \(condition.status)\(condition.lasting): \(condition.text)")
    }
    return .good
  }

  private func owners(_ metadata: Metadata) -> [RelationObject.Owner] {
    metadata.owners.elements.compactMap { reference in
      let name = reference["name"].line
      guard let id = finder.id(name: reference["kind"].line, apiVersion: reference["apiVersion"].line),
        !name.isEmpty
      else { return nil }
      return RelationObject.Owner(
        kind: id, name: name, uid: reference["uid"].line, isController: reference["controller"]?.bool == true)
    }
  }

  private func podLabels(_ slice: JSONSlice) -> [UInt8] {
    guard kind.hasPrefix("apps/") || kind.hasPrefix("batch/") || kind == "v1/replicationcontrollers" else {
      return []
    }
    let spec = kind == "batch/v1/cronjobs" ? slice["spec"]?["jobTemplate"]?["spec"] : slice["spec"]
    return labels(spec?["template"]?["metadata"]?["labels"])
  }

  private func selection(_ slice: JSONSlice) -> RelationObject.Selection? {
    var text: String?
    let relation: Relation
    switch kind {
    case "v1/services": (text, relation) = (LabelSelector.text(ofMap: slice["spec"]?["selector"]), .selects)
    case "policy/v1/poddisruptionbudgets":
      // An empty selector chooses all.
      guard let selector = slice["spec"]?["selector"] else { return nil }
      (text, relation) = (LabelSelector.text(of: selector) ?? "", .governs)
    case "networking.k8s.io/v1/networkpolicies":
      (text, relation) = (LabelSelector.text(of: slice["spec"]?["podSelector"]) ?? "", .governs)
    default: return nil
    }
    guard let text, let selector = Selector.parse(text).selector else { return nil }
    return RelationObject.Selection(selector: selector, relation: relation)
  }

  private mutating func parts(_ slice: JSONSlice) -> [RelationObject.Part] {
    guard let decoder = BuiltIn.containers.decoder else { return [] }
    let columns = BuiltIn.containers.kind.columns ?? []
    let cells = [columns.cell(titled: "STATE", "STATUS"), columns.cell(titled: "RESTARTS")].compactMap { $0 }
    decoder.write(slice, &row)
    var parts: [RelationObject.Part] = []
    row.takeBatch().eachRow { row, _ in
      let restarts = cells.count > 1 ? row.cell(cells[1]) : ""
      let isRestarted = !["", "0", "-"].contains(restarts)
      let state = cells.first.map { row.cell($0) } ?? ""
      parts.append(
        RelationObject.Part(
          name: row.drill.isEmpty ? row.name : row.drill, tone: row.tone,
          state: isRestarted ? "\(state), \(restarts) restarts" : state, reason: row.markedReason))
    }
    return parts
  }
}
