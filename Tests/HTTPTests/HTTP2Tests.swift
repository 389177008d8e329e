import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// nghttpd: an HTTP/2 server that shares no code with ours. It serves the files of a directory.
private final class HTTP2Server {
  let port: Int
  let process: ChildProcess
  let directory = temporaryDirectory()

  init(_ options: [String] = []) throws {
    let certificates = Certificates.shared.directory
    var started: (Int, ChildProcess)?
    // It can't choose a port itself, and one that was free a moment ago may be taken.
    for _ in 0..<10 where started == nil {
      let port = RawServer(nil).port
      let process = try ChildProcess(
        "nghttpd",
        ["-v", "-a", "127.0.0.1", "-d", directory.path] + options
          + ["\(port)", certificates.file("server.key"), certificates.file("server.pem")])
      if waitUntil({ process.output.contains("listen 127.0.0.1") || process.exit != nil }),
        process.exit == nil
      {
        started = (port, process)
      }
    }
    (port, process) = try #require(started)
  }

  func serve(_ bytes: [UInt8], at name: String) {
    _ = FileManager.default.createFile(atPath: directory.file(name), contents: Data(bytes))
  }

  var address: Server {
    var server = Server(base: "https://127.0.0.1:\(port)")
    server.tls = Certificates.shared.tls()
    return server
  }

  var getter: Getter { Getter(session: session, server: address) }
  let session = HTTPSession()
}

/// No two stretches of it are alike.
private func pattern(_ count: Int) -> [UInt8] {
  var value: UInt64 = 88_172_645_463_325_252
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    for index in 0..<count {
      if index & 7 == 0 {
        value ^= value << 13
        value ^= value >> 7
        value ^= value << 17
      }
      buffer[index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (index & 7)))
    }
    initialized = count
  }
}

@Suite(.serialized) struct HTTP2Tests {
  @Test func manyStreamsShareOneConnectionFromTheStart() throws {
    let server = try HTTP2Server()
    let bytes = pattern(100_000)
    server.serve(bytes, at: "a")
    // Several times over: the last bytes of the last stream are the ones that libcurl may leave in a buffer.
    for _ in 0..<4 {
      let recorders = (0..<80).map { _ in Recorder() }
      for recorder in recorders { server.getter.start(ReadRequest("/a"), on: recorder.take) }
      for recorder in recorders {
        #expect(recorder.waitForEnd() == nil)
        #expect(recorder.body == bytes)
      }
      #expect(recorders[0].head?.status == 200)
    }
    #expect(server.session.traffic.connectionsOpened == 1)
    #expect(server.session.traffic.bytesReceived == 4 * 80 * bytes.count)
  }

  @Test func moreStreamsThanTheServerAllowsMakeFewConnections() throws {
    let server = try HTTP2Server(["-m", "100"])
    server.serve(pattern(10_000), at: "a")
    let recorders = (0..<600).map { _ in Recorder() }
    for recorder in recorders { server.getter.start(ReadRequest("/a"), on: recorder.take) }
    for recorder in recorders { #expect(recorder.waitForEnd() == nil) }
    #expect(recorders.allSatisfy { $0.bytes == 10_000 })
    #expect(server.session.traffic.connectionsOpened <= Admission.multiplexedConnections)
  }

  @Test func pausedStreamsHoldUpNobodyOnTheirConnection() throws {
    let server = try HTTP2Server()
    let bytes = pattern(12 << 20)
    server.serve(bytes, at: "big")
    var request = ReadRequest("/big")
    request.idleTimeoutSeconds = nil
    let paused = (0..<4).map { _ in Recorder(pausing: true) }
    let transfers = paused.map { server.getter.start(request, on: $0.take) }
    #expect(waitUntil { paused.allSatisfy { $0.refusals > 0 } })
    let others = (0..<2).map { _ in Recorder(keepingBody: false) }
    for other in others { server.getter.start(request, on: other.take) }
    for other in others {
      #expect(other.waitForEnd() == nil)
      #expect(other.bytes == bytes.count)
    }
    #expect(paused.allSatisfy { $0.bytes == 0 && !$0.hasEnded })
    for (recorder, transfer) in zip(paused, transfers) {
      recorder.pause(false)
      transfer.resume()
    }
    for recorder in paused {
      #expect(recorder.waitForEnd() == nil)
      #expect(recorder.body == bytes)
    }
    #expect(server.session.traffic.connectionsOpened == 1)
  }

  @Test func cancellingAStreamKeepsTheConnection() throws {
    let server = try HTTP2Server()
    server.serve(pattern(12 << 20), at: "big")
    server.serve(Array("small".utf8), at: "small")
    for _ in 0..<5 {
      let recorder = Recorder(pausing: true)
      let transfer = server.getter.start(ReadRequest("/big"), on: recorder.take)
      #expect(waitUntil { recorder.refusals > 0 })
      transfer.cancel()
      #expect(recorder.waitForEnd() == .cancelled)
      #expect(outcome(server.getter, "/small").text == "small")
    }
    #expect(server.session.traffic.connectionsOpened == 1)
  }

  @Test func aServerThatDiesEndsEveryStream() throws {
    let server = try HTTP2Server()
    // More than libcurl takes in for a paused stream.
    server.serve([UInt8](repeating: 0, count: 64 << 20), at: "big")
    let recorders = (0..<4).map { _ in Recorder(pausing: true) }
    let transfers = recorders.map { server.getter.start(ReadRequest("/big"), on: $0.take) }
    #expect(waitUntil { recorders.allSatisfy { $0.refusals > 0 } })
    server.process.signal(SIGKILL)
    #expect(waitUntil { server.process.exit != nil })
    for (recorder, transfer) in zip(recorders, transfers) {
      recorder.pause(false)
      transfer.resume()
    }
    for recorder in recorders {
      guard case .lost = recorder.waitForEnd() else {
        Issue.record("\(String(describing: recorder.ends))")
        continue
      }
    }
  }

  /// One connection that swallows everything must not swallow what is asked next.
  @Test func afterAConnectionThatIsStuckANewOneIsMade() throws {
    let server = try HTTP2Server()
    server.serve(Array("small".utf8), at: "small")
    let relay = Relay(to: server.port)
    var address = server.address
    address.base = "https://127.0.0.1:\(relay.port)"
    let getter = Getter(session: server.session, server: address)
    #expect(outcome(getter, "/small").text == "small")
    relay.stall()
    var request = ReadRequest("/small")
    request.idleTimeoutSeconds = 1
    #expect(
      throws: HTTPError.timedOut(place: "127.0.0.1:\(relay.port)", phase: "waiting for an answer", seconds: 1)
    ) {
      try getter.fetch(request)
    }
    #expect(outcome(getter, "/small").text == "small")
    #expect(server.session.traffic.connectionsOpened == 2)
  }
}

/// Passes bytes on between a client and a server, until it is told to swallow those of all present
/// connections.
private final class Relay: Sendable {
  private let server: RawServer
  private let generation: Generation

  private final class Generation: Sendable { let number = Atomic<Int>(0) }

  var port: Int { server.port }

  init(to port: Int) {
    let generation = Generation()
    self.generation = generation
    server = RawServer { near in
      let far = RawConnection(connectingTo: port)
      let born = generation.number.load(ordering: .sequentiallyConsistent)
      let isOpen: @Sendable () -> Bool = { generation.number.load(ordering: .sequentiallyConsistent) == born }
      Thread.detachNewThread { far.pass(to: near, while: isOpen) }
      near.pass(to: far, while: isOpen)
    }
  }

  func stall() { generation.number.add(1, ordering: .sequentiallyConsistent) }
}
