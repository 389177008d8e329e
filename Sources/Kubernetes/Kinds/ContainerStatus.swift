import Cluster
import Document

/// One entry of a pod's containerStatuses.
struct ContainerStatus {
  /// What a container is at the moment, with that state's own fields.
  enum State {
    case waiting(JSONSlice)
    case running(JSONSlice)
    case terminated(Termination)
    case none
  }

  private(set) var name: JSONSlice?
  private(set) var image: JSONSlice?
  private(set) var isReady = false
  private(set) var hasStarted = false
  private(set) var restarts = 0
  private(set) var state = State.none
  /// How the run before this one ended.
  private(set) var last: Termination?

  init(_ slice: JSONSlice) {
    var new = ContainerStatus()
    slice.eachMember { key, value in new.take(key, value) }
    self = new
  }

  private init() {}

  @inline(__always)
  private mutating func take(_ key: UnsafeRawBufferPointer, _ value: JSONSlice) {
    if isKey(key, "name") {
      name = value
    } else if isKey(key, "state") {
      state = ContainerStatus.state(value)
    } else if isKey(key, "lastState") {
      if case .terminated(let end) = ContainerStatus.state(value) { last = end }
    } else if isKey(key, "ready") {
      isReady = value.bool == true
    } else if isKey(key, "started") {
      hasStarted = value.bool == true
    } else if isKey(key, "restartCount") {
      restarts = value.int ?? 0
    } else if isKey(key, "image") {
      image = value
    }
  }

  private static func state(_ slice: JSONSlice) -> State {
    var state = State.none
    slice.eachMember { key, value in
      guard value.isObject else { return }
      if isKey(key, "running") {
        state = .running(value)
      } else if isKey(key, "waiting") {
        state = .waiting(value)
      } else if isKey(key, "terminated") {
        state = .terminated(Termination(value))
      }
    }
    return state
  }

  var isRunning: Bool { if case .running = state { true } else { false } }
  var termination: Termination? { if case .terminated(let end) = state { end } else { nil } }
  /// Why it waits, when it says so.
  var waitingReason: JSONSlice? {
    guard case .waiting(let waiting) = state, let reason = waiting["reason"], Optional(reason).isPresent
    else { return nil }
    return reason
  }
}

/// How a run of a container ended.
struct Termination {
  private let slice: JSONSlice
  init(_ slice: JSONSlice) { self.slice = slice }

  var exitCode: Int { slice["exitCode"].count }
  var signal: Int { slice["signal"].count }
  var reason: JSONSlice? { slice["reason"].flatMap { Optional($0).isPresent ? $0 : nil } }
  var message: String { slice["message"].line }
  var finished: Int64? { slice["finishedAt"]?.epochSeconds.flatMap { $0 > 0 ? $0 : nil } }
  /// nil too when it never began: the kubelet writes 1970 then.
  var started: Int64? { slice["startedAt"]?.epochSeconds.flatMap { $0 > 0 ? $0 : nil } }
}
