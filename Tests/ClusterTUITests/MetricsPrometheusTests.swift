import Document
import Foundation
import HTTP
import Metrics
import TestSupport
import Testing

/// The real Prometheus scrapes `clustertui metrics` on demo clusters, with the job and the alert rules of deploy/.
@Suite(.serialized) struct MetricsPrometheusTests {
  private static let token = "a-long-word-that-nobody-guesses"

  /// What has gone wrong four minutes ago, and which alert tells it of what.
  private static let told: [(story: String, alert: String)] = [
    ("bad-image", #"ContainerImageUnavailable{namespace="market", pod=~"storefront-.*"}"#),
    ("missing-secret", #"ContainerCreatingForLong{namespace="fulfil", pod=~"returns-.*"}"#),
    ("missing-config", #"ContainerCannotBeCreated{namespace="market", pod=~"courier-widget-.*"}"#),
    ("oom-after-release", #"ContainerOOMKilled{namespace="market", pod=~"basket-.*"}"#),
    ("too-big", #"PodUnschedulable{namespace="fulfil", pod=~"packing-planner-.*"}"#),
    (
      "volume-unknown",
      #"VolumeClaimPending{namespace="platform", persistentvolumeclaim="data-ledger-0"}"#
    ),
    ("memory-pressure", #"NodePressure{node="harbour-3", condition="MemoryPressure"}"#),
    ("namespace-stuck", #"NamespaceTerminatingForLong{namespace="sandbox"}"#),
  ]

  @Test func alertsTellTheStoriesOfTheDemo() throws {
    let cluster = try ScrapedCluster(stories: Self.told.map(\.story), leadSeconds: 240)
    var missing = Self.told.map(\.alert)
    _ = waitUntil(seconds: 45) {
      missing.removeAll { alert in
        let parts = alert.split(separator: "{", maxSplits: 1)
        return !cluster.query(#"ALERTS{alertname="\#(parts[0])", alertstate="firing", \#(parts[1])"#).array
          .isEmpty
      }
      return missing.isEmpty
    }
    #expect(missing == [])
    expectNothingDropped(cluster)
  }

  /// One Prometheus for all of this: it needs a while to see that nothing happens.
  @Test func aQuietClusterIsScrapedWholeAndRaisesNoAlert() throws {
    let cluster = try ScrapedCluster(stories: ["cert-expiring"], token: Self.token)
    #expect(cluster.exporter.fetch("/metrics").status == 401)
    #expect(waitUntil { cluster.number(#"count_over_time(up{job="clustertui"}[5m])"#) ?? 0 >= 5 })
    #expect(cluster.number(#"min_over_time(up{job="clustertui"}[5m])"#) == 1)
    expectNothingDropped(cluster)
    expectOpenMetrics(cluster)
    for (place, text) in try Deploy.expressions() {
      let answer = cluster.ask("/api/v1/query", [QueryItem("query", text)])
      #expect(answer["status"].string == "success", "\(place): \(answer["error"].string ?? "")")
    }
    try expectTheSameNumbers(cluster)
    // Every rule is looked at often enough for those that wait for a quarter of an hour, which is 15 s here.
    #expect(
      waitUntil(seconds: 40) { cluster.own("prometheus_rule_group_iterations_total").min() ?? 0 >= 36 })
    // It looks for its targets only after five seconds, which ClusterTUIDown tells.
    let fired = cluster.query(
      #"max_over_time(ALERTS{alertstate="firing", alertname!="ClusterTUIDown"}[5m]) or ALERTS{alertname="ClusterTUIDown"}"#
    )
    #expect(fired.array.map { $0["metric"].text } == [])
    #expect(cluster.own("prometheus_rule_evaluation_failures_total").allSatisfy { $0 == 0 })
    expectNothingDropped(cluster)
  }

  private func expectNothingDropped(_ cluster: ScrapedCluster) {
    #expect(cluster.number(#"up{job="clustertui"}"#) == 1)
    for fault in [
      "sample_out_of_order", "sample_duplicate_timestamp", "sample_out_of_bounds", "exceeded_sample_limit",
      "exceeded_body_size_limit",
    ] {
      #expect(cluster.own("prometheus_target_scrapes_\(fault)_total") == [0], "\(fault)")
    }
    #expect(cluster.own("prometheus_target_metadata_cache_entries").isEmpty == false)
    let scraped = cluster.query(#"scrape_samples_scraped{job="clustertui"}"#).array.first
    let kept = cluster.query(#"scrape_samples_post_metric_relabeling{job="clustertui"}"#).array.first
    #expect(scraped?["value"][1].string == kept?["value"][1].string)
  }

  /// Units are told in OpenMetrics only, and counters are called without `_total` there.
  private func expectOpenMetrics(_ cluster: ScrapedCluster) {
    let known = cluster.ask("/api/v1/metadata", [])["data"]
    #expect(known["kube_pod_container_status_restarts"][0]["type"].string == "counter")
    #expect(known["clustertui_received_bytes"][0]["unit"].string == "bytes")
  }

  // MARK: The little language

  private static let queries = [
    #"up{job="clustertui"}"#,
    #"sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[1m]))"#,
    #"rate(container_cpu_usage_seconds_total[1m])"#, #"irate(node_cpu_usage_seconds_total[1m])"#,
    #"increase(clustertui_received_bytes_total[1m])"#, #"rate(clustertui_answer_duration_seconds_sum[1m])"#,
    #"rate(clustertui_answer_duration_seconds_sum[1m]) / rate(clustertui_answer_duration_seconds_count[1m])"#,
    #"topk(5, container_memory_working_set_bytes{container!=""})"#,
    #"sum by (node) (container_memory_working_set_bytes{id="/"})"#,
    #"count by (phase) (kube_pod_status_phase == 1)"#,
    #"max by (namespace) (kube_pod_container_status_restarts_total)"#,
    #"avg by (condition) (kube_node_status_condition{status="true"})"#,
    #"sum(kube_pod_container_resource_requests{resource="cpu"}) / sum(kube_node_status_allocatable{resource="cpu"})"#,
    #"delta(container_memory_working_set_bytes{namespace="market", container!=""}[1m])"#,
    #"histogram_quantile(0.9, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket[1m])))"#,
    #"histogram_quantile(0.5, prometheus_http_response_size_bytes_bucket{handler="/api/v1/query"})"#,
    #"count({__name__=~"kube_.+|clustertui_.+"})"#,
  ]

  private func expectTheSameNumbers(_ cluster: ScrapedCluster) throws {
    // Its own page comes later: the histograms need two of them.
    #expect(waitUntil { cluster.number(#"count_over_time(up{job="itself"}[5m])"#) ?? 0 >= 3 })
    let now = Int64(Date().timeIntervalSince1970 * 1000) - 1_000
    let store = ScrapedSamples(cluster.query(#"{job=~".+"}[5m]"#, at: now)).store()
    for text in Self.queries {
      let expression: Metrics.Expression
      do { expression = try Metrics.Expression(text) } catch {
        Issue.record("\(error.caret(in: text))")
        continue
      }
      let theirs = Dictionary(
        cluster.query(text, at: now).array.map { item in
          let labels = Labels(item["metric"].members.map { Label($0.key, $0.value.string ?? "?") })
          return (labels.described, Double(item["value"][1].string ?? "") ?? .nan)
        }, uniquingKeysWith: { first, _ in first })
      guard case .vector(let samples) = try expression.instant(over: store, at: now) else {
        Issue.record("\(text) gives no vector")
        continue
      }
      let ours = Dictionary(
        samples.map { ($0.labels.described, $0.value) }, uniquingKeysWith: { first, _ in first })
      #expect(!theirs.isEmpty, "nothing to compare: \(text)")
      #expect(Set(ours.keys) == Set(theirs.keys), "\(text)")
      for (labels, value) in ours {
        guard let other = theirs[labels] else { continue }
        let isSame =
          value == other || value.isNaN && other.isNaN
          || abs(value - other) <= 1e-9 * max(abs(value), abs(other))
        #expect(isSame, "\(text) \(labels): \(value), theirs \(other)")
      }
    }
  }
}

/// What Prometheus has scraped, sample by sample.
private struct ScrapedSamples {
  private var series: [Points]
  /// By instance: when it was scraped.
  private var scrapes: [String: [Int64]] = [:]

  /// - Parameter matrix: an answer to a range selector.
  init(_ matrix: JSON) {
    series = matrix.array.map { item in
      let points = item["values"].array
      return Points(
        labels: Labels(item["metric"].members.map { Label($0.key, $0.value.string ?? "?") }),
        milliseconds: points.map { Int64((($0[0].double ?? 0) * 1000).rounded()) },
        values: points.map { Double($0[1].string ?? "") ?? .nan })
    }
    for one in series where one.labels[Labels.metricName] == "up" {
      scrapes[one.labels["instance"]] = one.milliseconds
    }
  }

  /// Prometheus does not hand out its markers of what has ended: a series ends at the first scrape that lacks it.
  func store() -> SeriesStore {
    let store = SeriesStore()
    for points in series {
      guard let id = store.series(points.labels) else { continue }
      let times = scrapes[points.labels["instance"]] ?? []
      let all = zip(points.milliseconds, points.values).map { ($0, $1) }
      let present = Set(points.milliseconds)
      var ends: [(Int64, Double)] = []
      var isThere = false
      for time in times {
        if present.contains(time) {
          isThere = true
        } else if isThere {
          isThere = false
          ends.append((time, Staleness.marker))
        }
      }
      for (time, value) in (all + ends).sorted(by: { $0.0 < $1.0 }) {
        store.append(id, milliseconds: time, value: value)
      }
    }
    return store
  }
}
