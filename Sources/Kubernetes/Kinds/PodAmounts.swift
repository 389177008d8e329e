import Cluster
import Document

/// What a pod's containers ask for and may take of one resource, as a cell tells it: "100m:500m", "-" for nothing.
/// A limit counts only where every container that runs has one: else the pod has none.
struct PodAmounts {
  let text: String

  init(_ pod: PodBytes, _ resource: StaticString) {
    var starting: [JSONSlice] = []
    var running = pod[.containers].elements
    for container in pod[.initContainers].elements {
      if PodBytes.isSidecar(container) { running.append(container) } else { starting.append(container) }
    }
    let asked = Self.total(running, starting, "requests", resource, needsAll: false)
    let limit = Self.total(running, starting, "limits", resource, needsAll: true)
    text = "\(asked):\(limit)"
  }

  /// What runs together adds up; an init container runs alone before that, and may ask for more.
  private static func total(
    _ running: [JSONSlice], _ starting: [JSONSlice], _ side: StaticString, _ resource: StaticString,
    needsAll: Bool
  ) -> String {
    func amounts(_ containers: [JSONSlice]) -> [JSONSlice] {
      containers.compactMap { $0["resources"]?[side]?[resource] }
    }
    let own = amounts(running)
    if own.isEmpty || needsAll && own.count < running.count { return "-" }
    let first = amounts(starting)
    if own.count == 1, first.isEmpty { return own[0].plainText }
    let sum = own.compactMap { Quantity($0.plainText) }.reduce(Quantity.zero, +)
    return first.compactMap { Quantity($0.plainText) }.reduce(sum) { $0 < $1 ? $1 : $0 }.text
  }
}
