import Cluster
import Document
import Terminal

extension IncidentBundle {
  /// What has come so far, and what has not.
  struct Gathered {
    private(set) var timeline = Timeline()
    private(set) var diagnoses: [Diagnosis] = []
    private(set) var objects: [(ref: ObjectRef, json: JSON)] = []
    private(set) var descriptions: [(ref: ObjectRef, lines: [String])] = []
    private(set) var logs: [(query: LogQuery, lines: [String])] = []
    /// Sentences: what could not be read, and why.
    private(set) var unseen: [String] = []
    /// Sentences: what was left out for its size.
    var cut: [String] = []
    private var bytesLeft = IncidentBundle.maxBytes

    /// Whether this need is settled: what came is kept, what was refused noted.
    mutating func take(_ need: Need, _ world: World) -> Bool {
      let phase = world.phase(need)
      switch phase {
      case .connecting, .listing: return false
      case .refused(_, let why):
        giveUp(need, world, why: why)
        return true
      case .stale(_, let why):
        if !world.holds(need) { return giveUp(need, world, why: why) }
      case .live, .partial, .ended: break
      }
      switch need {
      case .timeline(let query): return takeTimeline(world.timelines[query])
      case .diagnosis(let ref):
        guard let diagnosis = world.diagnoses[ref], diagnosis.isWhole else { return false }
        diagnoses.append(diagnosis)
      case .object(let ref):
        guard let object = world.objects[ref] else { return phase != .live }
        take(object.json, of: ref, world)
      case .description(let ref):
        guard let page = world.pages[ref] else { return phase != .live }
        let lines = page.lines.map(\.text)
        if hasRoom(lines.reduce(0) { $0 + $1.utf8.count }, for: need, world) {
          descriptions.append((ref, lines))
        }
      case .log(let query):
        // A log that is not followed is whole when it has ended.
        guard case .live = phase else {
          take(world.logs[query], of: query, world)
          return true
        }
        return false
      default: break
      }
      return true
    }

    private mutating func takeTimeline(_ timeline: Timeline?) -> Bool {
      guard let timeline else { return false }
      self.timeline = timeline
      return true
    }

    @discardableResult
    mutating func giveUp(_ need: Need, _ world: World, why: String) -> Bool {
      // A container that never ended has no previous log: nothing is missing.
      if case .log(let query) = need, query.previous { return true }
      if case .log(let query) = need, world.logs[query] != nil { take(world.logs[query], of: query, world) }
      unseen.append("\(Self.name(need, world.kinds)): \(Text.harmless(why))")
      return true
    }

    private static func name(_ need: Need, _ kinds: Catalog) -> String {
      switch need {
      case .timeline: "the timeline"
      case .diagnosis(let ref): "the why of \(kinds.words(for: ref))"
      case .object(let ref): "the object \(kinds.words(for: ref))"
      case .description(let ref): "the description of \(kinds.words(for: ref))"
      case .log(let query): "the log of pod \(query.namespace)/\(query.pod)"
      default: "something"
      }
    }

    private mutating func hasRoom(_ bytes: Int, for need: Need, _ world: World) -> Bool {
      guard bytes <= bytesLeft else {
        cut.append("\(Self.name(need, world.kinds)): the bundle is full")
        return false
      }
      bytesLeft -= bytes
      return true
    }

    private mutating func take(_ json: JSON, of ref: ObjectRef, _ world: World) {
      let size = json.encoded().count
      guard size <= IncidentBundle.maxObjectBytes else {
        cut.append("\(Self.name(.object(ref), world.kinds)): it is \(size >> 10) KB")
        return
      }
      if hasRoom(size, for: .object(ref), world) { objects.append((ref, json)) }
    }

    /// The last lines, as many as fit.
    private mutating func take(_ ring: LogRing?, of query: LogQuery, _ world: World) {
      guard let ring, ring.count > 0 else { return }
      var lines: [String] = []
      var bytes = 0
      var number = ring.endNumber - 1
      while number >= ring.firstNumber, bytes < IncidentBundle.maxLogBytes {
        let line = ring.withLine(number) { Self.text($0, ring) } ?? ""
        bytes += line.utf8.count + 1
        lines.append(line)
        number -= 1
      }
      if number >= ring.firstNumber {
        let name = Self.name(.log(query), world.kinds)
        cut.append("\(name): only its last \(lines.count) of \(ring.count) lines")
      }
      if hasRoom(bytes, for: .log(query), world) { logs.append((query, lines.reversed())) }
    }

    private static let maxLineBytes = 8 << 10

    /// "2026-11-21T08:09:24Z app text", without colours.
    private static func text(_ line: LogRing.Line, _ ring: LogRing) -> String {
      let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(maxLineBytes))
      var text = Text.sgrSpans(bytes, base: Style(), maxColumns: .max).map(\.text).joined()
      if line.bytes.count > maxLineBytes { text += " … (\(line.bytes.count) bytes)" }
      if line.isMark { return text }
      let source =
        ring.sources.count > 1 && ring.sources.indices.contains(line.source)
        ? ring.sources[line.source].name + " " : ""
      let time = line.nanoseconds > 0 ? Timestamp(seconds: line.nanoseconds / 1_000_000_000).text + " " : ""
      return time + source + text
    }
  }
}
