import Cluster
import Document
import Metrics

/// A family of the program's own, written from an object of several kinds. Its lines name kind, namespace and name
/// themselves.
struct OwnFamily: Sendable {
  let family: MetricFamily
  let write: @Sendable (JSONSlice, Metadata, inout SeriesWriter) -> Void

  static func all(of kind: Kind, decoder: RowDecoder?) -> [OwnFamily] {
    var families: [OwnFamily] = []
    if kind.abilities.contains(.rollout) { families.append(rolloutState(kind)) }
    if let decoder { families.append(problem(kind, decoder)) }
    return families
  }

  private static let states: [StaticString] = ["done", "progressing", "waiting", "stuck", "paused"]

  /// How far a workload is in replacing its pods, as far as the workload itself tells it: who waits for a broken pod
  /// without a deadline is `progressing`.
  private static func rolloutState(_ kind: Kind) -> OwnFamily {
    let family = MetricFamily(
      "clustertui_rollout_state", "How far a workload is in replacing its pods: 1 for the state it is in.")
    return OwnFamily(family: family) { object, metadata, out in
      var json = object.materialized()
      // Items of a list do not name their kind.
      json["kind"] = .string(kind.name)
      // Without pods no verdict depends on the time.
      let state = word(RolloutObjects(object: json).rollout(now: 0).verdict)
      for word in states {
        out.beginWithoutBase()
        out.label("namespace", metadata.namespace)
        out.label("kind", kind.name)
        out.label("name", metadata.name)
        out.label("state", word)
        out.end("\(word)" == state ? 1 : 0)
      }
    }
  }

  private static func word(_ verdict: Rollout.Verdict) -> String {
    switch verdict {
    case .done: "done"
    case .progressing: "progressing"
    case .waiting: "waiting"
    case .stuck: "stuck"
    case .paused: "paused"
    }
  }

  /// 1 while the object's row is in trouble; no line else.
  private static func problem(_ kind: Kind, _ decoder: RowDecoder) -> OwnFamily {
    let family = MetricFamily(
      "clustertui_object_problem", "1 while something is wrong with an object; severity is pending or bad.")
    let column = kind.columns?.firstIndex { $0.content == .status }
    return OwnFamily(family: family) { object, metadata, out in
      var writer = RowWriter()
      decoder.write(object, &writer)
      guard let row = writer.batch.rows.first, row.tone == .bad || row.tone == .pending else { return }
      out.beginWithoutBase()
      out.label("namespace", metadata.namespace)
      out.label("kind", kind.name)
      out.label("name", metadata.name)
      out.label("severity", row.tone == .bad ? "bad" : "pending" as StaticString)
      out.label("reason", StateReason.word(column.map { row.cell($0) } ?? "", object))
      out.end(1)
    }
  }
}

/// One word for what is wrong, of which there are few: never a sentence, which would make a new series of each moment.
enum StateReason {
  private static let maxBytes = 48

  /// The row's status, or the reason of the first condition that is not as it should be; "" where neither is a word.
  static func word(_ status: String, _ object: JSONSlice) -> String {
    if let word = word(status), !Self.sayNothing.contains(word) { return word }
    var found: String?
    object["status"]?["conditions"]?.eachElement { condition in
      guard found == nil, isBad(condition) else { return }
      found = word(condition["reason"].line) ?? word(condition["type"].line)
    }
    return found ?? ""
  }

  /// Words that are no reason: what is wrong stands in a condition.
  private static let sayNothing: Set<String> = ["Running", "Active", "Ready", "Pending"]

  private static func word(_ text: String) -> String? {
    let isWord =
      !text.isEmpty && text.utf8.count <= maxBytes
      && text.utf8.allSatisfy { byte in
        (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || ":,-_/".utf8.contains(byte)
      }
    return isWord ? text : nil
  }

  private static let badWhenTrue: [StaticString] = [
    "ReplicaFailure", "Failed", "ScalingLimited", "MemoryPressure", "DiskPressure", "PIDPressure",
    "NetworkUnavailable",
  ]
  private static let badWhenFalse: [StaticString] = [
    "Progressing", "Available", "AbleToScale", "ScalingActive", "PodScheduled", "Ready", "DisruptionAllowed",
  ]

  private static func isBad(_ condition: JSONSlice) -> Bool {
    let (type, status) = (condition["type"], condition["status"])
    if status.has("True") { return badWhenTrue.contains { type.has($0) } }
    return badWhenFalse.contains { type.has($0) }
  }
}
