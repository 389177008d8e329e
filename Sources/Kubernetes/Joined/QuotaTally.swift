import Cluster
import Document

/// How far the quotas of namespaces are used up.
typealias QuotaTally = Tally<Multiset<QuotaUse>>

/// How much of a quota's resource is used, in per cent.
struct QuotaUse: Hashable {
  var percent: Int
  var resource: String

  /// - Parameter quota: a ResourceQuota.
  static func all(of quota: JSONSlice) -> [QuotaUse] {
    let used = amounts(quota["status"]?["used"])
    return amounts(quota["status"]?["hard"]).filter { $0.value > 0 }.map { resource, hard in
      let percent = min(9_999, max(0, (used[resource] ?? 0) / hard * 100))
      return QuotaUse(percent: Int(percent), resource: resource)
    }
  }

  private static func amounts(_ map: JSONSlice?) -> [String: Double] {
    var amounts: [String: Double] = [:]
    map?.eachMember { key, value in
      amounts[String(decoding: key, as: UTF8.self)] = Quantity(value.plainText)?.double
    }
    return amounts
  }
}

extension Multiset<QuotaUse> {
  /// The resource of which least is left; nil without quotas.
  var tightest: QuotaUse? { elements.max { ($0.percent, $1.resource) < ($1.percent, $0.resource) } }
}

extension Tally where Count == Multiset<QuotaUse> {
  convenience init(changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void) {
    self.init(
      { [("/\($0["metadata"]?["namespace"].line ?? "")", Multiset(QuotaUse.all(of: $0)))] }, changed: changed,
      answered: answered)
  }
}
