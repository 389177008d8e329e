import Cluster
import Document

/// Which pods use volume claims, by name.
typealias ClaimTally = Tally<Multiset<String>>

extension Multiset<String> {
  /// "db-0", "db-0 and 2 more"; empty where nobody does.
  var text: String {
    guard let first = elements.min() else { return "" }
    return elements.count == 1 ? first : "\(first) and \(elements.count - 1) more"
  }
}

extension Tally where Count == Multiset<String> {
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
      return claim.isEmpty ? nil : ("\(namespace)/\(claim)", Multiset([name]))
    }
  }
}
