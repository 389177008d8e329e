import Cluster
import Metrics
import Synchronization

/// How the lists and watches of an exporter are doing: what `/-/ready` and the page tell about them.
final class StateBoard: Sendable {
  private struct Source {
    var phase = Phase.connecting
    var isWhole = false
    /// It has been read once, or the server said that it may not be.
    var isSettled = false
  }

  private struct Entry {
    var resource: String
    var sources: [Source]
    var lists = ["success": 0, "error": 0]
    var watches = ["success": 0, "error": 0]
    var receivedBytes = 0
    /// When something was last heard, seconds since 1970; 0 where nothing was.
    var heardAt = 0.0
  }

  private let entries: Mutex<[Entry]>

  init(_ resources: [(name: String, sources: Int)]) {
    entries = Mutex(
      resources.map {
        Entry(resource: $0.name, sources: [Source](repeating: Source(), count: $0.sources))
      })
  }

  func became(whole isWhole: Bool, _ place: Int, _ source: Int) {
    entries.withLock { entries in
      entries[place].sources[source].isWhole = isWhole
      if isWhole { entries[place].sources[source].isSettled = true }
    }
  }

  func changed(_ phase: Phase, _ place: Int, _ source: Int) {
    entries.withLock { entries in
      entries[place].sources[source].phase = phase
      if case .refused = phase { entries[place].sources[source].isSettled = true }
    }
  }

  /// Whether there is a whole list of the kind, of one namespace at least.
  func isWhole(_ place: Int) -> Bool { entries.withLock { $0[place].sources.contains(where: \.isWhole) } }

  func counted(_ fact: WatchFact, _ place: Int, at now: Double) {
    entries.withLock { entries in
      switch fact {
      case .listed: entries[place].lists["success", default: 0] += 1
      case .listFailed(let status): entries[place].lists[Self.result(status), default: 0] += 1
      case .watchOpened: entries[place].watches["success", default: 0] += 1
      case .watchFailed(let status): entries[place].watches[Self.result(status), default: 0] += 1
      case .received(let bytes):
        entries[place].receivedBytes += bytes
        entries[place].heardAt = now
      }
    }
  }

  private static func result(_ status: Int) -> String {
    switch status {
    case 401: "unauthorized"
    case 403: "forbidden"
    case 404: "notfound"
    case 410: "expired"
    case 429: "throttled"
    default: "error"
    }
  }

  // MARK: What is told

  var readiness: Readiness {
    let entries = entries.withLock { $0 }
    let waiting = entries.filter { !$0.sources.allSatisfy(\.isSettled) }
    var lines = [
      waiting.isEmpty ? "ready" : "not ready: \(waiting.count) of \(entries.count) lists are not whole"
    ]
    for entry in waiting { lines.append("waits for \(entry.resource)\(Self.why(entry))") }
    for entry in entries where waiting.allSatisfy({ $0.resource != entry.resource }) {
      let why = Self.why(entry)
      if !why.isEmpty { lines.append("without \(entry.resource)\(why)") }
    }
    return Readiness(isReady: waiting.isEmpty, text: lines.joined(separator: "\n"))
  }

  /// ": forbidden ..." with the server's words where it said no, or why nothing is heard.
  private static func why(_ entry: Entry) -> String {
    for source in entry.sources {
      switch source.phase {
      case .refused(_, let why): return ": \(Moment.plain(why))"
      case .stale(_, let why) where !source.isWhole: return ": \(Moment.plain(why))"
      default: continue
      }
    }
    return ""
  }

  /// - Parameter objects: how many there are of each kind, in their order.
  func families(objects: [Int]) -> [FamilyLines] {
    let entries = entries.withLock { $0 }
    func lines(
      _ name: String, _ help: String, _ type: MetricType = .gauge, unit: String = "",
      _ values: (Int, Entry) -> [(result: String?, value: Double)]
    ) -> FamilyLines {
      var writer = SeriesWriter(names: [name])
      writer.beginObject()
      for (place, entry) in entries.enumerated() {
        for (result, value) in values(place, entry) {
          writer.begin()
          writer.label("resource", entry.resource)
          if let result { writer.label("result", result) }
          writer.end(value)
        }
      }
      return FamilyLines(MetricFamily(name, help, type, unit: unit), blocks: [writer.bytes])
    }
    func counts(_ tally: [String: Int]) -> [(result: String?, value: Double)] {
      tally.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
    }
    return [
      lines("clustertui_watch_up", "1 while the watch of a resource is open, so that its series are true.") {
        [(nil, $1.sources.allSatisfy { $0.phase == .live } ? 1 : 0)]
      },
      lines("clustertui_list_total", "Lists of a resource, by what became of them.", .counter) {
        counts($1.lists)
      },
      lines("clustertui_watch_total", "Watches of a resource, by what became of them.", .counter) {
        counts($1.watches)
      },
      lines("clustertui_objects", "Objects of a resource that the page tells of.") { place, _ in
        [(nil, Double(objects[place]))]
      },
      lines(
        "clustertui_last_event_timestamp_seconds",
        "When a resource was last heard of, in seconds since 1970.",
        unit: "seconds"
      ) { $1.heardAt > 0 ? [(nil, $1.heardAt.rounded())] : [] },
      lines(
        "clustertui_received_bytes_total", "Bytes of lists and events of a resource, unpacked.", .counter,
        unit: "bytes"
      ) { [(nil, Double($1.receivedBytes))] },
    ]
  }
}
