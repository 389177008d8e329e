import Cluster
import Document

/// A log on its way into a file: what passes the filter so far, and on.
struct LogSaving {
  let file: SaveFile
  /// The key was pressed again: what came so far is still written.
  var isEnding = false
  /// When a disk that is behind is looked at again (World.milliseconds).
  private(set) var waitsUntil: Int64?
  /// So many lines are put together at a time, so that a key is answered between.
  private static let maxLines = 20_000
  private static let maxPendingBytes = 16 << 20

  init(name: String) { file = SaveFile(name: name) }

  /// "saving 12.3 MB"
  func text(_ world: World) -> String {
    guard let status = world.files[file.id] else { return "saving" }
    if let problem = status.problem { return problem }
    let bytes = status.byteCount
    return bytes < 1 << 20
      ? "saving \(bytes >> 10) KB" : "saving \(bytes >> 20).\((bytes % (1 << 20)) * 10 >> 20) MB"
  }

  /// The next lines, as they came, with time and container where those are shown.
  mutating func next(_ lines: inout LogLines, _ ring: LogRing, _ world: World, showsTimes: Bool) -> Reaction?
  {
    waitsUntil = nil
    if let status = world.files[file.id], status.pendingBytes > Self.maxPendingBytes {
      waitsUntil = world.milliseconds + 50
      return nil
    }
    let (numbers, missed) = lines.takeCollected(maxCount: Self.maxLines)
    var bytes: [UInt8] = []
    if missed > 0 { bytes += Array("--- \(missed) lines were let go before they could be saved ---\n".utf8) }
    let isOfSeveral = ring.sources.count > 1 || ring.sources.first?.pod.isEmpty == false
    for number in numbers {
      _ = ring.withLine(number) { line in
        if !line.isMark {
          if showsTimes, line.nanoseconds > 0 { bytes += Self.stamp(line.nanoseconds) }
          if isOfSeveral, ring.sources.indices.contains(line.source) {
            bytes += Array("\(ring.sources[line.source].name) ".utf8)
          }
        }
        bytes.append(contentsOf: line.bytes)
        bytes.append(0x0A)
      }
    }
    return bytes.isEmpty ? nil : .write(file, bytes)
  }

  private static func stamp(_ nanoseconds: Int64) -> [UInt8] {
    let digits = String(nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
    return Array("\(Timestamp(seconds: nanoseconds / 1_000_000_000).text.dropLast()).\(digits)Z ".utf8)
  }
}
