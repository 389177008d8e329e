import CPty
import Foundation

/// Reads the controlling end of a pseudo terminal on a thread of its own and keeps the screen up to date.
///
/// `@unchecked Sendable`: everything that changes is guarded by `condition`.
final class TerminalReader: @unchecked Sendable {
  private let condition = NSCondition()
  private var current: VirtualScreen
  private var received: [UInt8] = []
  private var hasEnded = false
  private let master: CInt
  private var stopEnd: CInt

  /// Owns `master` from here on.
  init(master: CInt, screen: VirtualScreen) throws {
    self.master = master
    current = screen
    let stop = try makePipe()
    stopEnd = stop.write
    Thread.detachNewThread { [self] in
      readAll(until: stop.read)
      close(stop.read)
      close(master)
    }
  }

  var screen: VirtualScreen {
    condition.lock()
    defer { condition.unlock() }
    return current
  }

  var log: [UInt8] {
    condition.lock()
    defer { condition.unlock() }
    return received
  }

  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Foundation.write(master, $0.baseAddress!, $0.count) }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }

  /// The emulator first: what the program draws for the new size must not meet the old one.
  func resize(width: Int, height: Int) {
    condition.lock()
    current.resize(width: width, height: height)
    _ = pty_resize(master, CInt(width), CInt(height))
    condition.unlock()
  }

  func wait(seconds: Double, _ predicate: (VirtualScreen) -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !predicate(current) {
      if hasEnded || !condition.wait(until: deadline) { return predicate(current) }
    }
    return true
  }

  /// Waits until nobody can write any more.
  func waitForEnd(seconds: Double) {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    while !hasEnded, condition.wait(until: deadline) {}
    condition.unlock()
  }

  /// Ends the thread and closes the terminal.
  func stop() {
    condition.lock()
    if stopEnd >= 0 { close(stopEnd) }
    stopEnd = -1
    condition.unlock()
  }

  private func readAll(until stop: CInt) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var ends = [
        pollfd(fd: master, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      poll(&ends, 2, -1)
      if ends[1].revents != 0 { break }
      let count = Foundation.read(master, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      condition.lock()
      received += buffer[..<count]
      current.feed(buffer[..<count])
      condition.broadcast()
      condition.unlock()
    }
    condition.lock()
    hasEnded = true
    condition.broadcast()
    condition.unlock()
  }
}
