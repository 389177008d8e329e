import CPty
import Foundation

/// A child without a terminal: its output and errors are kept, and it is killed when nobody holds it any more.
///
/// `@unchecked Sendable`: everything that changes is guarded by `condition`.
package final class ChildProcess: @unchecked Sendable {
  package let processID: pid_t
  private let condition: NSCondition
  private let collected: Collected
  private var exitStatus: Exit?
  private var inputEnd: CInt

  /// What the reading threads share with the owner, without keeping the owner alive.
  private final class Collected: @unchecked Sendable {  // guarded by the condition
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var openStreams = 2
  }

  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String?] = [:],
    directory: String? = nil
  ) throws {
    let input = try makePipe()
    let output = try makePipe()
    let errors = try makePipe()
    defer { [input.read, output.write, errors.write].forEach { close($0) } }
    do {
      processID = try spawn(
        program, arguments, environment: environment, directory: directory,
        streams: Streams(input: input.read, output: output.write, error: errors.write))
    } catch {
      [input.write, output.read, errors.read].forEach { close($0) }
      throw error
    }
    inputEnd = input.write
    condition = NSCondition()
    collected = Collected()
    Self.read(output.read, into: \.output, of: collected, signalling: condition)
    Self.read(errors.read, into: \.errors, of: collected, signalling: condition)
  }

  deinit {
    if inputEnd >= 0 { close(inputEnd) }
    if exitStatus == nil {
      kill(processID, SIGKILL)
      var status: CInt = 0
      waitpid(processID, &status, 0)
    }
  }

  package var output: String { text(\.output) }
  package var errors: String { text(\.errors) }

  package func write(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send($0) }
      if count <= 0 { return }
      sent += count
    }
  }

  package func closeInput() {
    if inputEnd >= 0 { close(inputEnd) }
    inputEnd = -1
  }

  package func signal(_ number: CInt) { kill(processID, number) }

  /// The exit when it has ended by now; never blocks.
  package var exit: Exit? {
    condition.lock()
    defer { condition.unlock() }
    if exitStatus == nil {
      var status: CInt = 0
      if waitpid(processID, &status, WNOHANG) == processID { exitStatus = Exit(status: status) }
    }
    return exitStatus
  }

  /// Waits for the end and for the last of the output; nil when it did not come in time.
  package func waitForExit(seconds: Double = 20) -> Exit? {
    guard waitUntil(seconds: seconds, { exit != nil }) else { return nil }
    let limit = Date(timeIntervalSinceNow: 2)  // a grandchild may hold the streams open for ever
    condition.lock()
    while collected.openStreams > 0, condition.wait(until: limit) {}
    condition.unlock()
    return exit
  }

  /// Waits until the output holds a text.
  package func waitForOutput(_ text: String, seconds: Double = 20) -> Bool {
    waitUntil(seconds: seconds) { output.contains(text) || (exit != nil && output.contains(text)) }
  }

  private func text(_ stream: KeyPath<Collected, [UInt8]>) -> String {
    condition.lock()
    defer { condition.unlock() }
    return String(decoding: collected[keyPath: stream], as: UTF8.self)
  }

  /// Without SIGPIPE, which would end the whole test run.
  private func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    Foundation.signal(SIGPIPE, SIG_IGN)
    return Foundation.write(inputEnd, bytes.baseAddress!, bytes.count)
  }

  private static func read(
    _ descriptor: CInt, into stream: any ReferenceWritableKeyPath<Collected, [UInt8]> & Sendable,
    of collected: Collected, signalling condition: NSCondition
  ) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        condition.lock()
        if count > 0 { collected[keyPath: stream] += buffer[..<count] } else { collected.openStreams -= 1 }
        condition.broadcast()
        condition.unlock()
        if count <= 0 { break }
      }
      close(descriptor)
    }
  }
}

/// Runs a program to its end.
package func run(
  _ program: String, _ arguments: [String] = [], environment: [String: String?] = [:],
  directory: String? = nil, input: String = "", seconds: Double = 60
) throws -> (exit: Exit?, output: String, errors: String) {
  let child = try ChildProcess(program, arguments, environment: environment, directory: directory)
  child.write(input)
  child.closeInput()
  let exit = child.waitForExit(seconds: seconds)
  return (exit, child.output, child.errors)
}
