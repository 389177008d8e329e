import Cluster
import Document
import Foundation
import HTTP
import Synchronization

@testable import Kubernetes

/// A pod and its containers' logs behind an API as the kubelet serves it: sinceTime cut to seconds, tails, followed
/// streams that end with their run, the run before.
final class LogsServer: Sendable {
  struct Line {
    var nanoseconds: Int64
    var text: String
  }

  struct Container {
    var runs: [[Line]] = [[]]
    /// The `state` and `lastState` of its status.
    var state = #"{"running":{"startedAt":"2026-11-21T03:00:00Z"}}"#
    var lastState = "{}"
    var isEnded = false
    /// In place of a log: status and body.
    var refusal: (Int, String)?
  }

  private struct Follower {
    let container: String
    let stream: ResponseStream
    /// In bytes; cut off when they are used up.
    var budget: Int
  }

  private struct State {
    var containers: [String: Container]
    var order: [String]
    var version = 10
    var isDeleted = false
    var podWatches: [ResponseStream] = []
    var followers: [Follower] = []
    var cutAfterBytes: @Sendable () -> Int = { .max }
  }

  private final class Board: Sendable {
    let state: Mutex<State>
    init(_ order: [String]) {
      state = Mutex(
        State(containers: Dictionary(uniqueKeysWithValues: order.map { ($0, Container()) }), order: order))
    }
  }

  private let board: Board
  let server: ReplayServer

  init(containers order: [String]) throws {
    let board = Board(order)
    self.board = board
    server = try ReplayServer { request, responder, _ in
      board.state.withLock { Self.answer(request, responder, &$0) }
    }
  }

  // MARK: What a test does

  /// Changes a container; what it wrote more goes to those who follow.
  func change(_ name: String, _ body: (inout Container) -> Void) {
    board.state.withLock { state in
      let before = state.containers[name]!
      body(&state.containers[name]!)
      let after = state.containers[name]!
      if after.runs.count == before.runs.count {
        let bytes = Self.bytes(after.runs.last!.dropFirst(before.runs.last!.count))
        Self.send(bytes, of: name, &state)
      }
      if after.isEnded || after.runs.count != before.runs.count {
        for follower in state.followers where follower.container == name { follower.stream.finish() }
        state.followers.removeAll { $0.container == name }
      }
    }
  }

  /// Tells the watchers of the pod how it is.
  func podChanges() {
    board.state.withLock { state in
      state.version += 1
      let event = #"{"type":"MODIFIED","object":\#(Self.pod(state))}"# + "\n"
      for watch in state.podWatches { watch.write(Array(event.utf8)) }
    }
  }

  func deletePod() {
    board.state.withLock { state in
      state.version += 1
      state.isDeleted = true
      let event = #"{"type":"DELETED","object":\#(Self.pod(state))}"# + "\n"
      for watch in state.podWatches { watch.write(Array(event.utf8)) }
      for follower in state.followers { follower.stream.finish() }
      state.followers = []
    }
  }

  /// Cuts off those who watch the pod; the logs go on.
  func dropPodWatches() {
    board.state.withLock { state in
      for watch in state.podWatches { watch.abort() }
      state.podWatches = []
    }
  }

  var podWatchers: Int { board.state.withLock(\.podWatches.count) }

  /// Streams are cut off after so many bytes.
  func cutStreams(after bytes: @escaping @Sendable () -> Int) {
    board.state.withLock { $0.cutAfterBytes = bytes }
  }

  var followers: Int { board.state.withLock(\.followers.count) }

  static func stamp(_ nanoseconds: Int64) -> String {
    let second = nanoseconds / 1_000_000_000
    let digits = String(nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
    return Timestamp(seconds: second).text.dropLast() + "." + digits + "Z"
  }

  // MARK: What the server answers

  private static func answer(_ request: ServerRequest, _ responder: Responder, _ state: inout State) {
    if request.path.hasSuffix("/log") { return log(request, responder, &state) }
    if request.isWatch {
      let stream = responder.watch()
      state.podWatches.append(stream)
      return
    }
    if request.path.hasSuffix("/pods/web") {
      return state.isDeleted ? responder.json(404, notFound) : responder.json(pod(state))
    }
    let items = state.isDeleted ? "" : pod(state)
    responder.json(
      #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"\#(state.version)"},"items":[\#(items)]}"#
    )
  }

  private static let notFound =
    #"{"kind":"Status","message":"pods \"web\" not found","reason":"NotFound","code":404}"#

  private static func pod(_ state: State) -> String {
    let specs = state.order.map { #"{"name":"\#($0)","image":"i"}"# }.joined(separator: ",")
    let statuses = state.order.map { name in
      let container = state.containers[name]!
      return
        #"{"name":"\#(name)","restartCount":\#(container.runs.count - 1),"state":\#(container.state),"lastState":\#(container.lastState)}"#
    }
    return
      #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop","uid":"u1","resourceVersion":"\#(state.version)"},"spec":{"nodeName":"node-1","containers":[\#(specs)]},"status":{"phase":"Running","containerStatuses":[\#(statuses.joined(separator: ","))]}}"#
  }

  private static func log(_ request: ServerRequest, _ responder: Responder, _ state: inout State) {
    let name = request.query("container") ?? state.order[0]
    guard !state.isDeleted, let container = state.containers[name] else {
      return responder.json(404, notFound)
    }
    if let (status, body) = container.refusal {
      return status == 204 ? responder.respond(204) : responder.json(status, body)
    }
    let isPrevious = request.query("previous") == "true"
    guard let run = isPrevious ? container.runs.dropLast().last : container.runs.last else {
      return responder.json(
        400,
        #"{"kind":"Status","message":"previous terminated container \"\#(name)\" in pod \"web\" not found","code":400}"#
      )
    }
    var lines = run[...]
    if let since = request.query("sinceTime").flatMap({ Timestamp($0)?.seconds }) {
      lines = lines.filter { $0.nanoseconds >= since * 1_000_000_000 }[...]
    }
    if let tail = request.query("tailLines").flatMap(Int.init) { lines = lines.suffix(tail) }
    let stream = responder.stream(200, [Header("Content-Type", "text/plain")])
    let follower = Follower(container: name, stream: stream, budget: state.cutAfterBytes())
    let follows = request.query("follow") == "true" && !container.isEnded && !isPrevious
    state.followers.append(follower)
    send(bytes(lines), to: state.followers.count - 1, &state)
    guard !follows else { return }
    state.followers.removeAll { $0.stream === stream }
    if stream.isOpen { stream.finish() }
  }

  private static func bytes(_ lines: ArraySlice<Line>) -> [UInt8] {
    lines.flatMap { Array("\(stamp($0.nanoseconds)) \($0.text)\n".utf8) }
  }

  private static func send(_ bytes: [UInt8], of name: String, _ state: inout State) {
    for index in state.followers.indices.reversed() where state.followers[index].container == name {
      send(bytes, to: index, &state)
    }
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
