import Cluster

extension Set<Kind.Ability> {
  /// What any object of a server that lets one write can do.
  static let document: Set = [.describe, .yaml, .events, .delete, .edit]
  /// A set of pods that is kept at a number.
  static let scaled: Set = document.union([.logs, .scale])
  /// A workload that replaces its pods step by step.
  static let rolledOut: Set = document.union([.logs, .restart, .rollout])
  static let scaledRollout: Set = rolledOut.union([.scale])
}
