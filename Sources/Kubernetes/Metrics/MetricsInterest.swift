import Cluster
import Metrics

/// What somebody wants of the metrics of a cluster: which kubelets' pages, which metrics, which other targets.
struct MetricsInterest {
  enum Nodes: Hashable {
    case none, all
    case named(Set<String>)
    /// Where the pods of this query are.
    case hosting(Query)
  }

  var nodes = Nodes.none
  /// Throttling and network as well.
  var isDetailed = false
  /// Metrics asked for by name, beside those that tables need.
  var names: Set<String> = []
  /// Targets that are neither kubelets nor named in a need: annotated pods, monitors, URLs.
  var wantsOthers = false
  /// Every metric's name and help.
  var listsFamilies = false
  /// What metrics.k8s.io is asked for where kubelets may not be: namespaces ([""]: all of them), or nodes.
  var namespaces: [String] = []
  var wantsNodeUsage = false
}

extension MetricsInterest {
  /// What the measured columns of a table need.
  init(usage query: UsageQuery) {
    isDetailed = query.isDetailed
    let rows = query.rows
    if rows.kind == "v1/nodes" {
      (nodes, wantsNodeUsage) = (.all, true)
      return
    }
    namespaces = rows.namespaces.isEmpty ? [""] : rows.namespaces
    if let node = Self.value(of: "spec.nodeName", in: rows.fieldSelector) {
      nodes = .named([node])
    } else if rows.namespaces.isEmpty, rows.labelSelector.isEmpty {
      nodes = .all
    } else {
      nodes = .hosting(rows)
    }
  }

  /// "spec.nodeName=node-1", also with "=="; nil where the selector does not name one.
  static func value(of field: String, in selector: String) -> String? {
    for term in selector.split(separator: ",") {
      let term = term.drop { $0 == " " }
      guard term.hasPrefix(field + "=") else { continue }
      let value = term.dropFirst(field.utf8.count + 1)
      return String(value.hasPrefix("=") ? value.dropFirst() : value)
    }
    return nil
  }
}

extension UsageQuery {
  /// Whether a reading belongs to a row of this query.
  func wants(_ key: UsageKey) -> Bool {
    if rows.kind == "v1/nodes" { return key.namespace.isEmpty }
    guard !key.namespace.isEmpty, rows.namespaces.isEmpty || rows.namespaces.contains(key.namespace) else {
      return false
    }
    guard rows.kind == BuiltIn.containers.kind.id else { return key.container.isEmpty }
    return key.name == MetricsInterest.value(of: "metadata.name", in: rows.fieldSelector)
      && !key.container.isEmpty
  }
}
