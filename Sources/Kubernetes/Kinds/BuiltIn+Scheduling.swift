import Cluster
import Document

extension BuiltIn {
  static let priorityClasses: BuiltIn = {
    var kind = Kind(
      id: "scheduling.k8s.io/v1/priorityclasses", name: "PriorityClass", short: ["pc"], namespaced: false,
      role: .config, abilities: .document)
    // The most important first.
    (kind.sortColumn, kind.sortDescending) = ("VALUE", true)
    return BuiltIn(
      kind,
      [
        .number("VALUE", "value").priority(8),
        .computed("GLOBAL-DEFAULT", "globalDefault") { $0[0]?.bool == true ? "true" : "false" }.priority(6),
        .text("PREEMPTIONPOLICY", "preemptionPolicy", or: "PreemptLowerPriority").priority(5),
        .text("DESCRIPTION", "description").wide,
      ])
  }()

  static let runtimeClasses = BuiltIn(
    Kind(
      id: "node.k8s.io/v1/runtimeclasses", name: "RuntimeClass", namespaced: false, role: .config,
      abilities: .document),
    [
      .text("HANDLER", "handler").priority(8),
      .map("NODE SELECTOR", "scheduling.nodeSelector").priority(4),
      .map("OVERHEAD", "overhead.podFixed").wide,
    ])
}
