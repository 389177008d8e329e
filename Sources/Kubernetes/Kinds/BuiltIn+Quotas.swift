import Cluster
import Document

extension BuiltIn {
  static let resourceQuotas = BuiltIn(
    Kind(
      id: "v1/resourcequotas", name: "ResourceQuota", short: ["quota"], role: .boundary,
      abilities: .document),
    [
      .computed("REQUEST", "status") {
        Usage.all($0[0]).filter { !$0.isLimit }.map(\.text).joined(separator: ", ")
      }
      .priority(8),
      .computed("LIMIT", "status") { Usage.all($0[0]).filter(\.isLimit).map(\.text).joined(separator: ", ") }
        .priority(7),
    ],
    health: .reading("status") { fields in
      let exhausted = Usage.all(fields[0]).filter(\.isExhausted).map(\.text)
      return exhausted.isEmpty ? .good : Health(.pending, "used up: " + exhausted.joined(separator: ", "))
    })

  static let limitRanges = BuiltIn(
    Kind(id: "v1/limitranges", name: "LimitRange", short: ["limits"], role: .boundary, abilities: .document),
    [.list("TYPES", "spec.limits", "type").priority(6)])

  static let leases = BuiltIn(
    Kind(id: "coordination.k8s.io/v1/leases", name: "Lease", role: .other, abilities: .document),
    [
      .text("HOLDER", "spec.holderIdentity").priority(8),
      .moment("RENEWED", "spec.renewTime").priority(7),
      .number("TRANSITIONS", "spec.leaseTransitions").wide,
    ])
}

/// How much of one resource of a quota is used.
private struct Usage {
  let resource: String
  let used: String
  let hard: String

  var text: String { "\(resource): \(used)/\(hard)" }
  var isLimit: Bool { resource.hasPrefix("limits.") }
  /// A limit of zero forbids something; it is not used up.
  var isExhausted: Bool {
    guard let used = Quantity(used)?.double, let hard = Quantity(hard)?.double else { return false }
    return hard > 0 && used >= hard
  }

  static func all(_ status: JSONSlice?) -> [Usage] {
    var used: [String: String] = [:]
    status?["used"]?.eachMember { used[String(decoding: $0, as: UTF8.self)] = $1.line }
    var all: [Usage] = []
    status?["hard"]?.eachMember { key, value in
      let resource = String(decoding: key, as: UTF8.self)
      all.append(Usage(resource: resource, used: used[resource] ?? "0", hard: value.line))
    }
    return all.sorted { $0.resource < $1.resource }
  }
}
