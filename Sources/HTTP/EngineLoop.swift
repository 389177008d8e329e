import CCurl
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The curl thread: waits for all sockets of all servers, the time-outs, and commands. With nothing to do
/// it sleeps.
final class EngineLoop {
  /// Connections of a server that nobody asks anything are closed after so long.
  private static let keepMilliseconds = 120_000

  let keepAlive: KeepAlive
  private let counter: TrafficCounter
  private var hosts: [Host.Key: Host] = [:]
  /// Hosts whose connections seem stuck: what still runs on them may go on, nothing new begins there.
  private var retired: [Host] = []
  private var hostOf: [Int: Host] = [:]
  private var sockets: [CInt: (host: Host, events: Int16)] = [:]
  private var polled: [pollfd] = []
  private var socketsChanged = true
  private var idleCheckDue: Int?
  private(set) var now = Monotonic.milliseconds

  init(counter: TrafficCounter, keepAlive: KeepAlive) {
    self.counter = counter
    self.keepAlive = keepAlive
  }

  /// Returns when the orders say so, with everything ended.
  func run(wake: CInt, orders: () -> Engine.Orders) {
    while true {
      wait(wake)
      let orders = orders()
      for command in orders.commands { perform(command, isEnding: orders.ends) }
      if orders.ends { break }
      // libcurl may forget sockets while others are being served; one that is unknown by then does no harm.
      for ready in polled.dropFirst() where ready.revents != 0 {
        sockets[ready.fd]?.host.socketReady(ready.fd, Self.curlEvents(ready.revents))
      }
      for host in allHosts {
        if let due = host.due, due <= now { host.timePassed() }
      }
      checkIdle()
      sweep()
    }
    for host in allHosts { host.endAll(.cancelled) }
  }

  private var allHosts: [Host] { Array(hosts.values) + retired }

  private func wait(_ wake: CInt) {
    if socketsChanged {
      socketsChanged = false
      polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
      for (descriptor, socket) in sockets {
        polled.append(pollfd(fd: descriptor, events: socket.events, revents: 0))
      }
    }
    var due = idleCheckDue ?? Int.max
    for host in hosts.values {
      due = min(due, host.due ?? Int.max, host.idleSince.map { $0 + Self.keepMilliseconds } ?? Int.max)
    }
    for host in retired { due = min(due, host.due ?? Int.max) }
    let timeout = due == Int.max ? -1 : CInt(clamping: max(0, due - Monotonic.milliseconds))
    if poll(&polled, nfds_t(polled.count), timeout) <= 0 {
      for index in polled.indices { polled[index].revents = 0 }
    }
    now = Monotonic.milliseconds
  }

  // MARK: Commands

  private func perform(_ command: Engine.Command, isEnding: Bool) {
    switch command {
    case .prepare: _ = Curl.table
    case .start(let job, let transfer): start(job, transfer, isEnding: isEnding)
    case .cancel(let id): hostOf[id]?.cancel(id)
    case .resume(let id): hostOf[id]?.resume(id)
    }
  }

  private func start(_ job: Job, _ transfer: Transfer, isEnding: Bool) {
    counter.requests.add(1, ordering: .relaxed)
    if isEnding || transfer.isCancelled {
      _ = job.event(.ended(.cancelled))
      return
    }
    do throws(HTTPError) {
      let host = try host(for: Host.Key(server: job.server, isHTTP1Only: job.hasOwnConnection))
      guard let proxy = Proxy(job.server, host.address) else {
        throw .proxy(place: withoutUser(job.server.proxy ?? ""), why: "no http, https or socks URL")
      }
      guard let easy = cc_init(host.curl) else { throw .noLibrary(why: "it gives no handle") }
      let running = Running(
        job: job, transfer: transfer, host: host, proxy: proxy, easy: easy, counter: counter, now: now)
      counter.openTransfers.add(1, ordering: .relaxed)
      hostOf[transfer.id] = host
      host.add(running)
    } catch {
      _ = job.event(.ended(error))
    }
  }

  private func host(for key: Host.Key) throws(HTTPError) -> Host {
    if let host = hosts[key] { return host }
    guard let curl = Curl.table else { throw .noLibrary(why: Curl.problem) }
    guard let address = Address(base: key.server.base) else {
      throw .badURL(withoutUser(key.server.base))
    }
    guard let host = Host(key: key, address: address, curl: curl, loop: self) else {
      throw .noLibrary(why: "it gives no handle")
    }
    hosts[key] = host
    return host
  }

  func forget(_ transfer: Int) { hostOf[transfer] = nil }

  // MARK: Sockets and time

  /// libcurl says what it waits for.
  func watch(_ descriptor: CInt, _ what: CInt, for host: Host) {
    socketsChanged = true
    switch what {
    case CURL_POLL_IN: sockets[descriptor] = (host, Int16(POLLIN))
    case CURL_POLL_OUT: sockets[descriptor] = (host, Int16(POLLOUT))
    case CURL_POLL_INOUT: sockets[descriptor] = (host, Int16(POLLIN | POLLOUT))
    default: sockets[descriptor] = nil
    }
  }

  private static func curlEvents(_ events: Int16) -> CInt {
    let events = CInt(events)
    var result: CInt = 0
    if events & CInt(POLLIN) != 0 { result |= CURL_CSELECT_IN }
    if events & CInt(POLLOUT) != 0 { result |= CURL_CSELECT_OUT }
    // libcurl finds out what is wrong when it reads.
    if events & CInt(POLLERR | POLLHUP | POLLNVAL) != 0 { result |= CURL_CSELECT_IN | CURL_CSELECT_ERR }
    return result
  }

  /// Something may be late then.
  func checkIdle(at due: Int?) {
    if let due { idleCheckDue = min(idleCheckDue ?? Int.max, due) }
  }

  private func checkIdle() {
    guard let due = idleCheckDue, due <= now else { return }
    idleCheckDue = nil
    for host in allHosts {
      let (next, isSuspect) = host.checkIdle()
      checkIdle(at: next)
      if isSuspect, hosts[host.key] === host {
        hosts[host.key] = nil
        retired.append(host)
      }
    }
  }

  private func sweep() {
    if !retired.isEmpty { retired.removeAll { $0.isEmpty } }
    for host in hosts.values {
      if let since = host.idleSince, since + Self.keepMilliseconds <= now { hosts[host.key] = nil }
    }
  }
}
