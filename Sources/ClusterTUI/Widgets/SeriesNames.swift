/// Names of series, `name{label="value", …}`, without what all of them have in common.
enum SeriesNames {
  /// As they came where they are not all of that form, or where there is only one.
  static func short(_ names: [String]) -> [String] {
    let all = names.map(parts)
    guard names.count > 1, let first = all.first, all.allSatisfy({ !$0.labels.isEmpty }) else { return names }
    let common = all.dropFirst().reduce(Set(first.labels)) { $0.intersection($1.labels) }
    let isOneMetric = all.allSatisfy { $0.name == first.name }
    return all.enumerated().map { index, series in
      let labels = series.labels.filter { !common.contains($0) }
      if labels.isEmpty { return isOneMetric ? names[index] : series.name }
      return (isOneMetric ? "" : series.name) + "{\(labels.joined(separator: ", "))}"
    }
  }

  /// Values may hold commas, braces and escaped quotes.
  private static func parts(_ name: String) -> (name: String, labels: [String]) {
    guard let open = name.firstIndex(of: "{"), name.last == "}" else { return (name, []) }
    var labels: [String] = []
    var label = ""
    var (isQuoted, isEscaped) = (false, false)
    for character in name[name.index(after: open)...].dropLast() {
      if character == ",", !isQuoted {
        labels.append(label)
        label = ""
        continue
      }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = character == "\\" && !isEscaped
      if character != " " || !label.isEmpty { label.append(character) }
    }
    if !label.isEmpty { labels.append(label) }
    return (String(name[..<open]), labels)
  }
}
