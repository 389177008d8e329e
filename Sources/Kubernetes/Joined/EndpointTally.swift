import Cluster
import Document

/// How many endpoints services have, and how many of them are ready: reckoned from EndpointSlices.
typealias EndpointTally = Tally<EndpointCount>

struct EndpointCount: Countable, Hashable {
  var ready = 0
  var total = 0

  static func += (sum: inout EndpointCount, more: EndpointCount) {
    sum.ready += more.ready
    sum.total += more.total
  }

  static func -= (sum: inout EndpointCount, less: EndpointCount) {
    sum.ready -= less.ready
    sum.total -= less.total
  }
}

extension Tally where Count == EndpointCount {
  convenience init(changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void) {
    self.init(Self.read, changed: changed, answered: answered)
  }

  private static func read(_ slice: JSONSlice) -> [Part] {
    let metadata = slice["metadata"]
    guard let service = metadata?["labels"]?["kubernetes.io/service-name"]?.string else { return [] }
    var count = EndpointCount()
    slice["endpoints"]?.eachElement { endpoint in
      count.total += 1
      // No word about readiness counts as ready (EndpointConditions of discovery.k8s.io/v1).
      if endpoint["conditions"]?["ready"]?.bool != false { count.ready += 1 }
    }
    return [("\(metadata?["namespace"].line ?? "")/\(service)", count)]
  }
}
