/// A duration as kubectl and helm take it: "90s", "5m", "1h30m".
enum WaitTime {
  /// Whole seconds, at least one; nil for what is no duration. At most a year.
  static func seconds(_ text: String) -> Int64? {
    var total: Int64 = 0
    var number: Int64?
    var lastUnit: Int64 = .max
    for character in text {
      if let digit = character.wholeNumberValue, character.isASCII {
        let next = (number ?? 0) * 10 + Int64(digit)
        guard next < 1_000_000_000 else { return nil }
        number = next
        continue
      }
      let unit: Int64
      switch character {
      case "h": unit = 3_600
      case "m": unit = 60
      case "s": unit = 1
      default: return nil
      }
      guard let value = number, unit < lastUnit else { return nil }
      (total, number, lastUnit) = (total + value * unit, nil, unit)
    }
    guard number == nil, total > 0, total <= 366 * 86_400 else { return nil }
    return total
  }
}

extension Arguments {
  /// What is wrong with the words of `why`; nil where nothing is.
  var whyProblem: String? {
    let parts = words.first.map { $0.split(separator: "/", omittingEmptySubsequences: false) } ?? []
    let isWhole = words.count == 2 && parts.count == 1 || words.count == 1 && parts.count == 2
    guard isWhole, !parts.contains(""), words.last != "" else {
      return "why takes an object: why deploy/web, or why deploy web"
    }
    guard let namespaces, namespaces.count != 1 else { return nil }
    return "why looks at one object: name one namespace with -n"
  }

  /// What does not go together for `oncall`; nil where nothing is wrong.
  var oncallProblem: String? {
    let ends = once || output == .json
    if bundle != nil, ends { return "--bundle writes a file and ends: it goes without --once and -o" }
    if ends || bundle != nil, ringsBell || notifies { return "--bell and --notify belong to the screen" }
    if ends || bundle != nil, script != nil { return "--script plays keys into the screen" }
    return nil
  }
}
