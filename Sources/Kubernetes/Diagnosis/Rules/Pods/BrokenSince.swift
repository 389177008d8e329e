import Cluster
import Document

extension Case {
  /// Since when a container that is started again and again does not get well: its readiness changes with each start, so the
  /// kubelet's first word about backing off tells, or the pod's beginning where it never ran for long.
  func brokenSince(_ container: ContainerCase) -> Int64? {
    let begun = container.end?.started ?? container.end?.finished ?? conditions["ContainersReady"]?.since
    guard container.restarts > 0 else {
      return container.end?.finished ?? conditions.failing("ContainersReady")?.since ?? created
    }
    let first = events().filter { $0.container == container.name && $0.reason == "BackOff" }.map(\.first)
      .min()
    // With the shortest of lives the back-off alone makes for this long.
    let least = Self.backOffSeconds(restarts: container.restarts)
    let age = now - created
    if age < 3 * least + 120 { return created }
    return first ?? begun
  }

  /// How long the pauses before so many restarts are together: ten seconds, doubled each time, up to five minutes.
  static func backOffSeconds(restarts: Int) -> Int64 {
    let doubling: [Int64] = [0, 10, 30, 70, 150, 310]
    if restarts < doubling.count { return doubling[max(0, restarts)] }
    return 310 + 300 * Int64(restarts - doubling.count + 1)
  }

  /// When the next start is tried, in words; nil where none is due.
  func nextTry(_ container: ContainerCase) -> Evidence? {
    guard restartPolicy != "Never", let finished = container.end?.finished, !container.isRunning else {
      return nil
    }
    let told = KubeletMessage.backOff(container.waitingMessage)
    // Newer kubelets may be configured otherwise.
    let steps: [Int64] = [10, 20, 40, 80, 160, 300]
    let seconds = told.flatMap(Self.seconds) ?? steps[min(max(0, container.restarts), steps.count - 1)]
    let at = finished + seconds
    let time = String(Timestamp(seconds: at).text.dropFirst(11).dropLast())
    let pause = told ?? Age.text(seconds: seconds)
    return Evidence(
      .reckoned("back-off"),
      at > now
        ? "the next start is tried at about \(time) UTC, \(pause) after the last end"
        : "the next start is due", at: finished)
  }

  /// "5m0s", "1m20s", "10s" as Go writes durations.
  static func seconds(_ duration: String) -> Int64? {
    var total = 0.0
    var number = ""
    for character in duration {
      if character.isNumber || character == "." {
        number.append(character)
        continue
      }
      guard let value = Double(number) else { return nil }
      switch character {
      case "h": total += value * 3_600
      case "m": total += value * 60
      case "s": total += value
      default: return nil
      }
      number = ""
    }
    return number.isEmpty && total < 1e9 ? Int64(total) : nil
  }
}
