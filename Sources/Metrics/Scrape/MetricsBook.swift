/// What was scraped, target by target, over the store of samples: who listens gets each page with the labels of its
/// series. Confined to the scraper's queue.
package final class MetricsBook {
  package let store: SeriesStore
  private var targets: [ScrapeTarget.ID: Known] = [:]

  private struct Known {
    /// By the numbers of the target's reader.
    var series: [Int32: SeriesStore.SeriesID] = [:]
    var report: ScrapeReport?
    var up: SeriesStore.SeriesID?
    var duration: SeriesStore.SeriesID?
    var samples: SeriesStore.SeriesID?
    var labels = Labels()
  }

  /// What pages told of their metrics, and which targets have them; where that was asked for.
  package private(set) var families: [String: (ScrapedPage.Family, targets: Set<ScrapeTarget.ID>)] = [:]

  package init(_ limits: SeriesStore.Limits = SeriesStore.Limits()) { store = SeriesStore(limits) }

  /// How the last scrape of a target went; nil where there was none.
  package func report(of id: ScrapeTarget.ID) -> ScrapeReport? { targets[id]?.report }

  /// Writes a page into the store, with `up`, `scrape_duration_seconds` and `scrape_samples_scraped` of its target. False
  /// where the store has let go of series that the page did not begin: `Scraper.forget` tells them anew.
  package func take(_ page: ScrapedPage, of target: ScrapeTarget) -> Bool {
    var isWhole = true
    var known = targets.removeValue(forKey: target.id) ?? Known()
    known.labels = target.labels
    store.advance(to: page.report.at)
    for number in page.ended { end(&known, number, at: page.report.at) }
    for series in page.begun { known.series[series.number] = store.series(series.labels) }
    for sample in page.samples {
      if let id = known.series[sample.series],
        store.append(id, milliseconds: sample.at, value: sample.value) == .unknownSeries
      {
        isWhole = false
      }
    }
    for family in page.families {
      families[family.name, default: (family, [])].targets.insert(target.id)
      store.set(
        SeriesStore.Metadata(type: family.type, help: family.help, unit: family.unit), of: family.name)
    }
    note(page.report, of: target, &known)
    known.report = page.report
    if !isWhole { known.series = [:] }
    targets[target.id] = known
    return isWhole
  }

  /// Forgets a target that is not scraped any more: its series have ended.
  package func drop(_ id: ScrapeTarget.ID, at now: Int64) {
    guard var known = targets.removeValue(forKey: id) else { return }
    for number in known.series.keys { end(&known, number, at: now) }
    for own in [known.up, known.duration, known.samples].compactMap({ $0 }) {
      store.append(own, milliseconds: now, value: Staleness.marker)
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
  private func end(_ known: inout Known, _ number: Int32, at now: Int64) {
    guard let id = known.series[number], let last = store.last(id), !Staleness.isMarker(last.value) else {
      return
    }
    store.append(id, milliseconds: min(now, last.milliseconds + 1), value: Staleness.marker)
  }

  private func note(_ report: ScrapeReport, of target: ScrapeTarget, _ known: inout Known) {
    func put(_ id: inout SeriesStore.SeriesID?, _ name: String, _ value: Double) {
      for _ in 0..<2 {
        if id == nil {
          var labels = target.labels
          labels[Labels.metricName] = name
          id = store.series(labels)
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
