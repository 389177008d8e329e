import Cluster

extension Delta {
  /// What this tells about; nil where that is no need.
  var need: Need? {
    switch self {
    case .kinds: .kinds
    case .rows(let query, _): .rows(query)
    case .object(let ref, _): .object(ref)
    case .page(let ref, _): .description(ref)
    case .log(let query, _): .log(query)
    case .olderLog(let query, _, _): .olderLog(query)
    case .rollout(let ref, _): .rollout(ref)
    case .usage(let query, _): .usage(query)
    case .chart(let query, _): .chart(query)
    case .problems(let query, _): .problems(query)
    case .diagnosis(let ref, _): .diagnosis(ref)
    case .timeline(let query, _): .timeline(query)
    case .release(let ref, _): .release(ref)
    case .relations(let ref, _): .related(ref)
    case .tree(let query, _): .tree(query)
    case .access(let query, _): .access(query)
    case .preview(let need, _), .phase(let need, _): need
    case .rights(let query, _): .rights(query)
    case .notice, .progress: nil
    }
  }
}
