import Cluster
import Document

/// What the pod table shows of a pod: kubectl's READY, STATUS and RESTARTS, by the rules of its printer
/// (kubernetes/pkg/printers, printPod).
struct PodStatus {
  /// The word in the STATUS column. It is mostly a piece of the pod's own bytes.
  enum Word {
    case text(JSONSlice)
    case fixed(StaticString)
    case initText(JSONSlice)
    case initProgress(done: Int, of: Int)
    case exit(code: Int, signal: Int, isInit: Bool)

    func `is`(_ word: StaticString) -> Bool {
      if case .text(let slice) = self { slice.has(word) } else { false }
    }
  }

  private(set) var ready = 0
  private(set) var total = 0
  private(set) var restarts = 0
  private(set) var lastRestart: Int64?
  private(set) var word = Word.fixed("Unknown")
  private(set) var isInitializing = false
  /// The first container that is not as it should be, its status as it came.
  private(set) var firstTrouble: ContainerStatus?
  private(set) var troubles = 0
  private(set) var isFirstTroubleInit = false

  init(_ pod: PodBytes) {
    if let phase = pod[.phase], Optional(phase).isPresent { word = .text(phase) }
    if let reason = pod[.reason], Optional(reason).isPresent { word = .text(reason) }
    if !pod[.nodeName].isPresent, pod.conditions["PodScheduled"]?.reason == "SchedulingGated" {
      word = .fixed("SchedulingGated")
    }
    total = pod.containerCount
    if pod[.initContainers].isPresent || pod[.initStatuses].isPresent { readInitContainers(pod) }
    if !isInitializing || pod.conditions["Initialized"]?.isTrue == true { readContainers(pod) }
    if pod.metadata.deletion != nil {
      if pod[.reason].has("NodeLost") {
        word = .fixed("Unknown")
      } else if !pod.isOver {
        word = .fixed("Terminating")
      }
    }
  }

  // MARK: Init containers

  /// Restarts of init containers count only until they are through; those of sidecars always do.
  private mutating func readInitContainers(_ pod: PodBytes) {
    let specs = pod[.initContainers].elements
    let sidecars = specs.filter { PodBytes.isSidecar($0) }.compactMap { $0["name"]?.rawString }
    total += sidecars.count
    var (sidecarRestarts, sidecarLast): (Int, Int64?) = (0, nil)
    for (index, slice) in pod[.initStatuses].elements.enumerated() {
      let status = ContainerStatus(slice)
      let isSidecar = sidecars.contains { name in status.name?.rawString?.elementsEqual(name) ?? false }
      count(status)
      if isSidecar {
        sidecarRestarts += status.restarts
        sidecarLast = PodStatus.later(sidecarLast, status.last?.finished)
      }
      if isThrough(status, isSidecar: isSidecar) { continue }
      isInitializing = true
      word = initWord(status, index: index, of: specs.count)
      note(status, isInit: true)
      break
    }
    if !isInitializing || pod.conditions["Initialized"]?.isTrue == true {
      (restarts, lastRestart) = (sidecarRestarts, sidecarLast)
    }
  }

  private mutating func isThrough(_ status: ContainerStatus, isSidecar: Bool) -> Bool {
    if let end = status.termination, end.exitCode == 0 { return true }
    guard isSidecar, status.hasStarted else { return false }
    if status.isReady { ready += 1 } else { note(status, isInit: true) }
    return true
  }

  private func initWord(_ status: ContainerStatus, index: Int, of count: Int) -> Word {
    if let end = status.termination {
      return end.reason.map(Word.initText) ?? .exit(code: end.exitCode, signal: end.signal, isInit: true)
    }
    if let reason = status.waitingReason, !reason.has("PodInitializing") { return .initText(reason) }
    return .initProgress(done: index, of: count)
  }

  // MARK: Containers

  /// The word is the first container's that has something to tell.
  private mutating func readContainers(_ pod: PodBytes) {
    var hasRunning = false
    var hasWord = false
    pod[.statuses]?.eachElement { slice in
      let status = ContainerStatus(slice)
      count(status)
      if let found = PodStatus.word(status) {
        if !hasWord { word = found }
        hasWord = true
      } else if status.isReady, status.isRunning {
        hasRunning = true
        ready += 1
        return
      }
      if status.termination?.exitCode != 0 || pod.restartsWhatEndsWell { note(status, isInit: false) }
    }
    if hasRunning, word.is("Completed") {
      word = pod.conditions["Ready"]?.isTrue == true ? .fixed("Running") : .fixed("NotReady")
    }
  }

  private static func word(_ status: ContainerStatus) -> Word? {
    if let reason = status.waitingReason { return .text(reason) }
    guard let end = status.termination else { return nil }
    return end.reason.map(Word.text) ?? .exit(code: end.exitCode, signal: end.signal, isInit: false)
  }

  private mutating func count(_ status: ContainerStatus) {
    restarts += status.restarts
    lastRestart = PodStatus.later(lastRestart, status.last?.finished)
  }

  private mutating func note(_ status: ContainerStatus, isInit: Bool) {
    troubles += 1
    guard firstTrouble == nil else { return }
    firstTrouble = status
    isFirstTroubleInit = isInit
  }

  private static func later(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a, let b else { return a ?? b }
    return max(a, b)
  }
}

extension RowWriter {
  mutating func cell(_ word: PodStatus.Word) {
    switch word {
    case .text(let text): append(text)
    case .fixed(let text): append(text)
    case .initText(let text):
      append("Init:" as StaticString)
      append(text)
    case .initProgress(let done, let count):
      append("Init:" as StaticString)
      append(decimal: done)
      append("/" as StaticString)
      append(decimal: count)
    case .exit(let code, let signal, let isInit):
      if isInit { append("Init:" as StaticString) }
      append(signal != 0 ? "Signal:" : "ExitCode:" as StaticString)
      append(decimal: signal != 0 ? signal : code)
    }
    endCell()
  }
}
