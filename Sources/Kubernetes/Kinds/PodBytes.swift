import Cluster
import Document

/// One pod's bytes, read in one pass; what is wanted of it is looked at in place.
struct PodBytes {
  /// What is read of a pod beside its metadata.
  enum Field: Int, CaseIterable {
    case nodeName, serviceAccount, containers, initContainers, ephemeralContainers, readinessGates
    case schedulingGates, restartPolicy, volumes, resources, overhead
    case phase, reason, message, conditions, podIP, podIPs, nominatedNode, qosClass
    case statuses, initStatuses, ephemeralStatuses

    fileprivate var path: String {
      switch self {
      case .nodeName: "spec.nodeName"
      case .serviceAccount: "spec.serviceAccountName"
      case .containers: "spec.containers"
      case .initContainers: "spec.initContainers"
      case .ephemeralContainers: "spec.ephemeralContainers"
      case .readinessGates: "spec.readinessGates"
      case .schedulingGates: "spec.schedulingGates"
      case .restartPolicy: "spec.restartPolicy"
      case .volumes: "spec.volumes"
      case .resources: "spec.resources"
      case .overhead: "spec.overhead"
      case .phase: "status.phase"
      case .reason: "status.reason"
      case .message: "status.message"
      case .conditions: "status.conditions"
      case .podIP: "status.podIP"
      case .podIPs: "status.podIPs"
      case .nominatedNode: "status.nominatedNodeName"
      case .qosClass: "status.qosClass"
      case .statuses: "status.containerStatuses"
      case .initStatuses: "status.initContainerStatuses"
      case .ephemeralStatuses: "status.ephemeralContainerStatuses"
      }
    }
  }

  /// Few pods have as many containers as this; those are counted in the pass that looks for the other fields.
  private static let countedContainers = 4
  private static let fields = FieldSet(
    Metadata.paths + Field.allCases.map(\.path) + (0..<countedContainers).map { "spec.containers[\($0)]" })
  let metadata: Metadata

  init(_ object: JSONSlice) {
    var slices: [JSONSlice?] = []
    PodBytes.fields.pick(from: object, into: &slices)
    metadata = Metadata(slices: slices)
  }

  @inline(__always)
  subscript(field: Field) -> JSONSlice? { metadata.slices[Metadata.paths.count + field.rawValue] }

  /// How many containers the specification has, init containers aside.
  var containerCount: Int {
    let counted = metadata.slices.suffix(PodBytes.countedContainers)
    return counted.last! == nil ? counted.count { $0 != nil } : self[.containers].elementCount
  }

  var conditions: StatusConditions { StatusConditions(self[.conditions]) }
  /// Nothing runs any more, and nothing will.
  var isOver: Bool { self[.phase].has("Succeeded") || self[.phase].has("Failed") }

  /// Whether a container that ends without an error is started again.
  var restartsWhatEndsWell: Bool {
    !isOver && !self[.restartPolicy].has("Never") && !self[.restartPolicy].has("OnFailure")
  }

  /// The specification of a container, an init or an ephemeral one.
  func container(_ name: JSONSlice?) -> JSONSlice? {
    guard let name = name?.rawString else { return nil }
    for list in [Field.containers, .initContainers, .ephemeralContainers] {
      var found: JSONSlice?
      self[list]?.eachElement { container in
        if found == nil, let other = container["name"]?.rawString, other.elementsEqual(name) {
          found = container
        }
      }
      if let found { return found }
    }
    return nil
  }

  /// Init containers with this restart policy run beside the others: sidecars.
  static func isSidecar(_ container: JSONSlice?) -> Bool {
    container?["restartPolicy"].has("Always") ?? false
  }
}
