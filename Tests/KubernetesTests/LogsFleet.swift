import Cluster
import Document
import Foundation
import HTTP
import Synchronization

@testable import Kubernetes

/// Many pods of one workload and their logs behind an API as the kubelets serve it: streams that are cut, rotated and end
/// with their pod, pods that come and go.
final class LogsFleet: Sendable {
  struct Pod {
    var name: String
    var uid: String
    var owner = "rs-1"
    var ownerKind = "ReplicaSet"
    var node = "node-1"
    var lines: [LogsServer.Line] = []
    /// What the node still has begins here: older lines were rotated away.
    var keptFrom = 0
    /// The `state` of its only container.
    var state = #"{"running":{"startedAt":"2026-11-21T03:00:00Z"}}"#
    var phase = "Running"
    var isDeleting = false
  }

  private struct Follower {
    let pod: String
    let stream: ResponseStream
    var budget: Int
  }

  private struct State {
    var pods: [Pod] = []
    var version = 10
    var watches: [ResponseStream] = []
    /// What was told to watches, for one that begins at an older version.
    var told: [(version: Int, event: [UInt8])] = []
    var followers: [Follower] = []
    var cutAfterBytes: @Sendable () -> Int = { .max }
    var logRequests = 0
    var mostFollowers = 0
    /// Other objects, by their paths.
    var objects: [String: String] = [:]
    var jobs = ""
  }

  private final class Board: Sendable {
    let state = Mutex(State())
  }

  private let board = Board()
  let server: ReplayServer

  init() throws {
    let board = board
    server = try ReplayServer { request, responder, _ in
      board.state.withLock { Self.answer(request, responder, &$0) }
    }
  }

  // MARK: What a test does

  func add(_ pod: Pod) {
    board.state.withLock { state in
      state.pods.append(pod)
      Self.tell("ADDED", pod, &state)
    }
  }

  func change(_ uid: String, _ body: (inout Pod) -> Void) {
    board.state.withLock { state in
      guard let index = state.pods.firstIndex(where: { $0.uid == uid }) else { return }
      body(&state.pods[index])
      Self.tell("MODIFIED", state.pods[index], &state)
    }
  }

  func write(_ uid: String, _ line: LogsServer.Line) {
    board.state.withLock { state in
      guard let index = state.pods.firstIndex(where: { $0.uid == uid }) else { return }
      state.pods[index].lines.append(line)
      let bytes = Array("\(LogsServer.stamp(line.nanoseconds)) \(line.text)\n".utf8)
      for at in state.followers.indices.reversed() where state.followers[at].pod == uid {
        Self.send(bytes, to: at, &state)
      }
    }
  }

  /// The runtime begins another file: those who follow are cut off at the end of a line, and only the last lines are kept.
  func rotate(_ uid: String, keeps: Int) {
    board.state.withLock { state in
      guard let index = state.pods.firstIndex(where: { $0.uid == uid }) else { return }
      state.pods[index].keptFrom = max(0, state.pods[index].lines.count - keeps)
      for follower in state.followers where follower.pod == uid { follower.stream.finish() }
      state.followers.removeAll { $0.pod == uid }
    }
  }

  func delete(_ uid: String) {
    board.state.withLock { state in
      guard let index = state.pods.firstIndex(where: { $0.uid == uid }) else { return }
      let pod = state.pods.remove(at: index)
      for follower in state.followers where follower.pod == uid { follower.stream.finish() }
      state.followers.removeAll { $0.pod == uid }
      Self.tell("DELETED", pod, &state)
    }
  }

  func cutStreams(after bytes: @escaping @Sendable () -> Int) {
    board.state.withLock { $0.cutAfterBytes = bytes }
  }
  func serve(_ path: String, _ object: String) { board.state.withLock { $0.objects[path] = object } }
  func serve(jobs: String) { board.state.withLock { $0.jobs = jobs } }

  var followers: Int { board.state.withLock(\.followers.count) }
  var followedPods: Set<String> { board.state.withLock { Set($0.followers.map(\.pod)) } }
  var mostFollowers: Int { board.state.withLock(\.mostFollowers) }

  // MARK: What the server answers

  private static func tell(_ type: String, _ pod: Pod, _ state: inout State) {
    state.version += 1
    let event = Array((#"{"type":"\#(type)","object":\#(json(pod, state.version))}"# + "\n").utf8)
    state.told.append((state.version, event))
    for watch in state.watches { watch.write(event) }
  }

  private static func json(_ pod: Pod, _ version: Int) -> String {
    let deletion = pod.isDeleting ? #","deletionTimestamp":"2026-11-21T03:05:00Z""# : ""
    return
      #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\#(pod.name)","namespace":"shop","uid":"\#(pod.uid)","resourceVersion":"\#(version)"\#(deletion),"ownerReferences":[{"kind":"\#(pod.ownerKind)","name":"o","uid":"\#(pod.owner)","controller":true}]},"spec":{"nodeName":"\#(pod.node)","containers":[{"name":"app","image":"i"}]},"status":{"phase":"\#(pod.phase)","containerStatuses":[{"name":"app","restartCount":0,"state":\#(pod.state),"lastState":{}}]}}"#
  }

  private static func answer(_ request: ServerRequest, _ responder: Responder, _ state: inout State) {
    if request.path.hasSuffix("/log") { return log(request, responder, &state) }
    if request.path.hasSuffix("/jobs") {
      if request.isWatch { return _ = responder.watch() }
      return responder.json(
        #"{"kind":"JobList","metadata":{"resourceVersion":"1"},"items":[\#(state.jobs)]}"#)
    }
    if !request.path.contains("/pods") {
      if request.isWatch { return _ = responder.watch() }
      let list = state.objects[request.path] ?? ""
      return responder.json(#"{"kind":"List","metadata":{"resourceVersion":"1"},"items":[\#(list)]}"#)
    }
    if request.isWatch {
      let watch = responder.watch()
      let from = request.query("resourceVersion").flatMap { Int($0) } ?? 0
      for (version, event) in state.told where version > from { watch.write(event) }
      return state.watches.append(watch)
    }
    if let name = request.path.split(separator: "/").last, name != "pods" {
      guard let pod = state.pods.first(where: { $0.name == name }) else { return notFound(responder) }
      return responder.json(json(pod, state.version))
    }
    let items = state.pods.map { json($0, state.version) }.joined(separator: ",")
    responder.json(
      #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"\#(state.version)"},"items":[\#(items)]}"#
    )
  }

  private static func notFound(_ responder: Responder) {
    responder.json(404, #"{"kind":"Status","message":"pod not found","reason":"NotFound","code":404}"#)
  }

  private static func log(_ request: ServerRequest, _ responder: Responder, _ state: inout State) {
    state.logRequests += 1
    let name = String(request.path.split(separator: "/").dropLast().last ?? "")
    guard let pod = state.pods.first(where: { $0.name == name }) else { return notFound(responder) }
    var lines = pod.lines.dropFirst(pod.keptFrom)
    if let since = request.query("sinceTime").flatMap({ Timestamp($0)?.seconds }) {
      lines = lines.filter { $0.nanoseconds >= since * 1_000_000_000 }[...]
    }
    if let tail = request.query("tailLines").flatMap(Int.init) { lines = lines.suffix(tail) }
    let stream = responder.stream(200, [Header("Content-Type", "text/plain")])
    let isOver = pod.phase == "Failed" || pod.phase == "Succeeded"
    state.followers.append(Follower(pod: pod.uid, stream: stream, budget: state.cutAfterBytes()))
    let bytes = lines.flatMap { Array("\(LogsServer.stamp($0.nanoseconds)) \($0.text)\n".utf8) }
    send(bytes, to: state.followers.count - 1, &state)
    if request.query("follow") == "true", !isOver {
      state.mostFollowers = max(state.mostFollowers, state.followers.count)
      return
    }
    state.followers.removeAll { $0.stream === stream }
    if stream.isOpen { stream.finish() }
  }

  private static func send(_ bytes: [UInt8], to index: Int, _ state: inout State) {
    let follower = state.followers[index]
    follower.stream.write(Array(bytes.prefix(follower.budget)))
    state.followers[index].budget -= bytes.count
    if state.followers[index].budget < 0 {
      follower.stream.abort()
      state.followers.remove(at: index)
    }
  }
}
