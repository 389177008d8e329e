import Cluster

/// What a server said no to, from its own words:
/// `pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"`.
///
/// Source: k8s.io/apiserver, pkg/endpoints/handlers/responsewriters/errors.go.
package struct AccessRefusal: Sendable, Hashable {
  package var action: AccessAction
  package var subject: AccessSubject

  /// nil where the words tell of nothing like that.
  package init?(_ text: String) {
    guard let user = text.part(after: "User \"", before: "\""),
      let verb = text.part(after: "\" cannot ", before: " "),
      let resource = text.part(after: " resource \"", before: "\"")
    else { return nil }
    action = AccessAction(
      verb, resource, group: text.part(after: "in API group \"", before: "\"") ?? "",
      namespace: text.part(after: "in the namespace \"", before: "\"") ?? "")
    if let name = text.part(after: "\(resource) \"", before: "\" is forbidden") { action.name = name }
    subject = Self.subject(user)
  }

  /// "system:serviceaccount:shop:web" is a service account.
  static func subject(_ user: String) -> AccessSubject {
    let parts = user.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else {
      return AccessSubject(.user, user)
    }
    return AccessSubject(.account, parts[3], namespace: parts[2])
  }
}
