import Cluster
import Document

/// How far the quotas of namespaces are used up.
typealias QuotaTally = Tally<QuotaCount>

/// The resources of quotas by how much of them is used, in per cent.
struct QuotaCount: Countable, Hashable {
  private var uses: [Use: Int] = [:]

  struct Use: Hashable {
    var percent: Int
    var resource: String
  }

  init() {}

  /// - Parameter quota: a ResourceQuota.
  init(_ quota: JSONSlice) {
    let used = Self.amounts(quota["status"]?["used"])
    for (resource, hard) in Self.amounts(quota["status"]?["hard"]) where hard > 0 {
      let percent = min(9_999, max(0, (used[resource] ?? 0) / hard * 100))
      uses[Use(percent: Int(percent), resource: resource), default: 0] += 1
    }
  }

  private static func amounts(_ map: JSONSlice?) -> [String: Double] {
    var amounts: [String: Double] = [:]
    map?.eachMember { key, value in
      amounts[String(decoding: key, as: UTF8.self)] = Quantity(value.plainText)?.double
    }
    return amounts
  }

  /// The resource of which least is left; nil without quotas.
  var tightest: Use? { uses.keys.max { ($0.percent, $1.resource) < ($1.percent, $0.resource) } }

  static func += (sum: inout QuotaCount, more: QuotaCount) {
    sum.uses.merge(more.uses, uniquingKeysWith: +)
  }

  static func -= (sum: inout QuotaCount, less: QuotaCount) {
    for (use, count) in less.uses {
      let left = (sum.uses[use] ?? 0) - count
      sum.uses[use] = left > 0 ? left : nil
    }
  }
}

extension Tally where Count == QuotaCount {
  convenience init(changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void) {
    self.init(
      { [("/\($0["metadata"]?["namespace"].line ?? "")", QuotaCount($0))] }, changed: changed,
      answered: answered)
  }
}
