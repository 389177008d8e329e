import Cluster
import Document
final class RolloutSource {
  static func serves(_ kind: Kind.ID) -> Bool { false }
  init(_ ref: ObjectRef, engine: Engine, change: @escaping (Rollout, JSON) -> Void) {}
  func start() {}
  func stop() {}
}
