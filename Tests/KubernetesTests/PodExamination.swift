import Cluster
import Document

@testable import Kubernetes

extension Examination {
  /// The events that were recorded with the described pods.
  func takeRecordedEvents() {
    for recording in DescribeRecording.all where recording.name.hasPrefix("pod.") {
      for answer in recording.answers { takeEvents(answer["body"]) }
    }
  }

  /// Answers whatever a rule asks of logs, by the container's name; others are empty.
  func answerLogs(_ logs: [String: [String]]) {
    for key in facts.shelf("v1/pods")?.facts.keys ?? [:].keys {
      guard let subject = examine(key), subject.object != .null else { continue }
      for rule in Rules.examining(key.kind) { _ = rule.examine(subject) }
      for ask in subject.asks {
        if case .log(_, _, let container, _, _) = ask { answer(ask, .lines(LogTail(logs[container] ?? []))) }
      }
    }
  }
}
