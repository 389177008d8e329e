import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import DemoCluster

/// Requests that a real server was sent: the demo cluster answers in the same form.
@Suite struct RecordedRequestTests {
  private static func fixture(_ name: String) throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n").map(
      String.init)
  }

  @Test func answersHaveTheStatusTypeAndKindOfTheRealOnes() throws {
    let recorded = try RecordedDemo()
    let shapes = try Shapes(RecordedRequestTests.fixture("always.txt"))
    var requests = 0
    for line in try RecordedRequestTests.fixture("requests.jsonl") {
      let wanted = try #require(JSON.parse(Array(line.utf8)).value)
      recorded.letTimePass()
      let answer = try recorded.answer(to: wanted)
      let name = "\(wanted["method"].string ?? "") \(answer.path) \(wanted["user"].string ?? "")"
      #expect(answer.status == wanted["status"].int, "\(name): \(answer.text.prefix(300))")
      #expect(answer.type == wanted["answer"].string, "\(name)")
      if let kind = wanted["kind"].string { #expect(answer.kind == kind, "\(name)") }
      for fault in shapes.faults(answer.document) { Issue.record("\(name): \(fault)") }
      requests += 1
    }
    #expect(requests > 330)
  }

  @Test func objectsHaveTheFieldsThatRealOnesAlwaysHave() throws {
    let demo = try Demo()
    demo.server.advance(seconds: 300)
    let shapes = try Shapes(RecordedRequestTests.fixture("always.txt"))
    var kinds: Set<String> = []
    for resource in Catalog.builtIn.resources where resource.verbs.contains("list") {
      let base = resource.group.isEmpty ? "/api/v1" : "/apis/\(resource.apiVersion)"
      let list = try demo.get("\(base)/\(resource.plural)")
      for fault in Set(shapes.faults(list)) { Issue.record("\(resource.qualifiedPlural): \(fault)") }
      if !list["items"].array.isEmpty { kinds.insert(resource.kind) }
    }
    #expect(kinds.count > 35)
  }
}

/// A demo cluster that recorded requests are sent to, with the names in them filled in.
private struct RecordedDemo {
  struct Answer {
    let path: String
    let status: Int
    let type: String?
    let text: String
    let document: JSON
    /// Of the document, or of the object in the first event of a watch.
    var kind: String? {
      document["type"].isNull
        ? document["kind"].string : "event \(document["object"]["kind"].string ?? "")"
    }
  }

  private let demo: Demo
  private var pods: [String: String] = [:]

  private static let apps = [
    "invoicing": "fulfil", "gift-cards": "market", "fraud-scoring": "fulfil", "reviews": "market",
    "basket": "market", "orders": "fulfil", "catalogue": "market", "migrate-ledger": "platform",
  ]

  init() throws {
    demo = try Demo()
    demo.server.advance(seconds: 60)
    for (app, namespace) in RecordedDemo.apps {
      let names = try demo.get("/api/v1/namespaces/\(namespace)/pods").names
      pods[app] = names.first { $0.hasPrefix(app + "-") }
    }
    let banners = try demo.get("/api/v1/namespaces/market/pods?fieldSelector=status.phase=Pending").names
    pods["promo-banner-broken"] = banners.first { $0.hasPrefix("promo-banner-") }
  }

  func letTimePass() { demo.server.advance(seconds: 0.1) }

  func answer(to wanted: JSON) throws -> Answer {
    var path = wanted["path"].string ?? ""
    for (app, pod) in pods { path = path.replacingOccurrences(of: "{\(app)}", with: pod) }
    let cut = path.split(separator: "?", maxSplits: 1).map(String.init)
    var request = Request(method: wanted["method"].string ?? "GET", path: cut[0])
    for item in cut.count > 1 ? cut[1].split(separator: "&") : [] {
      let pair = item.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
      request.query.append(QueryItem(pair[0], pair.count > 1 ? pair[1] : ""))
    }
    request.headers = headers(wanted)
    if let body = wanted["body"].string { request.body = Array(body.utf8) }
    let isStream = request.query.contains {
      ["watch", "follow"].contains($0.name) && $0.value == "true"
    }
    if isStream, wanted["status"].int == 200 { return try first(path, request) }
    let response = try demo.client.fetch(request)
    return Answer(
      path: path, status: response.head.status, type: response.head["Content-Type"],
      text: String(decoding: response.body, as: UTF8.self),
      document: JSON.parse(response.body).value ?? .null)
  }

  private func headers(_ wanted: JSON) -> [Header] {
    var headers = [Header("Accept", wanted["accept"].string ?? "application/json")]
    if let type = wanted["type"].string { headers.append(Header("Content-Type", type)) }
    switch wanted["user"].string {
    case "oncall":
      headers += [
        Header("Impersonate-User", Identity.viewer.name),
        Header("Impersonate-Group", Identity.viewer.groups[0]),
      ]
    case "anonymous":
      headers += [
        Header("Impersonate-User", "system:anonymous"),
        Header("Impersonate-Group", "system:unauthenticated"),
      ]
    case "badtoken": headers.append(Header("Authorization", "Bearer nobody"))
    default: break
    }
    return headers
  }

  /// The head and the first line of a stream.
  private func first(_ path: String, _ request: Request) throws -> Answer {
    let stream = Mutex<(status: Int, type: String?, bytes: [UInt8], isOver: Bool)>((0, nil, [], false))
    let transfer = demo.client.start(request) { event in
      stream.withLock { state in
        switch event {
        case .head(let head):
          state.status = head.status
          state.type = head["Content-Type"]
        case .body(let bytes): state.bytes += bytes
        case .ended: state.isOver = true
        }
      }
      return .more
    }
    defer { transfer.cancel() }
    let isQuiet = request.query.contains { $0.name == "tailLines" && $0.value == "0" }
    #expect(
      waitUntil {
        stream.withLock { $0.isOver || ($0.status > 0 && (isQuiet || $0.bytes.contains(10))) }
      }, "\(path)")
    let state = stream.withLock { $0 }
    let line = state.bytes.split(separator: 10).first.map(Array.init) ?? []
    return Answer(
      path: path, status: state.status, type: state.type, text: String(decoding: line, as: UTF8.self),
      document: JSON.parse(line).value ?? .null)
  }
}

/// The fields that objects of a kind always have where they have their parent.
private struct Shapes {
  private var fields: [String: [String]] = [:]

  /// Written by people or by tools of their own, so no matter of the server.
  private static let given: Set<String> = [
    "metadata.annotations", "metadata.labels", "spec.rules", "webhooks", "parameters",
    "allowVolumeExpansion", "status.userInfo.extra",
  ]

  /// What only objects of the recorded kinds of condition have.
  private static let passing: Set<String> = [
    "apps/v1 DaemonSet status.numberUnavailable", "batch/v1 Job status.conditions",
  ]

  init(_ lines: [String]) {
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      fields["\(words[0]) \(words[1])"] = Array(words.dropFirst(2))
    }
  }

  /// What is missing in a document: an object, a list, a Table or an event of a watch.
  func faults(_ document: JSON) -> [String] {
    if !document["object"]["kind"].isNull {
      return document["type"] == "BOOKMARK" ? [] : faults(document["object"])
    }
    guard let kind = document["kind"].string else { return [] }
    let version = document["apiVersion"].string ?? ""
    var found = missing(document, "\(version) \(kind)")
    let isList = kind.hasSuffix("List")
    for item in isList ? document["items"].array : [] {
      found += missing(
        item,
        "\(item["apiVersion"].string ?? version) \(item["kind"].string ?? String(kind.dropLast(4)))")
    }
    for row in kind == "Table" ? document["rows"].array : [] { found += faults(row["object"]) }
    return found
  }

  private func missing(_ object: JSON, _ kind: String) -> [String] {
    (fields[kind] ?? []).filter { path in
      isServed(path) && !Shapes.passing.contains("\(kind) \(path)")
        && lacks(object, path.split(separator: ".")[...])
    }.map { "\(kind) has no \($0)" }
  }

  /// Fields of a spec are somebody's wish; those of metadata and status are the cluster's.
  private func isServed(_ path: String) -> Bool {
    !Shapes.given.contains(path) && !path.hasPrefix("spec.") && !path.contains(".resources.")
      && !path.hasPrefix("metadata.ownerReferences")
  }

  private func lacks(_ value: JSON, _ path: ArraySlice<Substring>) -> Bool {
    guard let first = path.first else { return false }
    let isList = first.hasSuffix("[]")
    guard let object = value.object else { return false }
    guard let member = object[String(isList ? first.dropLast(2) : first)] else { return path.count == 1 }
    if isList { return member.array.contains { lacks($0, path.dropFirst()) } }
    return path.count > 1 && lacks(member, path.dropFirst())
  }
}
