import Cluster
import Document

extension Description {
  static let role = Description(hasEvents: false) { role, page in
    page.name(role, namespace: false)
    page.labelsAndAnnotations(role.metadata)
    page.section("PolicyRule") { page in
      page.underlinedTitles(["Resources", "Non-Resource URLs", "Resource Names", "Verbs"])
      for rule in PolicyRule.compact(role.object["rules"].array) {
        page.row([
          Marked(rule.title), Marked(PolicyRule.list(rule.urls)), Marked(PolicyRule.list(rule.names)),
          Marked(PolicyRule.list(rule.verbs), rule.verbs.contains("*") ? .warning : .plain),
        ])
      }
    }
  }

  static let roleBinding = Description(hasEvents: false) { binding, page in
    page.name(binding, namespace: false)
    page.labelsAndAnnotations(binding.metadata)
    let role = binding.object["roleRef"]
    page.section("Role") { page in
      page.field("Kind", role["kind"])
      let kind = role["kind"].string == "ClusterRole" ? "clusterroles" : "roles"
      page.field("Name", binding.link("rbac.authorization.k8s.io/v1/\(kind)", role["name"]))
    }
    page.section("Subjects") { page in
      page.underlinedTitles(["Kind", "Name", "Namespace"])
      for subject in binding.object["subjects"].array {
        let namespace = subject["namespace"].string
        let isAccount = subject["kind"].string == "ServiceAccount"
        page.row([
          subject["kind"].marked,
          isAccount
            ? binding.link("v1/serviceaccounts", subject["name"], namespace: namespace)
            : subject["name"].marked,
          subject["namespace"].marked,
        ])
      }
    }
  }
}

/// What a role allows to be done with one resource (or with some names of it, or with a URL).
private struct PolicyRule {
  var group: String?
  var resource: String?
  var names: [String] = []
  var urls: [String] = []
  var verbs: [String]

  /// "deployments.apps/scale"
  var title: String {
    guard let resource else { return "" }
    let parts = resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let group = group.map { $0.isEmpty ? "" : "." + $0 } ?? ""
    return parts[0] + group + (parts.count > 1 ? "/" + parts[1] : "")
  }

  static func list(_ words: [String]) -> String { "[" + words.joined(separator: " ") + "]" }

  /// kubectl sorts by the text that Go prints of a rule.
  private var order: String {
    let groups = Self.list(group.map { [$0] } ?? [])
    let resources = Self.list(resource.map { [$0] } ?? [])
    return "Verbs:\(Self.list(verbs)),APIGroups:\(groups),Resources:\(resources),"
      + "ResourceNames:\(Self.list(names)),NonResourceURLs:\(Self.list(urls)),"
  }

  /// One rule for each resource, with all verbs allowed on it.
  static func compact(_ rules: [JSON]) -> [PolicyRule] {
    var byTarget: [PolicyRule] = []
    var places: [String: Int] = [:]
    for rule in rules.flatMap(parts) {
      let target = [rule.group ?? "", rule.resource ?? "", list(rule.names)].joined(separator: "\n")
      if rule.urls.isEmpty, let place = places[target] {
        if !byTarget[place].verbs.contains(rule.verbs[0]) { byTarget[place].verbs += rule.verbs }
      } else {
        if rule.urls.isEmpty { places[target] = byTarget.count }
        byTarget.append(rule)
      }
    }
    return byTarget.stableSorted { $0.order.utf8.lexicographicallyPrecedes($1.order.utf8) }
  }

  /// A rule taken apart: each part has one verb and one resource, name or URL.
  private static func parts(_ rule: JSON) -> [PolicyRule] {
    let verbs = rule["verbs"].strings
    let names = rule["resourceNames"].strings
    var parts: [PolicyRule] = []
    for group in rule["apiGroups"].strings {
      for resource in rule["resources"].strings {
        for verb in verbs {
          let single = PolicyRule(group: group, resource: resource, verbs: [verb])
          if names.isEmpty { parts.append(single) }
          for name in names {
            var named = single
            named.names = [name]
            parts.append(named)
          }
        }
      }
    }
    for url in rule["nonResourceURLs"].strings {
      for verb in verbs { parts.append(PolicyRule(urls: [url], verbs: [verb])) }
    }
    return parts
  }
}
