import Cluster
import DemoCluster
import Foundation
import Kubernetes
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// The whole program on a demo cluster whose time the test drives.
final class DemoJourney {
  let demo: DemoServer
  let session: Session
  /// Between the two; notes what is asked.
  let tap: WireTap
  private let time: Time

  private final class Time: Sendable {
    private let atomic: Atomic<Int64>
    private let extra = Atomic<Int64>(0)
    init(_ seconds: Int64) { atomic = Atomic(seconds) }

    var seconds: Int64 {
      get { atomic.load(ordering: .relaxed) }
      set { atomic.store(newValue, ordering: .relaxed) }
    }
    var extraMilliseconds: Int64 {
      get { extra.load(ordering: .relaxed) }
      set { extra.store(newValue, ordering: .relaxed) }
    }
  }

  /// - Parameters:
  ///   - startsAt: the cluster's time, seconds since 1970; nil is the time of now.
  ///   - lead: seconds that passed in the cluster before somebody looked.
  ///   - context: "demo", "demo-viewer" or "demo-fulfil".
  ///   - loses: which requests get no answer.
  ///   - home: the screen that a redacted session begins with.
  init(
    story: String? = nil, startsAt: Int64? = nil, lead: Double = 0, command: String, context: String = "demo",
    isReadOnly: Bool = false,
    care: Configuration = Configuration(), loses: @escaping @Sendable (String) -> Bool = { _ in false },
    home: (([String]) -> any Screen)? = nil
  ) throws {
    let time = Time(startsAt ?? Int64(Date().timeIntervalSince1970))
    self.time = time
    var options = DemoOptions()
    options.stories = story.map { [$0] } ?? []
    options.clock = .driven(startEpochSeconds: Int(time.seconds))
    demo = try DemoServer(options)
    if lead > 0 {
      demo.advance(seconds: lead)
      time.seconds += Int64(lead)
    }
    var config = Kubeconfig()
    tap = WireTap(to: demo.port, loses: loses)
    let text = demo.kubeconfig().replacingOccurrences(of: ":\(demo.port)", with: ":\(tap.port)")
    config.add(Array(text.utf8), file: "demo")
    let system = Clock.system
    let clock = Clock(
      epochSeconds: { time.seconds }, milliseconds: { system.milliseconds() + time.extraMilliseconds },
      local: { _ in ("14:02", 0) })
    session = Session(
      connector: Connector(config, Overrides(), isReadOnly: isReadOnly, care: care, now: { time.seconds }),
      clock: clock)
    (session.home, session.isRedacted) = (home, home != nil)
    session.open(context: context, namespaces: nil, command: command, isReadOnly: isReadOnly)
  }

  deinit {
    session.close()
    tap.stop()
    demo.stop()
  }

  var size = (width: 120, height: 30)
  var screen: String { session.frame(width: size.width, height: size.height).text() }

  func press(_ keys: Key...) {
    for key in keys {
      _ = screen
      session.handle(key)
    }
  }

  func type(_ text: String) {
    for character in text { press(.character(character)) }
    press(.enter)
  }

  /// What was sent to change something.
  var writes: [String] {
    tap.requests.filter {
      !$0.hasPrefix("GET ") && !$0.contains("dryRun=All") && !$0.contains("/selfsubject")
    }
  }

  /// Until the screen shows a text; so many seconds pass in the cluster meanwhile, again and again.
  func wait(
    _ text: String, passing seconds: Double = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    wait(passing: seconds, sourceLocation: sourceLocation, "'\(text)'") { $0.screen.contains(text) }
  }

  func wait(
    passing seconds: Double, sourceLocation: SourceLocation = #_sourceLocation, _ what: String,
    until isSo: (DemoJourney) -> Bool
  ) {
    let end = Date().addingTimeInterval(40)
    while !isSo(self), Date() < end {
      if seconds > 0 {
        demo.advance(seconds: seconds)
        time.seconds += Int64(seconds)
      }
      var polled = pollfd(fd: session.descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&polled, 1, 30)
      session.takeIn()
    }
    #expect(isSo(self), "never \(what):\n\(screen)", sourceLocation: sourceLocation)
  }

  /// Confirms the card that is open. No time passes in the cluster before the server has answered: on a slow machine the
  /// object would be another one by then.
  func confirm() {
    press(.enter)
    wait(passing: 0, "an answer") { journey in
      journey.session.world.ledger.entries.allSatisfy { $0.progress.state != .sending }
    }
  }

  /// Time passes, in the cluster and for the one who looks.
  func pass(seconds: Int64) {
    demo.advance(seconds: Double(seconds))
    time.seconds += seconds
    time.extraMilliseconds += seconds * 1_000
    _ = screen
    session.takeIn()
  }

  /// A preview wants to be read before it is confirmed.
  func read() { time.extraMilliseconds += 1_000 }
}
