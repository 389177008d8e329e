import Cluster

extension Set<Kind.Ability> {
  /// What any object of a server that lets one write can do.
  static let document: Set = [.describe, .yaml, .events, .delete, .edit, .label]
  /// A set of pods that is kept at a number.
  static let scaled: Set = document.union([.logs, .scale])
  /// A workload that replaces its pods step by step.
  static let rolledOut: Set = document.union([.logs, .restart, .rollout, .rollback, .image])
  static let scaledRollout: Set = rolledOut.union([.scale])
  static let deployment: Set = scaledRollout.union([.pause])
  static let pod: Set = document.union([.logs, .exec, .evict])
  static let node: Set = document.union([.cordon, .drain])
  static let cronJob: Set = document.union([.trigger, .suspend])
  static let job: Set = document.union([.logs, .suspend])
  /// What takes a patch of the object itself.
  static let patched: Set = [.edit, .label, .restart, .rollback, .pause, .image, .cordon, .drain, .suspend]
}
