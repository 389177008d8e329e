import Cluster
import Document

/// Which pods use volume claims.
typealias ClaimTally = Tally<ClaimUsers>

struct ClaimUsers: Countable, Hashable {
  /// By name, how often each is there.
  private var pods: [String: Int] = [:]

  init() {}
  init(_ pod: String) { pods = [pod: 1] }

  /// "db-0", "db-0 and 2 more"; empty where nobody does.
  var text: String {
    guard let first = pods.keys.min() else { return "" }
    return pods.count == 1 ? first : "\(first) and \(pods.count - 1) more"
  }

  static func += (sum: inout ClaimUsers, more: ClaimUsers) {
    sum.pods.merge(more.pods, uniquingKeysWith: +)
  }

  static func -= (sum: inout ClaimUsers, less: ClaimUsers) {
    for (pod, count) in less.pods {
      let left = (sum.pods[pod] ?? 0) - count
      sum.pods[pod] = left > 0 ? left : nil
    }
  }
}

extension Tally where Count == ClaimUsers {
  convenience init(changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void) {
    self.init(Self.read, changed: changed, answered: answered)
  }

  /// A pod that has come to its end holds its claims no more. A volume that is made for the pod alone has a claim of both names.
  private static func read(_ object: JSONSlice) -> [Part] {
    let pod = PodBytes(object)
    if pod.isOver { return [] }
    let (name, namespace) = (pod.metadata.name.line, pod.metadata.namespace.line)
    return pod[.volumes].elements.compactMap { volume in
      var claim = volume["persistentVolumeClaim"]?["claimName"].line ?? ""
      if claim.isEmpty, volume["ephemeral"] != nil { claim = "\(name)-\(volume["name"].line)" }
      return claim.isEmpty ? nil : ("\(namespace)/\(claim)", ClaimUsers(name))
    }
  }
}
