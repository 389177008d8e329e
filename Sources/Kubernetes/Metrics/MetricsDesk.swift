import Cluster
import Dispatch
import HTTP
import Metrics

/// Everything that is scraped of one cluster: who wants what, the targets that follow from it, what they told. It reads
/// only what somebody wants at the moment.
///
/// @unchecked: confined to its engine's queue, but for `start`.
final class MetricsDesk: @unchecked Sendable {
  /// What somebody who wants something hears.
  enum News {
    /// A page came; whose usage is another now.
    case page(ScrapeTarget, Set<UsageKey>)
    /// Where usage comes from, or why it does not.
    case source
    /// Which targets there are.
    case targets
    case tick
  }

  /// Where usage comes from.
  enum Source: Equatable {
    case unknown
    case kubelets
    /// Kubelets may not be asked: why.
    case metricsAPI(because: String)
    /// Neither: why, and what would help.
    case none(String)
  }

  let engine: Engine
  let book = MetricsBook()
  private(set) var tally = UsageTally()
  private(set) var source = Source.unknown
  /// The targets scraped now, by their ids.
  private(set) var targets: [ScrapeTarget.ID: ScrapeTarget] = [:]
  let finder: TargetFinder
  /// For what is not behind the API server.
  let session = HTTPSession()
  private let placements: Placements
  private let intervalSeconds: Int
  private var scraper: Scraper?
  private var poll: MetricsAPIPoll?
  private var interests: [Int: (interest: MetricsInterest, heard: (News) -> Void)] = [:]
  private var nextID = 0
  private var isTicking = false
  private var isClosed = false
  /// Why metrics.k8s.io gives nothing; nil where it does, or was not asked.
  private var apiProblem: String?
  private static let tickSeconds = 5.0
  /// How often kubelets are asked that refused, or can't be reached: their rows stay on the screen of targets.
  private static let refusedSeconds = 300
  private static let failedSeconds = 60
  /// How old the usage of somebody may become whom no page names any more.
  private static let maxUsageAgeSeconds = 600.0

  init(engine: Engine, placements: Placements, urls: [String] = [], intervalSeconds: Int = 15) {
    self.engine = engine
    self.intervalSeconds = intervalSeconds
    self.placements = placements
    finder = TargetFinder(engine: engine, urls: urls)
    finder.changed = { [weak self] in self?.targetsChanged() }
    placements.changed = { [weak self] in
      guard let self else { return }
      engine.queue.async { if !self.interests.isEmpty { self.update() } }
    }
  }

  /// On the queue. Ends with `stop(_:)` of the number.
  func begin(_ interest: MetricsInterest, heard: @escaping (News) -> Void) -> Int {
    nextID += 1
    guard !isClosed else { return nextID }
    interests[nextID] = (interest, heard)
    update()
    if !isTicking { tick() }
    return nextID
  }

  func change(_ id: Int, to interest: MetricsInterest) {
    interests[id]?.interest = interest
    update()
  }

  func end(_ id: Int) {
    interests[id] = nil
    update()
  }

  /// Of requests that do not go through the API server.
  var traffic: HTTPTraffic { session.traffic }

  func close() {
    engine.queue.async { [self] in
      interests = [:]
      isClosed = true
      update()
      session.shutdown()
    }
  }

  private func tick() {
    isTicking = !interests.isEmpty
    guard isTicking else { return }
    engine.queue.asyncAfter(deadline: .now() + Self.tickSeconds) { [weak self] in
      guard let self else { return }
      tally.forget(before: Int64(engine.now() - Self.maxUsageAgeSeconds))
      update()
      tell(.tick)
      tick()
    }
  }

  private func tell(_ news: News) { for (_, one) in interests { one.heard(news) } }

  // MARK: What is read

  /// Brings what is scraped in line with what is wanted.
  private func update() {
    let wanted = interests.values.map(\.interest)
    finder.use(
      nodes: wanted.contains { $0.nodes == .all },
      others: wanted.contains(where: \.wantsOthers))
    var wishes = kubeletWishes(wanted)
    if wanted.contains(where: \.wantsOthers) {
      let lists = wanted.contains(where: \.listsFamilies)
      wishes += finder.others.map { wish($0, names: nil, lists) }
    }
    let now = Dictionary(wishes.map { ($0.target.id, $0.target) }, uniquingKeysWith: { first, _ in first })
    // One that changed is another one.
    let gone = Set(targets.filter { now[$0.key] != $0.value }.keys)
    book.drop(gone, at: Int64(engine.now() * 1_000))
    gone.forEach { tally.drop($0) }
    let isOther = now != targets
    targets = now
    if scraper == nil, !wishes.isEmpty { scraper = makeScraper() }
    scraper?.use(wishes)
    usePoll(wanted)
    if isOther { tell(.targets) }
  }

  private func makeScraper() -> Scraper {
    Scraper(
      queue: engine.queue, now: engine.now,
      fetch: { [engine, session] target, tell in engine.scrape(target, session: session, tell) },
      deliver: { [weak self] target, page in self?.took(page, of: target) })
  }

  private func kubeletWishes(_ wanted: [MetricsInterest]) -> [Scraper.Wish] {
    var pages: [KubeletPage: Set<String>] = [:]
    for interest in wanted where interest.nodes != .none {
      let nodes = nodeNames(interest.nodes)
      pages[.resource, default: []].formUnion(nodes)
      if interest.isDetailed { pages[.cadvisor, default: []].formUnion(nodes) }
      if interest.listsFamilies || interest.names.contains(where: { $0.hasPrefix("kubelet_") }) {
        pages[.kubelet, default: []].formUnion(nodes)
      }
    }
    let names = wanted.reduce(into: Set<String>()) { $0.formUnion($1.names) }
    let lists = wanted.contains(where: \.listsFamilies)
    let isRefused = source != .unknown && source != .kubelets
    return KubeletPage.allCases.flatMap { page in
      (pages[page] ?? []).sorted().map { node in
        var wish = wish(page.target(node: node), names: page.names.union(names), lists)
        if isRefused {
          let isForbidden = book.report(of: wish.target.id)?.status == 403
          wish.intervalSeconds = isForbidden ? Self.refusedSeconds : Self.failedSeconds
        }
        return wish
      }
    }
  }

  private func wish(_ target: ScrapeTarget, names: Set<String>?, _ lists: Bool) -> Scraper.Wish {
    let seconds = target.hasOwnInterval ? target.intervalSeconds : intervalSeconds
    return Scraper.Wish(target, names: names, listsFamilies: lists, intervalSeconds: seconds)
  }

  private func nodeNames(_ nodes: MetricsInterest.Nodes) -> Set<String> {
    switch nodes {
    case .none: []
    case .all: finder.nodeNames
    case .named(let names): names
    case .hosting(let query): placements.nodes(query) ?? []
    }
  }

  private func targetsChanged() {
    update()
    judgeSource()
    tell(.targets)
  }

  // MARK: What came

  private func took(_ page: ScrapedPage, of target: ScrapeTarget) {
    if !book.take(page, of: target) {
      scraper?.forget(target.id)
      tally.drop(target.id)
    }
    let changed = target.source == KubeletPage.source ? tally.take(page, of: target) : []
    if target.source == KubeletPage.source { judgeSource() }
    tell(.page(target, changed))
  }

  /// One kubelet that answers is enough to ask them all; where none does, metrics.k8s.io is next.
  private func judgeSource() {
    let reports = kubeletReports
    if reports.contains(where: \.1.isUp) {
      apiProblem = nil
      return become(.kubelets)
    }
    guard let why = refusal(reports.map(\.1)) else { return }
    guard let apiProblem else { return become(.metricsAPI(because: why)) }
    become(
      .none("\(why); \(apiProblem). The right to get nodes/proxy, or a metrics server, would give them"))
  }

  /// Why no kubelet will tell anything: it is forbidden, or none can be reached. A firewall may keep the API server from
  /// kubelets that a metrics server reaches.
  private func refusal(_ reports: [ScrapeReport]) -> String? {
    if reports.isEmpty { return finder.nodesRefusal }
    if let forbidden = reports.first(where: { $0.status == 403 }) { return forbidden.error }
    let kubelets = targets.values.count { $0.source == KubeletPage.source }
    // What answered before will answer again.
    guard source != .kubelets, reports.count == kubelets else { return nil }
    return reports.first?.error
  }

  private var kubeletReports: [(ScrapeTarget, ScrapeReport)] {
    targets.values.compactMap { target in
      guard target.source == KubeletPage.source, let report = book.report(of: target.id) else { return nil }
      return (target, report)
    }
  }

  /// Kubelets that are down while others answer; "" where there are none.
  var kubeletTrouble: String {
    let down = kubeletReports.filter { !$1.isUp }.sorted { $0.0.id < $1.0.id }
    let nodes = Set(down.map { $0.0.labels["node"] })
    guard let first = down.first, let error = first.1.error else { return "" }
    let others = nodes.count > 1 ? ", and \(nodes.count - 1) more" : ""
    return "nothing of node \(first.0.labels["node"])\(others): \(error)"
  }

  private func become(_ new: Source) {
    guard new != source else { return }
    source = new
    tell(.source)
    engine.queue.async { [weak self] in self?.update() }
  }

  // MARK: metrics.k8s.io

  private func usePoll(_ wanted: [MetricsInterest]) {
    guard source != .unknown, source != .kubelets, !wanted.isEmpty else {
      poll?.stop()
      poll = nil
      return
    }
    let poll = poll ?? MetricsAPIPoll(engine: engine) { [weak self] in self?.took($0) }
    self.poll = poll
    poll.use(namespaces: Set(wanted.flatMap(\.namespaces)), nodes: wanted.contains(where: \.wantsNodeUsage))
  }

  private func took(_ answer: MetricsAPIPoll.Answer) {
    switch answer {
    case .readings(let readings):
      for reading in readings {
        tally.take(reading.key, cpu: reading.cpu, memory: reading.memory, at: reading.at)
      }
      book.advance(to: Int64(engine.now() * 1_000))
      book.take(readings)
      apiProblem = nil
      tell(.page(MetricsAPIPoll.target, Set(readings.map(\.key))))
    case .refused(let status, let why):
      apiProblem =
        status == 404 ? "metrics.k8s.io is not installed" : "metrics.k8s.io does not answer: \(why)"
    }
    judgeSource()
  }
}

extension KubeletPage {
  static let source = "kubelet"
}
