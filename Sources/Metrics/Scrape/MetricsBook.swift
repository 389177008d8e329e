/// What was scraped, target by target, over the store of samples: who listens gets each page with the labels of its
/// series. Confined to the scraper's queue.
package final class MetricsBook {
  package private(set) var store: SeriesStore
  private var targets: [ScrapeTarget.ID: Known] = [:]
  private static let maxFamilies = 20_000
  private static let maxStepBackMilliseconds: Int64 = 60_000

  private struct Known {
    /// By the numbers of the target's reader; nil where none began.
    var series: [Place?] = []
    var report: ScrapeReport?
    var up: SeriesStore.SeriesID?
    var duration: SeriesStore.SeriesID?
    var samples: SeriesStore.SeriesID?
  }

  private enum Place {
    case at(SeriesStore.SeriesID)
    /// There was no room for it.
    case nowhere
  }

  /// What pages told of their metrics, and which targets have them; where that was asked for.
  package private(set) var families: [String: (ScrapedPage.Family, targets: Set<ScrapeTarget.ID>)] = [:]

  package init(_ limits: SeriesStore.Limits = SeriesStore.Limits()) { store = SeriesStore(limits) }

  /// How the last scrape of a target went; nil where there was none.
  package func report(of id: ScrapeTarget.ID) -> ScrapeReport? { targets[id]?.report }

  /// Writes a page into the store, with `up`, `scrape_duration_seconds` and `scrape_samples_scraped` of its target. False
  /// where the store has let go of series that the page did not begin: `Scraper.forget` tells them anew.
  package func take(_ page: ScrapedPage, of target: ScrapeTarget) -> Bool {
    advance(to: page.report.at)
    var isWhole = true
    var known = targets.removeValue(forKey: target.id) ?? Known()
    for number in page.ended { end(&known, Int(number), at: page.report.at) }
    for series in page.begun {
      let number = Int(series.number)
      while known.series.count <= number { known.series.append(nil) }
      known.series[number] = store.series(series.labels).map(Place.at) ?? .nowhere
    }
    for sample in page.samples {
      let number = Int(sample.series)
      switch known.series.indices.contains(number) ? known.series[number] : nil {
      case .at(let id):
        let outcome = store.append(id, milliseconds: sample.at, value: sample.value)
        if outcome == .unknownSeries { isWhole = false }
      case .nowhere: break
      case nil: isWhole = false
      }
    }
    note(page.families, of: target)
    note(page.report, of: target, &known)
    known.report = page.report
    if !isWhole { known.series = [] }
    targets[target.id] = known
    return isWhole
  }

  /// Moves the store's clock. One that was set back, by more than a correction, begins the store anew: else it would refuse
  /// everything until the time it knows comes again.
  package func advance(to now: Int64) {
    if let clock = store.clock, now < clock - Self.maxStepBackMilliseconds {
      store = SeriesStore(store.limits)
      targets = targets.mapValues { Known(report: $0.report) }
    }
    store.advance(to: now)
  }

  /// Forgets targets that are not scraped any more: their series have ended.
  package func drop(_ gone: Set<ScrapeTarget.ID>, at now: Int64) {
    guard !gone.isEmpty else { return }
    for id in gone {
      guard var known = targets.removeValue(forKey: id) else { continue }
      for number in known.series.indices { end(&known, number, at: now) }
      for own in [known.up, known.duration, known.samples].compactMap({ $0 }) {
        store.append(own, milliseconds: now, value: Staleness.marker)
      }
    }
    for (name, family) in families where !family.targets.isDisjoint(with: gone) {
      let left = family.targets.subtracting(gone)
      families[name] = left.isEmpty ? nil : (family.0, left)
    }
  }

  /// How many series of a family are kept.
  package func keptSeries(of family: ScrapedPage.Family) -> Int {
    let names =
      switch family.type {
      case .histogram, .summary: [family.name, family.name + "_bucket", family.name + "_count"]
      default: [family.name]
      }
    return names.reduce(0) { $0 + store.seriesCount(named: $1) }
  }

  /// A sample with a time of its own may be older than the scrape: the end stands right behind it, so that a series which
  /// comes back goes on from there.
  private func end(_ known: inout Known, _ number: Int, at now: Int64) {
    guard known.series.indices.contains(number), case .at(let id) = known.series[number] else { return }
    known.series[number] = nil
    guard let last = store.last(id), !Staleness.isMarker(last.value) else { return }
    store.append(id, milliseconds: min(now, last.milliseconds + 1), value: Staleness.marker)
  }

  private func note(_ told: [ScrapedPage.Family], of target: ScrapeTarget) {
    for family in told where families[family.name] != nil || families.count < Self.maxFamilies {
      families[family.name, default: (family, [])].targets.insert(target.id)
      store.set(
        SeriesStore.Metadata(type: family.type, help: family.help, unit: family.unit), of: family.name)
    }
  }

  private func note(_ report: ScrapeReport, of target: ScrapeTarget, _ known: inout Known) {
    func put(_ id: inout SeriesStore.SeriesID?, _ name: String, _ value: Double) {
      for _ in 0..<2 {
        if id == nil {
          id = store.series(Labels(name, target.labels.all))
        }
        guard let known = id else { return }
        // One that was not written for an hour has expired.
        if store.append(known, milliseconds: report.at, value: value) != .unknownSeries { return }
        id = nil
      }
    }
    put(&known.up, "up", report.isUp ? 1 : 0)
    put(&known.duration, "scrape_duration_seconds", report.seconds)
    put(&known.samples, "scrape_samples_scraped", Double(report.samples))
  }
}

extension SeriesStore {
  fileprivate func seriesCount(named name: String) -> Int {
    symbols.find(name).flatMap { byName[$0]?.count } ?? 0
  }
}
