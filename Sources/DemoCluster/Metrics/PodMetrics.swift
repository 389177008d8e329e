import Document

/// What a pod's own program tells of itself, where its annotations say that it does.
struct PodMetrics {
  let object: Object
  let state: PodState
  let now: Moment

  /// The port that is scraped.
  var port: Int? {
    guard object.meta.annotation("prometheus.io/scrape") == "true" else { return nil }
    return object.meta.annotationInt("prometheus.io/port") ?? state.template.containers.first?.port
  }

  var path: String { object.meta.annotation("prometheus.io/path") ?? "/metrics" }

  /// The container that answers, and since when.
  private var serving: (plan: ContainerPlan, container: ContainerState, since: Int64)? {
    for (plan, container) in zip(state.template.containers, state.containers) {
      if let since = container.runningSince { return (plan, container, since) }
    }
    return nil
  }

  func text(_ usage: Usage) -> Bytes {
    guard let serving else { return [] }
    var out = Exposition()
    let seconds = max(0, now - Moment(seconds: serving.since))
    let program = serving.plan.program ?? Program()
    let rate = max(0.2, program.linesPerSecond * 3)
    let wave = UsageWave.integral(seconds / 420) * 0.4 * 420
    let all = (rate * max(0, seconds + wave)).rounded(.down)
    let isFailing: Bool = if case .never = program.readiness { true } else { false }
    let failed = (all * (isFailing ? 0.3 : 0.006)).rounded(.down)
    let missing = (all * 0.03).rounded(.down)
    out.family("http_requests_total", "counter", "Requests served, by code and method.")
    out.sample("http_requests_total", [("code", "200"), ("method", "GET")], all - failed - missing)
    out.sample("http_requests_total", [("code", "404"), ("method", "GET")], missing)
    out.sample("http_requests_total", [("code", "503"), ("method", "GET")], failed)
    durations(all, isFailing, to: &out)
    out.family("http_requests_in_flight", "gauge", "Requests being served.")
    out.sample("http_requests_in_flight", [], Double(Dice.mixed(serving.container.id ^ UInt64(seconds)) % 7))
    out.family("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.")
    out.sample("process_cpu_seconds_total", [], (usage.cpuSeconds * 100).rounded() / 100)
    out.family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.")
    out.sample("process_resident_memory_bytes", [], Double(usage.memoryBytes * 9 / 10))
    out.family(
      "process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.")
    out.sample("process_start_time_seconds", [], Double(serving.since))
    out.family("build_info", "gauge", "What was built.")
    out.sample(
      "build_info", [("service", serving.plan.name), ("version", ImageName(serving.plan.image).tag)], 1)
    return out.text
  }

  private func durations(_ all: Double, _ isSlow: Bool, to out: inout Exposition) {
    let name = "http_request_duration_seconds"
    out.family(name, "histogram", "How long requests took.")
    let shares: [(String, Double)] =
      isSlow
      ? [("0.005", 0.05), ("0.05", 0.3), ("0.5", 0.7), ("2.5", 0.95)]
      : [("0.005", 0.4), ("0.05", 0.85), ("0.5", 0.985), ("2.5", 0.999)]
    for (bound, share) in shares {
      out.sample(name + "_bucket", [("le", bound)], (all * share).rounded(.down))
    }
    out.sample(name + "_bucket", [("le", "+Inf")], all)
    out.sample(name + "_sum", [], (all * (isSlow ? 0.41 : 0.037) * 1_000).rounded() / 1_000)
    out.sample(name + "_count", [], all)
  }
}
