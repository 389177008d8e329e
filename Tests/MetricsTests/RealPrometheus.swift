import Document
import HTTP
import Metrics
import TestSupport

/// A Prometheus from the distribution on a free port of loopback, without anything to scrape; ended when nobody holds it.
final class RealPrometheus {
  private let directory = temporaryDirectory()
  private let process: ChildProcess
  private let client: Client

  init() throws {
    let config = directory.write("global: {}\n", to: "prometheus.yml")
    process = try ChildProcess(
      "/usr/bin/prometheus",
      [
        "--config.file=\(config)", "--storage.tsdb.path=\(directory.file("data"))",
        "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:0",
        "--web.enable-remote-write-receiver",
      ])
    let process = process
    var address: Substring?
    let started = waitUntil {
      address =
        process.errors.split(separator: "\n").first { $0.contains("msg=\"Listening on\"") }?
        .split(separator: "address=").last
      return address?.hasSuffix(":0") == false || process.exit != nil
    }
    guard started, let address, !address.hasSuffix(":0") else { throw Failure(text: process.errors) }
    client = Client(session: HTTPSession(), server: Server(base: "http://\(address)"))
    let client = client
    let ready = waitUntil {
      (try? client.fetch(Request(method: "GET", path: "/-/ready")))?.head.status == 200 || process.exit != nil
    }
    guard ready, process.exit == nil else { throw Failure(text: process.errors) }
  }

  struct Failure: Error { var text: String }

  func instant(_ query: String, at milliseconds: Int64) throws -> JSON {
    try ask("/api/v1/query", [QueryItem("query", query), QueryItem("time", Self.seconds(milliseconds))])
  }

  func range(_ query: String, from: Int64, to: Int64, step: Int64) throws -> JSON {
    try ask(
      "/api/v1/query_range",
      [
        QueryItem("query", query), QueryItem("start", Self.seconds(from)), QueryItem("end", Self.seconds(to)),
        QueryItem("step", Self.seconds(step)),
      ])
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    let rest = String(milliseconds % 1000 + 1000).dropFirst()
    return "\(milliseconds / 1000).\(rest)"
  }

  private func ask(_ path: String, _ query: [QueryItem]) throws -> JSON {
    var request = Request(method: "GET", path: path)
    request.query = query
    let body = try client.fetch(request).body
    return JSON.parse(body).value ?? .null
  }

  /// Remote write 0.1: a protobuf in snappy's framing, which may hold everything as literals.
  func write(_ series: [Points]) throws {
    var message: [UInt8] = []
    for one in series {
      var body: [UInt8] = []
      for label in one.labels.all {
        body.field(1, [UInt8]().adding(1, Array(label.name.utf8)).adding(2, Array(label.value.utf8)))
      }
      for (time, value) in zip(one.milliseconds, one.values) {
        var sample: [UInt8] = [1 << 3 | 1]
        withUnsafeBytes(of: value.bitPattern.littleEndian) { sample += $0 }
        sample.append(2 << 3)
        sample.varint(UInt64(bitPattern: time))
        body.field(2, sample)
      }
      message.field(1, body)
    }
    var packed: [UInt8] = []
    packed.varint(UInt64(message.count))
    for start in stride(from: 0, to: message.count, by: 65_536) {
      let part = message[start..<min(start + 65_536, message.count)]
      packed += [61 << 2, UInt8(truncatingIfNeeded: part.count - 1), UInt8((part.count - 1) >> 8)] + part
    }
    var request = Request(method: "POST", path: "/api/v1/write")
    request.headers = [
      Header("Content-Encoding", "snappy"), Header("Content-Type", "application/x-protobuf"),
      Header("X-Prometheus-Remote-Write-Version", "0.1.0"),
    ]
    request.body = packed
    let response = try client.fetch(request)
    if response.head.status / 100 != 2 { throw Failure(text: String(decoding: response.body, as: UTF8.self)) }
  }
}

extension [UInt8] {
  fileprivate mutating func varint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func field(_ number: UInt8, _ bytes: [UInt8]) {
    append(number << 3 | 2)
    varint(UInt64(bytes.count))
    self += bytes
  }

  fileprivate func adding(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var result = self
    result.field(number, bytes)
    return result
  }
}
