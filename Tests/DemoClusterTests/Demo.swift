import Document
import Foundation
import HTTP
import Synchronization
import TestSupport

@testable import DemoCluster

/// A demo cluster whose time the test drives, and a client of it.
final class Demo: Sendable {
  /// 2026-11-21T08:00:20Z: shortly after a full minute, so that the first jobs of the minute are through.
  static let start = 1_795_248_020

  /// One for all tests that only look: its time stands still.
  static let still = {
    guard let demo = try? Demo() else { fatalError("the demo cluster cannot listen") }
    return demo
  }()

  let server: DemoServer
  let session = HTTPSession()
  let getter: Getter
  let client: Client

  init(_ change: (inout DemoOptions) -> Void = { _ in }) throws {
    var options = DemoOptions()
    options.clock = .driven(startEpochSeconds: Demo.start)
    change(&options)
    server = try DemoServer(options)
    client = Client(session: session, server: Server(base: server.url))
    getter = client.getter
  }

  deinit {
    session.shutdown()
    server.stop()
  }

  static let tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io"

  /// A path with a query that is not percent-encoded.
  private static func request(_ path: String) -> ReadRequest {
    let parts = path.split(separator: "?", maxSplits: 1)
    var items: [QueryItem] = []
    for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let pair = item.split(separator: "=", maxSplits: 1)
      items.append(QueryItem(String(pair[0]), pair.count > 1 ? String(pair[1]) : ""))
    }
    return ReadRequest(String(parts[0]), items)
  }

  func response(_ path: String, accept: String = "application/json") throws -> Response {
    var request = Demo.request(path)
    request.accept = accept
    return try getter.fetch(request)
  }

  func get(_ path: String, accept: String = "application/json") throws -> JSON {
    try JSON.parse(response(path, accept: accept).body).value ?? .null
  }

  func text(_ path: String) throws -> String {
    String(decoding: try response(path, accept: "*/*").body, as: UTF8.self)
  }

  /// - Parameter type: of the body; nil: a merge patch for PATCH, and JSON otherwise.
  func send(
    _ method: String, _ path: String, _ body: JSON = .null, type: String? = nil, text: String? = nil,
    headers: [Header] = []
  ) throws -> (status: Int, body: JSON) {
    let response = try sent(method, path, body, type: type, text: text, headers: headers)
    return (response.head.status, JSON.parse(response.body).value ?? .null)
  }

  func sent(
    _ method: String, _ path: String, _ body: JSON = .null, type: String? = nil, text: String? = nil,
    headers: [Header] = []
  ) throws -> Response {
    let parts = Demo.request(path)
    var request = Request(method: method, path: parts.path)
    request.query = parts.query
    let isPatch = method == "PATCH"
    request.headers =
      [Header("Content-Type", type ?? (isPatch ? "application/merge-patch+json" : "application/json"))]
      + headers
    if !body.isNull { request.body = body.encoded() }
    if let text { request.body = Array(text.utf8) }
    return try client.fetch(request)
  }

  /// The cells of the rows of a Table as one text a row.
  func rows(_ path: String) throws -> [String] {
    try get(path, accept: Demo.tableAccept)["rows"].array.map { row in
      row["cells"].array.map { $0.string ?? $0.text }.joined(separator: " | ")
    }
  }

  func stream(_ path: String, accept: String = "application/json") -> LineStream {
    var request = Demo.request(path)
    request.accept = accept
    request.idleTimeoutSeconds = nil
    return LineStream(getter, request)
  }
}

/// The lines of a watch or of a followed log as they come.
final class LineStream: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var hasBegun = false
    var isOver = false
    var transfer: Transfer?
  }
  private let state = Mutex(State())

  init(_ getter: Getter, _ request: ReadRequest) {
    let transfer = getter.start(request) { [weak self] event in
      self?.state.withLock { state in
        switch event {
        case .head: state.hasBegun = true
        case .body(let bytes): state.bytes += bytes
        case .ended: state.isOver = true
        }
      }
      return .more
    }
    state.withLock { $0.transfer = transfer }
  }

  deinit { cancel() }

  func cancel() { state.withLock { $0.transfer }?.cancel() }

  var hasBegun: Bool { state.withLock { $0.hasBegun } }
  var isOver: Bool { state.withLock { $0.isOver } }
  /// Whole lines so far.
  var lines: [String] {
    String(decoding: state.withLock { $0.bytes }, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .dropLast().map(String.init)
  }
  var events: [JSON] { events(after: 0) }
  /// Without the first so many, which need not be read again.
  func events(after count: Int) -> [JSON] {
    lines.dropFirst(count).compactMap { JSON.parse(Array($0.utf8)).value }
  }

  /// Waits until so many lines are there.
  func wait(count: Int) -> Bool { waitUntil { lines.count >= count || isOver } && lines.count >= count }
}

extension JSON {
  var names: [String] { self["items"].array.compactMap { $0["metadata"]["name"].string } }
  var version: String { self["metadata"]["resourceVersion"].string ?? "" }
}
