import Cluster

/// One cluster as the program is attached to it: the way there, what runs, what it told, and the screens over that.
///
/// An attachment that one has left goes on for a while, so that the way back finds it live.
final class Attachment {
  let context: String
  var world: World
  var shell: Shell
  /// nil where there is no way into the cluster.
  private(set) var reader: (any Reader)?
  /// Only where changes are allowed.
  private(set) var writer: Writer?
  /// The changes that were sent and are followed, by their ids.
  var submissions: [Int: Stop] = [:]
  /// The context from where one came to look at something, and goes back to.
  var visitedFrom: String?
  /// When it was left, in the clock's milliseconds.
  var leftAt: Int64 = 0
  private var running: [Need: Service] = [:]
  /// Lists that no screen shows any more, the one left last at the end: a person who goes back finds them live, and
  /// with the server away they are still there to go back to.
  private var left: [Need] = []
  private static let maxLeft = 2
  private var rate = RequestRate()

  /// One that is attached to nothing.
  init() {
    (context, world, shell) = ("", World(), Shell())
  }

  init(_ context: String, _ link: Connector.Link, mayChange: Bool, world: World, shell: Shell) {
    (self.context, self.world, self.shell) = (context, world, shell)
    reader = link.reader
    writer = mayChange ? link.writer?() : nil
  }

  // MARK: What runs

  /// Starts what is needed and not running, stops what runs and is not needed.
  ///
  /// - Parameter outbox: makes one for a start, with its number.
  func reconcile(journal: Journal?, _ outbox: () -> (start: Int, Outbox)) {
    guard let reader else { return }
    let needs = shell.needs(world).filter { $0 != .rows(Query(Catalog.contexts.id)) }
    left.removeAll(where: needs.contains)
    for need in running.keys where !needs.contains(need) && !left.contains(need) {
      if need.isWholeList, world.holds(need) { left.append(need) } else { end(need, journal) }
    }
    while left.count > Self.maxLeft { end(left.removeFirst(), journal) }
    for need in needs where running[need] == nil {
      journal?.started(need)
      let (start, outbox) = outbox()
      let stop: Stop
      if case .preview = need, let writer {
        stop = writer.preview(need, outbox)
      } else {
        stop = reader.start(need, into: outbox)
      }
      running[need] = Service(start: start, stop: stop)
    }
  }

  /// Ends all that is being read, so that it is asked for again.
  func restart(journal: Journal?) {
    for need in running.keys { end(need, journal) }
    left = []
  }

  private func end(_ need: Need, _ journal: Journal?) {
    running.removeValue(forKey: need)?.stop()
    journal?.stopped(need)
    world.forget(need)
  }

  /// Whether that start of a need is the one that runs now. What was asked for and is no longer needed may still arrive,
  /// and was perhaps asked for again meanwhile.
  func serves(_ need: Need, start: Int) -> Bool { running[need]?.start == start }
  func runs(_ starts: Set<Int>) -> Set<Int> { starts.intersection(running.values.map(\.start)) }

  /// Takes what the person configured. Who has become careful gets no more changes through; who was, only when the
  /// context is opened again.
  func take(_ setup: Setup) {
    (world.setup, shell.setup) = (setup, setup)
    let configuration = setup.configuration
    guard reader != nil else { return }
    if configuration.isProtected(world.place.context) { world.isProtected = true }
    guard configuration.isReadOnly(world.place.context), !world.isReadOnly else { return }
    writer?.close()
    writer = nil
    (world.canChange, world.isReadOnly) = (false, true)
  }

  func measureTraffic() {
    guard let reader else { return }
    world.traffic = reader.traffic
    world.requestRate = rate.update(requests: world.traffic.requests, at: world.milliseconds)
  }

  /// Ends all that runs; nothing of it comes again.
  func close() {
    for run in running.values { run.stop() }
    (running, left) = ([:], [])
    for stop in submissions.values { stop() }
    submissions = [:]
    writer?.close()
    writer = nil
    reader?.close()
    reader = nil
  }
}

extension Need {
  /// A kind's list, and not what belongs to one object.
  fileprivate var isWholeList: Bool {
    if case .problems = self { return true }
    guard case .rows(let query) = self else { return false }
    return query.labelSelector.isEmpty && query.fieldSelector.isEmpty && query.owner.isEmpty
  }
}

/// A need that is being served, and which start of it that is.
private struct Service {
  var start: Int
  var stop: Stop
}

/// Requests a second over the last ten seconds.
private struct RequestRate {
  private var samples: [(at: Int64, requests: Int)] = []

  mutating func update(requests: Int, at now: Int64) -> Double {
    if samples.last.map({ now - $0.at >= 1_000 }) ?? true { samples.append((now, requests)) }
    samples.removeAll { now - $0.at > 11_000 }
    guard let first = samples.first, now > first.at else { return 0 }
    // The first seconds would make much of a few requests.
    return Double(requests - first.requests) * 1_000 / Double(max(5_000, now - first.at))
  }
}
