import Cluster
import Document

extension Rule {
  /// A container that is well now and ended badly not long ago.
  static let restarted = Rule(
    "restarted", "Containers that are well again after they ended badly", of: ["v1/pods"]
  ) {
    subject in
    subject.troubles.filter { $0.trouble == .restarted }.compactMap { troubled in
      let container = troubled.container
      guard let end = container.end else { return nil }
      if end.reason == "OOMKilled" {
        var finding = MemoryFinding(subject, troubled).finding
        finding.severity = .notice
        finding.since = end.finished
        return finding
      }
      let times = container.restarts == 1 ? "once" : "\(container.restarts) times"
      let how = ExitMeaning.of(end.exitCode, signal: end.signal).map { " (\($0))" } ?? ""
      return Finding(
        "restarted", of: subject.ref, part: container.name, key: "exit \(end.exitCode)",
        subject.naming(container) + "ended with exit \(end.exitCode)\(how), and is well again", .notice,
        since: end.finished, .heals("it was started again and has been running well since")
      ).with(
        Evidence(.exit(container.name), "exit \(end.exitCode)\(how)", at: end.finished),
        Evidence(.field("status.\(container.name).restartCount"), "restarted \(times) so far")
      ).offering(subject.logOffer(container, previous: true))
    }
  }
}
