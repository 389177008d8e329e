import Document
import Metrics

extension StateKind {
  static let horizontalPodAutoscalers = StateKind(
    "autoscaling/v2/horizontalpodautoscalers", [.namespace, .name("horizontalpodautoscaler")],
    [
      .count(
        "kube_horizontalpodautoscaler_spec_min_replicas", "How many pods there are at least.",
        "spec.minReplicas",
        or: 1),
      .count(
        "kube_horizontalpodautoscaler_spec_max_replicas", "How many pods there are at most.",
        "spec.maxReplicas"),
      .count(
        "kube_horizontalpodautoscaler_status_current_replicas", "How many pods there are.",
        "status.currentReplicas"),
      .count(
        "kube_horizontalpodautoscaler_status_desired_replicas", "How many pods the autoscaler wants.",
        "status.desiredReplicas"),
      .conditions("kube_horizontalpodautoscaler_status_condition", "The conditions of an autoscaler."),
      StateFamily(
        "kube_horizontalpodautoscaler_spec_target_metric", "Where the autoscaler wants its metrics to be.",
        ["spec.metrics"]
      ) { fields, out in
        fields[0]?.eachElement { ScaleMetric($0, "target")?.write(&out) }
      },
      StateFamily(
        "kube_horizontalpodautoscaler_status_target_metric", "Where the autoscaler's metrics are.",
        ["status.currentMetrics"]
      ) { fields, out in
        fields[0]?.eachElement { ScaleMetric($0, "current")?.write(&out) }
      },
    ])
}

/// One metric of an autoscaler, wanted or current (autoscaling/v2, MetricSpec and MetricStatus).
private struct ScaleMetric {
  private let name: JSONSlice?
  private let container: JSONSlice?
  private let values: JSONSlice?

  /// nil for a kind of metric that is not known, and for one without its source.
  init?(_ metric: JSONSlice, _ member: StaticString) {
    let kinds: [(StaticString, StaticString, isResource: Bool)] = [
      ("Object", "object", false), ("Pods", "pods", false), ("Resource", "resource", true),
      ("ContainerResource", "containerResource", true), ("External", "external", false),
    ]
    guard let kind = kinds.first(where: { metric["type"].has($0.0) }), let source = metric[kind.1],
      source.isObject
    else { return nil }
    name = kind.isResource ? source["name"] : source["metric"]?["name"]
    container = source["container"]
    values = source[member]
  }

  func write(_ out: inout SeriesWriter) {
    let kinds: [(StaticString, StaticString)] = [
      ("value", "value"), ("averageValue", "average"), ("averageUtilization", "utilization"),
    ]
    for (member, kind) in kinds {
      guard let slice = values?[member], !slice.isNull, let value = StateAmount.value(slice) else { continue }
      out.begin()
      out.label("metric_name", name)
      out.label("metric_target_type", kind)
      out.label("container", container)
      out.end(value)
    }
  }
}
