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
  private var scraper: Scraper?
  private var poll: MetricsAPIPoll?
  private var interests: [Int: (interest: MetricsInterest, heard: (News) -> Void)] = [:]
  private var nextID = 0
  private var isTicking = false
  /// When kubelets are asked again after they refused.
  private var refusedUntil = 0.0
  private static let tickSeconds = 5.0
  private static let refusalSeconds = 300.0
  private static let failureSeconds = 60.0

  init(engine: Engine, placements: Placements, urls: [String] = []) {
    self.engine = engine
    self.placements = placements
    finder = TargetFinder(engine: engine, urls: urls)
    finder.changed = { [weak self] in self?.targetsChanged() }
  }

  /// On the queue. Ends with `stop(_:)` of the number.
  func begin(_ interest: MetricsInterest, heard: @escaping (News) -> Void) -> Int {
    nextID += 1
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
      update()
      session.shutdown()
    }
  }

  private func tick() {
    isTicking = !interests.isEmpty
    guard isTicking else { return }
    engine.queue.asyncAfter(deadline: .now() + Self.tickSeconds) { [weak self] in
      guard let self else { return }
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
      nodes: wanted.contains { $0.nodes == .all || $0.wantsOthers },
      others: wanted.contains(where: \.wantsOthers))
    var wishes = kubeletWishes(wanted)
    if wanted.contains(where: \.wantsOthers) {
      let lists = wanted.contains(where: \.listsFamilies)
      wishes += finder.others.map { Scraper.Wish($0, names: nil, listsFamilies: lists) }
    }
    let now = Dictionary(wishes.map { ($0.target.id, $0.target) }, uniquingKeysWith: { first, _ in first })
    for (id, _) in targets where now[id] == nil {
      book.drop(id, at: Int64(Watcher.now * 1_000))
      tally.drop(id)
    }
    let isOther = now != targets
    targets = now
    if scraper == nil, !wishes.isEmpty { scraper = makeScraper() }
    scraper?.use(wishes)
    usePoll(wanted)
    if isOther { tell(.targets) }
  }

  private func makeScraper() -> Scraper {
    Scraper(
      queue: engine.queue,
      fetch: { [engine, session] target, tell in engine.scrape(target, session: session, tell) },
      deliver: { [weak self] target, page in self?.took(page, of: target) })
  }

  private func kubeletWishes(_ wanted: [MetricsInterest]) -> [Scraper.Wish] {
    // Where kubelets refused, they are asked again from time to time.
    if case .metricsAPI = source, Watcher.now < refusedUntil { return [] }
    if case .none = source, Watcher.now < refusedUntil { return [] }
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
    return KubeletPage.allCases.flatMap { page in
      (pages[page] ?? []).sorted().map { node in
        Scraper.Wish(page.target(node: node), names: page.names.union(names), listsFamilies: lists)
      }
    }
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
    if finder.nodesRefusal != nil { judgeSource() }
    tell(.targets)
  }

  // MARK: What came

  private func took(_ page: ScrapedPage, of target: ScrapeTarget) {
    if !book.take(page, of: target) { scraper?.forget(target.id) }
    let changed = target.source == KubeletPage.source ? tally.take(page, of: target) : []
    if target.source == KubeletPage.source { judgeSource() }
    tell(.page(target, changed))
  }

  /// One kubelet that answers is enough to ask them all; where all refuse, metrics.k8s.io is next.
  private func judgeSource() {
    let reports = targets.values.filter { $0.source == KubeletPage.source }.compactMap {
      book.report(of: $0.id)
    }
    let kubelets = targets.values.count { $0.source == KubeletPage.source }
    // A firewall may keep the API server from kubelets that a metrics server reaches.
    let refusal = reports.count == kubelets ? reports.compactMap(\.error).first ?? finder.nodesRefusal : nil
    if reports.contains(where: \.isUp) {
      become(.kubelets)
    } else if let refusal {
      refusedUntil = Watcher.now + (refusal.hasPrefix("HTTP 403") ? Self.refusalSeconds : Self.failureSeconds)
      if case .none = source { return }
      become(.metricsAPI(because: refusal))
    }
  }

  private func become(_ new: Source) {
    guard new != source else { return }
    source = new
    tell(.source)
    engine.queue.async { [weak self] in self?.update() }
  }

  // MARK: metrics.k8s.io

  private func usePoll(_ wanted: [MetricsInterest]) {
    var isWanted = false
    if case .metricsAPI = source { isWanted = true }
    guard isWanted, !wanted.isEmpty else {
      poll?.stop()
      poll = nil
      return
    }
    if poll == nil {
      poll = MetricsAPIPoll(engine: engine) { [weak self] in self?.took($0) }
    }
    poll?.use(
      namespaces: Set(wanted.flatMap(\.namespaces)), nodes: wanted.contains(where: \.wantsNodeUsage))
  }

  private func took(_ answer: MetricsAPIPoll.Answer) {
    switch answer {
    case .readings(let readings):
      for reading in readings {
        tally.take(reading.key, cpu: reading.cpu, memory: reading.memory, at: reading.at)
      }
      book.take(readings)
      tell(.page(MetricsAPIPoll.target, Set(readings.map(\.key))))
    case .refused(let status, let why):
      guard case .metricsAPI(let because) = source else { return }
      let api =
        status == 404 ? "metrics.k8s.io is not installed" : "metrics.k8s.io does not answer: \(why)"
      become(
        .none("\(because); \(api). The right to get nodes/proxy, or a metrics server, would give them"))
    }
  }
}

extension KubeletPage {
  static let source = "kubelet"
}
