import HTTP

/// The logs that are being followed. Each is told of its lines when they come, and ends with its container.
final class LogFollows {
  private final class Follow {
    let container: ContainerHandle
    let source: LogSource
    let stream: ResponseStream
    var printer: LogPrinter
    /// The moment up to which everything has been told.
    var position: Moment

    init(
      _ container: ContainerHandle, _ source: LogSource, _ stream: ResponseStream, _ printer: LogPrinter,
      from position: Moment
    ) {
      self.container = container
      self.source = source
      self.stream = stream
      self.printer = printer
      self.position = position
    }
  }

  private var follows: [Follow] = []
  /// A reader that is slower than the log is waited for: lines can be made again.
  private static let maxBacklogBytes = 1 << 20

  func add(
    _ reading: LogReading, _ source: LogSource, _ stream: ResponseStream, _ printer: LogPrinter,
    from position: Moment,
    _ world: World
  ) {
    let follow = Follow(reading.container, source, stream, printer, from: position)
    follows.append(follow)
    schedule(follow, world)
  }

  func endAll() {
    for follow in follows { follow.stream.finish() }
    follows.removeAll()
  }

  private func schedule(_ follow: Follow, _ world: World) {
    guard let next = follow.source.next(after: follow.position) else { return }
    // Lines that come close together are told together.
    world.at(max(next, world.now + 0.1)) { [weak self, weak follow] world in
      guard let self, let follow, self.follows.contains(where: { $0 === follow }) else { return }
      self.tell(follow, world)
    }
  }

  private func tell(_ follow: Follow, _ world: World) {
    guard follow.stream.isOpen else {
      follows.removeAll { $0 === follow }
      return
    }
    if follow.stream.backlogBytes < LogFollows.maxBacklogBytes {
      write(follow, follow.source, until: world.now)
      if follow.printer.isFull {
        end(follow)
        return
      }
    }
    schedule(follow, world)
  }

  private func write(_ follow: Follow, _ source: LogSource, until now: Moment) {
    var out = Bytes()
    source.forEach(after: follow.position, until: now) { follow.printer.write($0, $1, to: &out) }
    follow.position = now
    if !out.isEmpty { follow.stream.write(out) }
  }

  private func end(_ follow: Follow) {
    follow.stream.finish()
    follows.removeAll { $0 === follow }
  }

  /// A pod changed: the run that is followed may be over.
  func podChanged(_ before: Object?, _ after: Object?, _ now: Moment) {
    if follows.isEmpty { return }
    guard let pod = after ?? before else { return }
    for follow in follows where follow.container.pod == ObjectHandle(pod) {
      guard case .pod(let body) = pod.body else { continue }
      let container = body.state[follow.container]
      let ending = container.ending ?? (container.runningSince == nil ? container.last : nil)
      let isOver = after == nil || container.runningSince == nil || container.id != follow.source.id
      if !isOver { continue }
      let source = LogSource(
        id: follow.source.id, program: follow.source.program, pod: follow.source.pod,
        started: follow.source.started,
        ended: ending?.finished ?? now,
        exitCode: ending?.exitCode ?? 0)
      write(follow, source, until: now)
      end(follow)
    }
  }
}
