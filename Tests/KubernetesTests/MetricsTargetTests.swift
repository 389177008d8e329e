import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

@Suite(.serialized) struct MetricsTargetTests {
  private let targets = Query("targets")
  private let metrics = Query("metrics")

  @Test func everyTargetIsARowAndADeadNodeSaysWhy() throws {
    let server = try MetricsDemo.server(["node-down"])
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    demo.start(.rows(targets))
    let nodes = try demo.ask("/api/v1/nodes")["items"].array.compactMap { $0["metadata"]["name"].string }
    demo.wait("all targets read") { demo in
      let table = demo.table(targets)
      return nodes.allSatisfy { table["node/\($0)/metrics/resource"] != nil }
        && table.keys.contains { $0.hasPrefix("pod/market/basket-") }
        && table.values.allSatisfy { $0[0] != "waiting" } && table.values.contains { $0[0] == "down" }
        && demo.phases[.rows(targets)]?.last == .live
    }
    let table = demo.table(targets)
    let down = table.filter { $0.value[0] == "down" && $0.key.hasPrefix("node/") }
    #expect(down.count == 2, "\(down)")
    for row in down.values { #expect(row.last?.hasPrefix("HTTP 503: error trying to reach service") == true) }
    let well = try #require(table.first { $0.key.hasPrefix("node/") && $0.value[0] == "up" }).value
    #expect(well[1] == "kubelet")
    #expect(Int(well[4]) ?? 0 > 5)
    #expect(well[6].hasPrefix("/api/v1/nodes/"))
    let pod = try #require(table.first { $0.key.hasPrefix("pod/market/basket-") && $0.value[0] == "up" })
    #expect(pod.key.hasSuffix(":8080/metrics"))
    #expect(pod.value[1] == "pod")
  }

  @Test func everyMetricOfEveryTargetIsARowWithItsTypeAndHelp() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    demo.start(.rows(metrics))
    demo.wait("metrics of kubelets and pods") { demo in
      let table = demo.table(metrics)
      return table["http_requests_total"] != nil && table["kubelet_running_pods"] != nil
        && table["container_memory_rss"] != nil && demo.phases[.rows(metrics)]?.last == .live
    }
    let table = demo.table(metrics)
    #expect(table["http_requests_total"]?[0] == "counter")
    #expect(table["http_requests_total"]?[4] == "Requests served, by code and method.")
    #expect(table["http_request_duration_seconds"]?[0] == "histogram")
    #expect(table["http_request_duration_seconds_bucket"] == nil)
    // Listed, and not kept, as nobody asked for it.
    #expect(table["container_memory_rss"]?[2] == "-")
    demo.stop(.rows(metrics))
  }

  @Test func pagesByURLAreTargetsAndThePasswordIsNotShown() throws {
    let page = try ReplayServer { request, responder, _ in
      let isKnown = request["Authorization"] == "Basic \(Base64.encode("me:s@cret".utf8))"
      responder.text(isKnown ? 200 : 401, isKnown ? "answer 42\n" : "who are you?\n")
    }
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port) {
      $0.urls = [
        "http://me:s%40cret@127.0.0.1:\(page.port)/federate?match[]=%7Bjob%3D%22a+b%22%7D",
        "http://127.0.0.1:\(page.port)/open", "http://127.0.0.1:1/metrics", "nonsense",
      ]
    }
    demo.start(.rows(targets))
    let name = "url/http://127.0.0.1:\(page.port)"
    demo.wait("all URLs read") { demo in
      let table = demo.table(targets)
      return table["\(name)/federate (1)"]?[0] == "up" && table["\(name)/open"]?[0] == "down"
        && table["url/http://127.0.0.1:1/metrics"]?[0] == "down" && table["url/?"]?[0] == "down"
    }
    let table = demo.table(targets)
    #expect(table["\(name)/open"]?.last == "HTTP 401: who are you?")
    #expect(table["url/http://127.0.0.1:1/metrics"]?.last?.contains("127.0.0.1:1") == true)
    #expect(table["url/?"]?.last == "expected http://HOST:PORT/PATH")
    #expect(!table.description.contains("cret"))
    #expect(page.asked.first { $0.hasPrefix("/federate") } == "/federate?match[]={job=\"a b\"}")
  }

  @Test func monitorsChooseServicesAndPodsByNameAndNumberAndTheirTargetsComeAndGo() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    for (plural, kind) in [("servicemonitors", "ServiceMonitor"), ("podmonitors", "PodMonitor")] {
      try demo.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Self.crd(plural, kind))
    }
    let port = try #require(
      try demo.ask("/api/v1/namespaces/market/services/basket")["spec"]["ports"].array.first)
    let services = "/apis/monitoring.coreos.com/v1/namespaces/platform/servicemonitors"
    let monitor = JSON.parse(
      Array(
        """
        {"apiVersion":"monitoring.coreos.com/v1","kind":"ServiceMonitor","metadata":{"name":"shop"},"spec":{
        "selector":{"matchLabels":{"app":"basket"}},"namespaceSelector":{"matchNames":["market"]},
        "endpoints":[{"port":"\(port["name"].string ?? "")","path":"/metrics","interval":"5s","honorLabels":true}]}}
        """.utf8)
    ).value
    demo.start(.rows(targets))
    demo.wait("pods by their annotations") { demo in
      demo.table(targets).contains { $0.key.hasPrefix("pod/market/basket-") && $0.value[0] == "up" }
    }
    try demo.send("POST", services, try #require(monitor))
    demo.wait("targets of the ServiceMonitor") { demo in
      let own = demo.table(targets).filter { $0.key.hasPrefix("servicemonitor/platform/shop/market/basket-") }
      return !own.isEmpty && own.values.allSatisfy { $0[0] == "up" }
    }
    #expect(
      demo.table(targets).values.filter { $0[1] == "ServiceMonitor platform/shop" }.count
        == (try demo.ask("/api/v1/namespaces/market/pods?labelSelector=app%3Dbasket"))["items"].array.count)
    // A page that two of them name is read once.
    #expect(!demo.table(targets).keys.contains { $0.hasPrefix("pod/market/basket-") })

    try demo.send("DELETE", "\(services)/shop")
    demo.wait("the annotated pods again") { demo in
      let table = demo.table(targets)
      return !table.keys.contains { $0.hasPrefix("servicemonitor/") }
        && table.keys.contains { $0.hasPrefix("pod/market/basket-") }
    }
    let pods = JSON.parse(
      Array(
        """
        {"apiVersion":"monitoring.coreos.com/v1","kind":"PodMonitor","metadata":{"name":"all"},"spec":{
        "selector":{},"namespaceSelector":{"any":true},"podMetricsEndpoints":[{"portNumber":8080}]}}
        """.utf8)
    ).value
    try demo.send(
      "POST", "/apis/monitoring.coreos.com/v1/namespaces/market/podmonitors", try #require(pods))
    demo.wait("targets of the PodMonitor") { demo in
      demo.table(targets).contains { $0.key.hasPrefix("podmonitor/market/all/market/basket-") }
    }
    try demo.send(
      "PATCH", "/apis/apps/v1/namespaces/market/deployments/basket/scale", ["spec": ["replicas": 0]])
    demo.wait("no targets of pods that are gone") { demo in
      !demo.table(targets).contains { $0.key.hasPrefix("podmonitor/market/all/market/basket-") }
    }
  }

  private static func crd(_ plural: String, _ kind: String) -> JSON {
    JSON.parse(
      Array(
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
        "metadata":{"name":"\(plural).monitoring.coreos.com"},"spec":{"group":"monitoring.coreos.com",
        "names":{"kind":"\(kind)","plural":"\(plural)","singular":"\(kind.lowercased())","listKind":"\(kind)List"},
        "scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
        {"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
        """.utf8)
    ).value ?? .null
  }

  // MARK: Monitors as values

  @Test func aMonitorReadsItsEndpointsFromASlice() throws {
    let monitor = Monitor(
      .services,
      try #require(
        JSON.parse(
          Array(
            """
            {"metadata":{"name":"m","namespace":"ops"},"spec":{"selector":{"matchLabels":{"a":"b"}},
            "endpoints":[{"port":"web","interval":"1m30s","path":"stats","scheme":"HTTPS"},{"targetPort":9100},
            {"port":"other"}]}}
            """.utf8)
        ).value))
    #expect(monitor.selector == "a=b")
    #expect(monitor.namespaces == ["ops"])
    let slice = Array(
      """
      {"metadata":{"namespace":"ops","labels":{"kubernetes.io/service-name":"s"}},
      "ports":[{"name":"web","port":8443}],"endpoints":[{"targetRef":{"kind":"Pod","name":"p"}},{"addresses":["1.2.3.4"]}]}
      """.utf8)
    let targets = slice.withUnsafeBytes { monitor.targets(slice: JSONSlice($0)) }
    #expect(
      targets.map(\.place) == [
        "/api/v1/namespaces/ops/pods/https:p:8443/proxy/stats",
        "/api/v1/namespaces/ops/pods/p:9100/proxy/metrics",
      ])
    #expect(targets.map(\.intervalSeconds) == [90, 15])
    #expect(targets[0].labels["job"] == "s")
    #expect(targets[0].labels["metrics_path"] == "stats")
  }

  @Test func durationsOfMonitorsAreThoseOfPrometheus() {
    #expect(Monitor.seconds("30s") == 30)
    #expect(Monitor.seconds("1m30s") == 90)
    #expect(Monitor.seconds("1h") == 3_600)
    #expect(Monitor.seconds("500ms") == nil)
    #expect(Monitor.seconds("soon") == nil)
    #expect(Monitor.seconds("") == nil)
  }
}
