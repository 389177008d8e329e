import Document

/// A pod's bytes, read in one pass for all its families.
struct PodState {
  enum Field: Int, CaseIterable {
    case created, deletion, owners
    case nodeName, priorityClass, hostNetwork, volumes, containers, initContainers
    case phase, reason, hostIP, podIP, startTime, conditions, statuses, initStatuses

    fileprivate var path: String {
      switch self {
      case .created: "metadata.creationTimestamp"
      case .deletion: "metadata.deletionTimestamp"
      case .owners: "metadata.ownerReferences"
      case .nodeName: "spec.nodeName"
      case .priorityClass: "spec.priorityClassName"
      case .hostNetwork: "spec.hostNetwork"
      case .volumes: "spec.volumes"
      case .containers: "spec.containers"
      case .initContainers: "spec.initContainers"
      case .phase: "status.phase"
      case .reason: "status.reason"
      case .hostIP: "status.hostIP"
      case .podIP: "status.podIP"
      case .startTime: "status.startTime"
      case .conditions: "status.conditions"
      case .statuses: "status.containerStatuses"
      case .initStatuses: "status.initContainerStatuses"
      }
    }
  }

  private static let fields = FieldSet(Metadata.paths + Field.allCases.map(\.path))

  let metadata: Metadata
  let statuses: [ContainerReading]
  let initStatuses: [ContainerReading]

  init(_ object: JSONSlice) {
    var slices: [JSONSlice?] = []
    Self.fields.pick(from: object, into: &slices)
    metadata = Metadata(slices: slices)
    func states(_ field: Field) -> [ContainerReading] {
      slices[Metadata.paths.count + field.rawValue].elements.map(ContainerReading.init)
    }
    statuses = states(.statuses)
    initStatuses = states(.initStatuses)
  }

  subscript(field: Field) -> JSONSlice? { metadata.slices[Metadata.paths.count + field.rawValue] }

  /// Whether the pod, one of its conditions or the end of one of its containers gives this reason.
  func tells(_ reason: StaticString) -> Bool {
    if self[.reason].has(reason) { return true }
    var found = false
    self[.conditions]?.eachElement { if !found { found = $0["reason"].has(reason) } }
    return found || statuses.contains { $0.terminated?["reason"].has(reason) == true }
  }
}

/// One entry of a pod's containerStatuses, with all that series tell of it.
struct ContainerReading {
  private(set) var name: JSONSlice?
  private(set) var image: JSONSlice?
  private(set) var imageID: JSONSlice?
  private(set) var containerID: JSONSlice?
  private(set) var isReady = false
  private(set) var restarts = 0.0
  private(set) var waiting: JSONSlice?
  private(set) var running: JSONSlice?
  private(set) var terminated: JSONSlice?
  /// How the run before ended.
  private(set) var lastTerminated: JSONSlice?

  init(_ slice: JSONSlice) {
    var new = ContainerReading()
    slice.eachMember { key, value in new.take(key, value) }
    self = new
  }

  private init() {}

  private mutating func take(_ key: UnsafeRawBufferPointer, _ value: JSONSlice) {
    if isKey(key, "name") {
      name = value
    } else if isKey(key, "state") {
      value.eachMember { key, state in
        guard state.isObject else { return }
        if isKey(key, "waiting") { waiting = state }
        if isKey(key, "running") { running = state }
        if isKey(key, "terminated") { terminated = state }
      }
    } else if isKey(key, "lastState") {
      lastTerminated = value["terminated"].flatMap { $0.isObject ? $0 : nil }
    } else if isKey(key, "ready") {
      isReady = value.bool == true
    } else if isKey(key, "restartCount") {
      restarts = value.double ?? 0
    } else if isKey(key, "image") {
      image = value
    } else if isKey(key, "imageID") {
      imageID = value
    } else if isKey(key, "containerID") {
      containerID = value
    }
  }
}
