import Document

/// Something that happened to an object, and how often: a v1 and an events.k8s.io/v1 Event alike.
final class EventBody: Sendable {
  /// What an event is about.
  struct Regarding: Hashable, Sendable {
    let kind, apiVersion, namespace, name: String
    let uid: UID
    let version: UInt64
    /// The part of the object: `spec.containers{web}`.
    var fieldPath: String?
  }

  enum Kind: String, Sendable {
    case normal = "Normal"
    case warning = "Warning"
  }

  let regarding: Regarding
  let kind: Kind
  let reason, message: String
  let component: String
  let host: String
  let first, last: Moment
  let count: Int
  /// What was being done. The scheduler alone says so, and writes events in the new way: an `eventTime` and a
  /// series instead of two times and a count.
  let action: String?

  init(
    _ regarding: Regarding, _ kind: Kind, reason: String, message: String, component: String,
    host: String = "",
    action: String? = nil, first: Moment, last: Moment, count: Int = 1
  ) {
    self.regarding = regarding
    self.kind = kind
    self.reason = reason
    self.message = message
    self.component = component
    self.host = host
    self.action = action
    self.first = first
    self.last = last
    self.count = count
  }

  /// The same again, `count` times by now.
  func again(_ count: Int, _ message: String, at moment: Moment) -> EventBody {
    EventBody(
      regarding, kind, reason: reason, message: message, component: component, host: host, action: action,
      first: first, last: moment, count: count)
  }

  /// The same at another moment.
  func moved(to moment: Moment) -> EventBody {
    EventBody(
      regarding, kind, reason: reason, message: message, component: component, host: host, action: action,
      first: moment, last: moment, count: count)
  }

  func field(_ name: String) -> String? {
    switch name {
    case "involvedObject.kind": regarding.kind
    case "involvedObject.namespace": regarding.namespace
    case "involvedObject.name": regarding.name
    case "involvedObject.uid": regarding.uid.description
    case "involvedObject.apiVersion": regarding.apiVersion
    case "involvedObject.resourceVersion": "\(regarding.version)"
    case "involvedObject.fieldPath": regarding.fieldPath ?? ""
    case "reason": reason
    case "reportingComponent": component
    case "source": action == nil ? component : ""
    case "type": kind.rawValue
    default: nil
    }
  }
}

extension EventBody {
  func write(as resource: ResourceDefinition, to out: inout Bytes) {
    if resource.group.isEmpty { writeCore(to: &out) } else { writeEventsGroup(to: &out) }
  }

  private func writeCore(to out: inout Bytes) {
    writeRegarding("involvedObject", to: &out)
    out.put(member: "reason", reason)
    out.put(member: "message", message)
    writeSource("source", to: &out)
    writeTime("firstTimestamp", first, to: &out)
    writeTime("lastTimestamp", last, to: &out)
    if action == nil { out.put(member: "count", count) }
    out.put(member: "type", kind.rawValue)
    writeEventTime(to: &out)
    writeSeries(to: &out)
    out.put(member: "action", action)
    out.put(member: "reportingComponent", component)
    out.put(member: "reportingInstance", instance)
  }

  private func writeEventsGroup(to out: inout Bytes) {
    writeEventTime(to: &out)
    writeSeries(to: &out)
    out.put(member: "reportingController", component)
    out.put(member: "reportingInstance", instance)
    out.put(member: "action", action)
    out.put(member: "reason", reason)
    writeRegarding("regarding", to: &out)
    out.put(member: "note", message)
    out.put(member: "type", kind.rawValue)
    writeSource("deprecatedSource", to: &out)
    writeTime("deprecatedFirstTimestamp", first, to: &out)
    writeTime("deprecatedLastTimestamp", last, to: &out)
    if action == nil { out.put(member: "deprecatedCount", count) }
  }

  private var instance: String { action == nil ? host : "\(component)-\(host)" }

  private func writeRegarding(_ key: StaticString, to out: inout Bytes) {
    out.put(key: key)
    out.put("{")
    out.put(member: "kind", regarding.kind)
    if !regarding.namespace.isEmpty { out.put(member: "namespace", regarding.namespace) }
    out.put(member: "name", regarding.name)
    out.put("\"uid\":\"")
    out.put(uid: regarding.uid)
    out.put("\",")
    out.put(member: "apiVersion", regarding.apiVersion)
    out.put("\"resourceVersion\":\"")
    out.put(Int(regarding.version))
    out.put("\",")
    out.put(member: "fieldPath", regarding.fieldPath)
    out.close("}")
    out.put(",")
  }

  private func writeSource(_ key: StaticString, to out: inout Bytes) {
    out.put(key: key)
    out.put("{")
    if action == nil {
      out.put(member: "component", component)
      if !host.isEmpty { out.put(member: "host", host) }
    }
    out.close("}")
    out.put(",")
  }

  private func writeTime(_ key: StaticString, _ moment: Moment, to out: inout Bytes) {
    out.put(key: key)
    if action == nil { out.put(timeSeconds: moment.seconds) } else { out.put("null") }
    out.put(",")
  }

  private func writeEventTime(to out: inout Bytes) {
    out.put("\"eventTime\":")
    if action == nil { out.put("null") } else { out.put(microTime: first) }
    out.put(",")
  }

  private func writeSeries(to out: inout Bytes) {
    guard action != nil, count > 1 else { return }
    out.put("\"series\":{\"count\":")
    out.put(count)
    out.put(",\"lastObservedTime\":")
    out.put(microTime: last)
    out.put("},")
  }

  func writeManagers(to out: inout Bytes) {
    out.put("\"managedFields\":[{\"manager\":\"")
    if action != nil {
      out.put("kube-scheduler\",\"operation\":\"Update\",\"apiVersion\":\"events.k8s.io/v1\",\"time\":")
    } else {
      out.put(component == "kubelet" ? "kubelet" : "kube-controller-manager")
      out.put("\",\"operation\":\"Update\",\"apiVersion\":\"v1\",\"time\":")
    }
    out.put(timeSeconds: last.seconds)
    out.put(",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":")
    out.append(contentsOf: action == nil ? EventBody.countedFields : EventBody.seriesFields)
    out.put("}],")
  }

  private static let countedFields = ManagedFields.encoded([
    "count": 1, "firstTimestamp": "", "involvedObject": "", "lastTimestamp": "", "message": "", "reason": "",
    "reportingComponent": "", "reportingInstance": "", "source": ["component": "", "host": ""], "type": "",
  ])

  private static let seriesFields = ManagedFields.encoded([
    "action": "", "eventTime": "", "note": "", "reason": "", "regarding": "", "reportingController": "",
    "reportingInstance": "", "type": "",
  ])
}
