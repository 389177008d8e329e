import Cluster
import Document

/// What the pods of nodes or of namespaces come to.
typealias PodTally = Tally<PodCount>

struct PodCount: Countable, Hashable {
  /// Those that have not come to their end.
  var pods = 0
  /// Those of them that are broken, or wait for something.
  var unwell = 0
  /// What those that have not come to their end ask for together: thousandths of a core, bytes.
  var milliCPU: Int64 = 0
  var memory: Int64 = 0

  static func += (sum: inout PodCount, more: PodCount) {
    sum.pods += more.pods
    sum.unwell += more.unwell
    sum.milliCPU &+= more.milliCPU
    sum.memory &+= more.memory
  }

  static func -= (sum: inout PodCount, less: PodCount) {
    sum.pods -= less.pods
    sum.unwell -= less.unwell
    sum.milliCPU &-= less.milliCPU
    sum.memory &-= less.memory
  }
}

extension Tally where Count == PodCount {
  enum Grouping { case node, namespace }

  convenience init(
    by grouping: Grouping, changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void
  ) {
    self.init({ Self.read($0, grouping) }, changed: changed, answered: answered)
  }

  private static func read(_ object: JSONSlice, _ grouping: Grouping) -> [Part] {
    let pod = PodBytes(object)
    let whom = grouping == .node ? pod[.nodeName].line : pod.metadata.namespace.line
    guard !whom.isEmpty else { return [] }
    var count = PodCount()
    if !pod.isOver {
      count.pods = 1
      let tone = PodHealth(pod: pod, status: PodStatus(pod)).health.tone
      if tone == .bad || tone == .pending { count.unwell = 1 }
      if grouping == .node {
        let requests = PodRequests(pod)
        // Of a thousand pods that ask for the impossible the sum stays a number.
        let most: Int64 = 1 << 50
        (count.milliCPU, count.memory) = (min(requests.milliCPU, most), min(requests.memory, most))
      }
    }
    return [("/\(whom)", count)]
  }
}
