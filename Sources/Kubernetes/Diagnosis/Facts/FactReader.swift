import Cluster
import Document

/// Makes a fact of an object's bytes, in one pass over it.
struct FactReader {
  let kind: Kind.ID
  /// The same few texts are in thousands of objects.
  private var known: [String: String] = [:]
  private static let fields = FieldSet(Metadata.paths)

  private let round: ExaminationRound?

  /// Keeps the metadata's managedFields.
  private let keepsManagers: Bool

  init(_ kind: Kind.ID, _ round: ExaminationRound? = nil, keepsManagers: Bool = false) {
    self.kind = kind
    self.round = round
    self.keepsManagers = keepsManagers
  }

  /// nil for bytes without a name.
  mutating func fact(_ slice: JSONSlice) -> Fact? {
    kind == "v1/pods" ? pod(slice) : other(slice)
  }

  private mutating func other(_ slice: JSONSlice) -> Fact? {
    var slices: [JSONSlice?] = []
    Self.fields.pick(from: slice, into: &slices)
    let metadata = Metadata(slices: slices)
    guard let ref = ref(metadata) else { return nil }
    return Fact(
      ref: ref, created: slices[3]?.epochSeconds ?? 0, owner: owner(metadata),
      body: FactBody(bytes(slice), round),
      pod: nil)
  }

  private mutating func pod(_ slice: JSONSlice) -> Fact? {
    let pod = PodBytes(slice)
    guard let ref = ref(pod.metadata) else { return nil }
    let status = PodStatus(pod)
    let tone = PodHealth(pod: pod, status: status).health.tone
    let isWell = tone == .done || tone == .good && status.restarts == 0
    let requests = PodRequests(pod)
    let fact = PodFact(
      node: shared(pod[.nodeName].line), isReady: pod.conditions["Ready"]?.isTrue ?? false,
      isOver: pod.isOver,
      isEnding: pod.metadata.deletion != nil, labels: labels(pod.metadata.labels),
      milliCPU: requests.milliCPU,
      memory: requests.memory, others: requests.others, hostPorts: requests.hostPorts)
    return Fact(
      ref: ref, created: pod.metadata.slices[3]?.epochSeconds ?? 0, owner: owner(pod.metadata),
      body: isWell ? nil : FactBody(slice.withoutManagers, nil), pod: fact)
  }

  private mutating func ref(_ metadata: Metadata) -> ObjectRef? {
    let name = metadata.name.line
    guard !name.isEmpty else { return nil }
    return ObjectRef(
      kind: kind, namespace: shared(metadata.namespace.line), name: name, uid: metadata.uid.line)
  }

  private mutating func owner(_ metadata: Metadata) -> Fact.Owner? {
    var found: Fact.Owner?
    for reference in metadata.owners.elements {
      let isController = reference["controller"]?.bool == true
      guard found == nil || isController else { continue }
      let kind = Kinds.id(apiVersion: reference["apiVersion"].line, name: reference["kind"].line)
      found = Fact.Owner(
        kind: shared(kind), name: shared(reference["name"].line), uid: shared(reference["uid"].line),
        isController: isController)
    }
    return found
  }

  private mutating func labels(_ slice: JSONSlice?) -> [String: String] {
    var labels: [String: String] = [:]
    slice?.eachMember { key, value in
      labels[shared(String(decoding: key, as: UTF8.self))] = shared(value.line)
    }
    return labels
  }

  private mutating func shared(_ text: String) -> String {
    if text.utf8.count < 16 { return text }
    if let same = known[text] { return same }
    if known.count > 20_000 { known = [:] }
    known[text] = text
    return text
  }

  // MARK: Bytes

  /// Of what is read for its metadata alone, that is what is wanted.
  private func bytes(_ slice: JSONSlice) -> [UInt8] {
    keepsManagers ? [UInt8](slice.bytes) : slice.withoutManagers
  }
}
