import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The server's thread: waits for its sockets and for what other threads have ready.
final class ServerLoop {
  /// How long to leave clients waiting when the process has no descriptors left.
  private static let exhaustedMilliseconds = 200

  private let listener: Listener
  private let board: ServerBoard
  private let limits: ServerLimits
  private let handler: @Sendable (ServerRequest, Responder) -> Void
  private var connections: [Int: Connection] = [:]
  private var nextID = 1
  private var acceptsFrom = 0
  private var polled: [pollfd] = []
  private var polledIDs: [Int] = []
  private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

  init(
    listener: Listener, board: ServerBoard, limits: ServerLimits,
    handler: @escaping @Sendable (ServerRequest, Responder) -> Void
  ) {
    self.listener = listener
    self.board = board
    self.limits = limits
    self.handler = handler
  }

  deinit { scratch.deallocate() }

  func run() {
    board.threadBegan()
    while true {
      let ready = wait()
      let orders = board.takeOrders()
      for (id, events) in ready { connections[id]?.happened(events, scratch: scratch) }
      let now = Monotonic.milliseconds
      for id in orders.marked { connections[id]?.marked(now: now) }
      for connection in connections.values {
        if let due = connection.due, due <= now { connection.timePassed(now: now) }
      }
      if orders.stops || !orders.drops.isEmpty {
        for connection in connections.values { connection.close() }
      }
      if connections.values.contains(where: \.isClosed) {
        connections = connections.filter { !$0.value.isClosed }
      }
      for done in orders.drops { done.signal() }
      if orders.stops { break }
      if polled[1].revents != 0 { accept() }
      board.connectionsChanged(connections.count)
    }
    listener.close()
  }

  /// The connections to look after and what happened to them.
  private func wait() -> [(Int, Int16)] {
    let now = Monotonic.milliseconds
    polled.removeAll(keepingCapacity: true)
    polledIDs.removeAll(keepingCapacity: true)
    let accepts = hasRoom && acceptsFrom <= now
    polled.append(pollfd(fd: board.descriptor, events: Int16(POLLIN), revents: 0))
    polled.append(pollfd(fd: listener.descriptor, events: accepts ? Int16(POLLIN) : 0, revents: 0))
    var due = acceptsFrom > now ? acceptsFrom : Int.max
    for (id, connection) in connections {
      polled.append(pollfd(fd: connection.descriptor, events: connection.events, revents: 0))
      polledIDs.append(id)
      due = min(due, connection.due ?? Int.max)
    }
    let timeout = due == Int.max ? -1 : CInt(clamping: max(0, due - now))
    guard poll(&polled, nfds_t(polled.count), timeout) > 0 else {
      polled[1].revents = 0
      return []
    }
    var ready: [(Int, Int16)] = []
    for (index, id) in polledIDs.enumerated() where polled[index + 2].revents != 0 {
      ready.append((id, polled[index + 2].revents))
    }
    return ready
  }

  private func accept() {
    while hasRoom {
      let (descriptor, isExhausted) = listener.accept()
      guard let descriptor else {
        if isExhausted { acceptsFrom = Monotonic.milliseconds + Self.exhaustedMilliseconds }
        return
      }
      makeRoom()
      connections[nextID] = Connection(
        id: nextID, descriptor: descriptor, board: board, limits: limits, handler: handler)
      nextID += 1
    }
  }

  private var hasRoom: Bool {
    connections.count < limits.connections || connections.values.contains(where: \.isWaiting)
  }

  /// Who opens connections and says nothing must not keep others out.
  private func makeRoom() {
    guard connections.count >= limits.connections else { return }
    let waiting = connections.filter(\.value.isWaiting)
    guard let oldest = waiting.min(by: { $0.value.waitingSince < $1.value.waitingSince }) else { return }
    oldest.value.close()
    connections[oldest.key] = nil
  }
}
