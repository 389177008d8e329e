import Cluster
import Terminal

/// What stands before the lines of several containers: whose they are, as short as tells them apart.
struct LogNames {
  private var texts: [String] = []
  private var styles: [Style] = []
  private static let maxPodColumns = 20
  private static let maxContainerColumns = 16

  init() {}

  init(_ sources: [LogSource]) {
    guard sources.count > 1 || sources.first?.pod.isEmpty == false else { return }
    var pods: [String] = []
    var numbers: [String: Int] = [:]
    for source in sources where numbers[source.pod] == nil {
      numbers[source.pod] = pods.count
      pods.append(source.pod)
    }
    let isOfPods = sources.contains { !$0.pod.isEmpty }
    let showsContainer = !isOfPods || Set(sources.map(\.container)).count > 1
    let short = isOfPods ? Self.shortened(pods) : pods
    let podColumns = isOfPods ? short.map { Text.columns($0) }.max() ?? 0 : 0
    let containers = sources.map {
      Text.truncated($0.container, columns: isOfPods ? Self.maxContainerColumns : 24, keepTail: true)
    }
    let containerColumns = showsContainer ? containers.map { Text.columns($0) }.max() ?? 0 : 0
    for (index, source) in sources.enumerated() {
      let number = numbers[source.pod] ?? 0
      var text = ""
      if isOfPods { text = Self.padded(short[number], podColumns) + " " }
      if showsContainer { text += Self.padded(containers[index], containerColumns) + " " }
      texts.append(text)
      styles.append(Theme.source(isOfPods ? number : index))
    }
  }

  /// With the blanks behind it; nothing where all lines are of one container.
  func text(_ source: Int) -> String { texts.indices.contains(source) ? texts[source] : "" }
  func style(_ source: Int) -> Style { styles.indices.contains(source) ? styles[source] : Style() }

  /// Without what all have in common, up to a dash; names that are short stay as they are.
  private static func shortened(_ pods: [String]) -> [String] {
    let longest = pods.map(\.count).max() ?? 0
    var common = 0
    if pods.count > 1, longest > 12, let first = pods.first {
      let bytes = pods.map { Array($0.utf8) }
      for (index, byte) in first.utf8.enumerated() {
        guard bytes.allSatisfy({ index < $0.count - 1 && $0[index] == byte }) else { break }
        if byte == UInt8(ascii: "-") { common = index + 1 }
      }
    }
    return pods.map { name in
      let rest = String(decoding: name.utf8.dropFirst(common), as: UTF8.self)
      return Text.truncated(rest, columns: maxPodColumns, keepTail: true)
    }
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - Text.columns(text)))
  }
}
