import Cluster
import Document
import HTTP

/// One pod of a log: what it says about its containers, and their streams.
///
/// @unchecked: confined to the engine's queue.
final class LogMember: @unchecked Sendable {
  let name: String
  private(set) var uid: String
  private(set) var pod: LogPod?
  private(set) var isGone = false
  private(set) var streams: [LogStream] = []
  /// That it came to its end is told.
  var isEndTold = false
  private let namespace: String
  private let engine: Engine
  private var check: PendingFetch?
  private var checkers: [LogStream] = []
  /// Called when a look at the pod shows that it is gone, or another one.
  var wentAway: (() -> Void)?

  init(_ name: String, uid: String, namespace: String, engine: Engine) {
    (self.name, self.uid, self.namespace, self.engine) = (name, uid, namespace, engine)
  }

  func add(_ stream: LogStream) { streams.append(stream) }

  /// What the watch tells; false where that is another pod of the same name (a StatefulSet's next), whose log is another.
  func changed(_ pod: LogPod) -> Bool {
    guard uid.isEmpty || pod.uid == uid else { return false }
    uid = pod.uid
    self.pod = pod
    return true
  }

  /// The streams are told by whoever told this, once they were added.
  func tellStreams() { if let pod { streams.forEach { $0.podChanged(pod) } } }

  func gone() {
    guard !isGone else { return }
    isGone = true
    streams.forEach { $0.podChanged(nil) }
  }

  /// Asks how the pod is now; many ask at once when a connection is lost.
  func checkPod(for stream: LogStream) {
    checkers.append(stream)
    guard check == nil else { return }
    let request = ReadRequest(ResourcePath("v1/pods").object(namespace: namespace, name: name))
    check = engine.fetch(request) { [weak self] result in self?.checked(result) }
  }

  private func checked(_ result: Result<Response, ErrorAnswer>) {
    check = nil
    let asking = checkers
    checkers = []
    switch result {
    case .success(let answer):
      if let json = JSON.parse(answer.body).value, changed(LogPod(json)) {
        tellStreams()
      } else {
        wentAway?()
      }
    case .failure(let answer) where answer.status == 404: wentAway?()
    case .failure(let answer) where [401, 403].contains(answer.status): break
    case .failure(let answer): return asking.forEach { $0.podUnknown(answer.message) }
    }
    asking.forEach { $0.podChecked() }
  }

  func stop() {
    check?.cancel()
    check = nil
    streams.forEach { $0.stop() }
  }
}
