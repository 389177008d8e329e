import Cluster
import Document
import Foundation

@testable import Kubernetes

/// A recorded workload with its revisions and pods, and what was told of them afterwards, event by event.
struct RolloutRecording {
  private struct Event {
    var isRemoval: Bool
    var object: [UInt8]
    var kind: String
    var uid: String
  }

  private var events: [Event] = []
  private(set) var objects = RolloutObjects(object: .null)
  private var revisions: [String: RevisionRecord] = [:]
  private var pods: [String: RolloutPod] = [:]
  /// What the last event told of.
  private(set) var kind = ""

  /// 2026-11-21T03:13:34Z, when the lists were recorded.
  static let listed: Int64 = 1_795_230_814

  /// - Parameter play: whether all that is in the file has happened already.
  init(_ names: String..., play: Bool = true) throws {
    for name in names {
      for line in Self.text("\(name).jsonl").split(separator: "\n") {
        let event = JSON.parse(Array(line.utf8)).value ?? .null
        let object = event["object"]
        events.append(
          Event(
            isRemoval: event["type"].string == "DELETED", object: object.encoded(),
            kind: object["kind"].string ?? "", uid: object["metadata"]["uid"].string ?? ""))
      }
    }
    if play { while step() {} }
  }

  static func text(_ name: String) -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/rollout")
    let data = try? Data(contentsOf: folder.appendingPathComponent(name))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// Takes in the next event; false when there was none.
  mutating func step() -> Bool {
    guard !events.isEmpty else { return false }
    let event = events.removeFirst()
    kind = event.kind
    event.object.withUnsafeBytes { bytes in
      let slice = JSONSlice(bytes)
      switch event.kind {
      case "Pod": pods[event.uid] = event.isRemoval ? nil : RolloutPod(slice)
      case "ReplicaSet": revisions[event.uid] = event.isRemoval ? nil : RevisionRecord(replicaSet: slice)
      case "ControllerRevision": revisions[event.uid] = RevisionRecord(controllerRevision: slice)
      default: objects.object = slice.materialized()
      }
    }
    objects.revisions = Array(revisions.values)
    objects.pods = Array(pods.values)
    return true
  }

  func rollout(now: Int64 = listed) -> Rollout { objects.rollout(now: now) }

  mutating func edit(_ change: (inout JSON) -> Void) { change(&objects.object) }
  mutating func editPods(_ change: (inout RolloutPod) -> Void) {
    for index in objects.pods!.indices { change(&objects.pods![index]) }
  }
}

extension Rollout.Verdict {
  /// As a person reads it: "waiting: web-0 is not available".
  func drawn(now: Int64 = RolloutRecording.listed) -> String {
    let word =
      switch self {
      case .done: "done"
      case .progressing: "progressing"
      case .waiting: "waiting"
      case .paused: "paused"
      case .stuck(_, let since): "stuck" + (since.map { " for \(Age.text(seconds: now - $0))" } ?? "")
      }
    return "\(word): \(Moment.rendered(text, now: now))"
  }
}
