import Cluster
import Metrics
import Testing

@testable import Kubernetes

/// What pods and nodes use, reckoned from pages as values.
@Suite struct MetricsTallyTests {
  private func page(_ reader: inout ScrapeReader, _ text: String, at: Int64) -> ScrapedPage {
    reader.begin(contentType: nil, names: nil, at: at)
    _ = reader.take(Array(text.utf8))
    return reader.end(error: nil, seconds: 0.1)
  }

  private let web = UsageKey(namespace: "shop", name: "web")

  private func line(_ container: String, _ cpu: Double, _ memory: Int, _ at: Int) -> String {
    let labels = "{container=\"\(container)\",namespace=\"shop\",pod=\"web\"}"
    return """
      container_cpu_usage_seconds_total\(labels) \(cpu) \(at)
      container_memory_working_set_bytes\(labels) \(memory) \(at)

      """
  }

  /// Two readings of a real kubelet (Kubernetes 1.36).
  @Test func recordedReadingsGiveTheCoresThatAPersonReckons() throws {
    let target = KubeletPage.resource.target(node: "n")
    var reader = ScrapeReader(target)
    var tally = UsageTally()
    let clock = "{container=\"clock\",namespace=\"ops\",pod=\"toolbox-747f898cb7-2cnkr\"}"
    _ = tally.take(
      page(
        &reader,
        """
        container_cpu_usage_seconds_total\(clock) 0.166873857 1795230806526
        container_memory_working_set_bytes\(clock) 413696 1795230806526
        node_cpu_usage_seconds_total 2214.740278967 1795230806828
        node_memory_working_set_bytes 3.134455808e+09 1795230806828

        """, at: 1_795_230_814_000), of: target)
    let changed = tally.take(
      page(
        &reader,
        """
        container_cpu_usage_seconds_total\(clock) 0.178797489 1795230817518
        container_memory_working_set_bytes\(clock) 577536 1795230817518
        node_cpu_usage_seconds_total 2248.362740003 1795230826916
        node_memory_working_set_bytes 3.304173568e+09 1795230826916

        """, at: 1_795_230_829_000), of: target)
    let pod = UsageKey(namespace: "ops", name: "toolbox-747f898cb7-2cnkr")
    let container = UsageKey(namespace: "ops", name: pod.name, container: "clock")
    let node = UsageKey(namespace: "", name: "n")
    #expect(changed == [pod, container, node])
    // 0.011923632 s in 10.992 s, and 33.622461036 s in 20.088 s.
    #expect(abs(try #require(tally.usages[container]?.cpu) - 0.001_084_755) < 1e-8)
    #expect(tally.usages[pod]?.cpu == tally.usages[container]?.cpu)
    #expect(tally.usages[pod]?.memory == 577_536)
    #expect(tally.usages[pod]?.at == 1_795_230_817)
    #expect(abs(try #require(tally.usages[node]?.cpu) - 1.673_758_514) < 1e-8)
    #expect(tally.usages[node]?.memory == 3_304_173_568)
  }

  @Test func throttlingIsAShareOfPeriodsAndBridgesAreNotCountedTwice() {
    let target = KubeletPage.cadvisor.target(node: "n")
    var reader = ScrapeReader(target)
    var tally = UsageTally()
    func text(_ periods: Int, _ throttled: Int, _ received: Int, _ at: Int) -> String {
      let container = "{container=\"a\",id=\"/x\",namespace=\"shop\",pod=\"web\"}"
      func interface(_ name: String, _ id: String, _ pod: String) -> String {
        "{container=\"\",id=\"\(id)\",interface=\"\(name)\",namespace=\"shop\",pod=\"\(pod)\"}"
      }
      return """
        container_cpu_cfs_periods_total\(container) \(periods) \(at)
        container_cpu_cfs_throttled_periods_total\(container) \(throttled) \(at)
        container_network_receive_bytes_total\(interface("eth0", "/x", "web")) \(received) \(at)
        container_network_receive_bytes_total\(interface("eth0", "/", "")) \(received * 2) \(at)
        container_network_receive_bytes_total\(interface("cni0", "/", "")) \(received * 2) \(at)

        """
    }
    _ = tally.take(page(&reader, text(100, 10, 1_000, 1_000), at: 1_000), of: target)
    _ = tally.take(page(&reader, text(200, 40, 6_000, 11_000), at: 11_000), of: target)
    #expect(tally.usages[web]?.throttled == 0.3)
    #expect(tally.usages[web]?.received == 500)
    #expect(tally.usages[UsageKey(namespace: "", name: "n")]?.received == 1_000)
    #expect(tally.usages[web]?.at == 11)
  }

  @Test func containersAddUpToTheirPodAndOneThatComesBackCountsAgain() {
    let target = KubeletPage.resource.target(node: "n")
    var reader = ScrapeReader(target)
    var tally = UsageTally()
    func take(_ text: String, _ at: Int64) { _ = tally.take(page(&reader, text, at: at), of: target) }
    take(line("a", 10, 100, 1_000) + line("b", 20, 200, 1_000), 1_500)
    #expect(tally.usages[web]?.cpu == nil)
    #expect(tally.usages[web]?.memory == 300)
    take(line("a", 15, 110, 11_000) + line("b", 21, 210, 11_000), 11_500)
    #expect(tally.usages[web]?.cpu == 0.6)
    #expect(tally.usages[web]?.at == 11)
    // The kubelet repeats a reading until it has another.
    take(line("a", 15, 110, 11_000) + line("b", 21, 210, 11_000), 16_500)
    #expect(tally.usages[web]?.cpu == 0.6)
    #expect(tally.usages[web]?.cpuTrend.count == 2)
    take(line("a", 20, 110, 21_000), 21_500)
    #expect(tally.usages[web]?.memory == 110)
    #expect(tally.usages[UsageKey(namespace: "shop", name: "web", container: "b")] == nil)
    take(line("a", 25, 110, 31_000) + line("b", 2, 50, 31_000), 31_500)
    take(line("a", 30, 110, 41_000) + line("b", 3, 50, 41_000), 41_500)
    #expect(tally.usages[web]?.cpu == 0.6)
    #expect(tally.usages[web]?.memory == 160)
    // A counter that fell began anew.
    take(line("a", 2, 110, 51_000) + line("b", 3, 50, 51_000), 51_500)
    #expect(tally.usages[web]?.cpu == 0.2)
  }

  @Test func whatOfAPageIsGoneIsForgottenAndSoIsWhatNobodyTellsAnyMore() {
    let target = KubeletPage.resource.target(node: "n")
    var reader = ScrapeReader(target)
    var tally = UsageTally()
    _ = tally.take(page(&reader, line("a", 10, 100, 1_000), at: 1_000), of: target)
    _ = tally.take(page(&reader, "", at: 16_000), of: target)
    #expect(tally.usages.isEmpty)
    tally.take(web, cpu: 1, memory: 1, at: 100)
    tally.forget(before: 50)
    #expect(tally.usages.count == 1)
    tally.forget(before: 101)
    #expect(tally.usages.isEmpty)
  }

  @Test func aNodeThatWasDownCountsEachContainerOnceWhenItIsBack() {
    let target = KubeletPage.resource.target(node: "n")
    var reader = ScrapeReader(target)
    var tally = UsageTally()
    let two = line("a", 10, 100, 1_000) + line("b", 10, 100, 1_000)
    _ = tally.take(page(&reader, two, at: 1_000), of: target)
    reader.begin(contentType: nil, names: nil, at: 16_000)
    _ = tally.take(reader.end(error: "down", seconds: 1), of: target)
    #expect(tally.usages[web]?.memory == 200)
    _ = tally.take(page(&reader, line("b", 10, 70, 31_000), at: 31_000), of: target)
    #expect(tally.usages[web]?.memory == 70)
  }

  @Test func fieldSelectorsNameANodeInEachOfTheirForms() {
    func node(_ selector: String) -> String? { MetricsInterest.value(of: "spec.nodeName", in: selector) }
    #expect(node("spec.nodeName=n1") == "n1")
    #expect(node("spec.nodeName==n1") == "n1")
    #expect(node("status.phase=Running, spec.nodeName=n1") == "n1")
    #expect(node("spec.nodeName!=n1") == nil)
    #expect(node("") == nil)
  }
}
