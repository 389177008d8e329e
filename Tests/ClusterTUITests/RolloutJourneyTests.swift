import Cluster
import DemoCluster
import Foundation
import Kubernetes
import Terminal
import Testing

@testable import ClusterTUI

/// The whole program on a demo cluster whose time the test drives.
private final class DemoJourney {
  let demo: DemoServer
  let session: Session
  private let time: Time

  private final class Time {
    var seconds: Int64
    var extraMilliseconds: Int64 = 0
    init(_ seconds: Int64) { self.seconds = seconds }
  }

  init(story: String, command: String) throws {
    let time = Time(Int64(Date().timeIntervalSince1970))
    self.time = time
    var options = DemoOptions()
    options.stories = [story]
    options.clock = .driven(startEpochSeconds: Int(time.seconds))
    demo = try DemoServer(options)
    var config = Kubeconfig()
    config.add(Array(demo.kubeconfig().utf8), file: "demo")
    let system = Clock.system
    let clock = Clock(
      epochSeconds: { time.seconds }, milliseconds: { system.milliseconds() + time.extraMilliseconds },
      local: { _ in ("14:02", 0) })
    session = Session(connector: Connector(config, Overrides(), isReadOnly: false), clock: clock)
    session.open(context: "demo", namespaces: nil, command: command)
  }

  deinit {
    session.close()
    demo.stop()
  }

  var screen: String { session.frame(width: 120, height: 30).text() }

  func press(_ keys: Key...) {
    for key in keys {
      _ = screen
      session.handle(key)
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

  /// A preview wants to be read before it is confirmed.
  func read() { time.extraMilliseconds += 1_000 }
}

@Suite(.serialized) struct RolloutJourneyTests {
  @Test func aStuckRolloutIsFoundRolledBackAndFollowedToItsEnd() throws {
    let journey = try DemoJourney(story: "bad-image", command: "deploy market /storefront")
    journey.wait("storefront")
    journey.press(.character("R"))
    journey.wait("ErrImagePull", passing: 1)
    #expect(journey.screen.contains("WAITING: storefront-"))
    #expect(journey.screen.contains("market/storefront:3.16.0: not found; it keeps trying"))
    // Halfway: new pods are there and old ones still serve.
    journey.press(.character("u"))
    journey.wait("enter sends it")
    #expect(journey.screen.contains("rollout undo deployment/storefront"))
    journey.read()
    journey.press(.enter)
    journey.wait("DONE: all", passing: 2)
    #expect(journey.screen.contains("* 4") && !journey.screen.contains("WHAT HOLDS IT UP"))
    journey.wait(passing: 0, "done in the ledger") { journey in
      let entry = journey.session.world.ledger.entries.last
      return entry?.preview.change.action == .rollback(toRevision: 2) && entry?.progress.state == .done
    }
  }

  @Test func afterItsDeadlineItIsStuck() throws {
    let journey = try DemoJourney(story: "crash-loop", command: "deploy market /reviews")
    journey.wait("reviews")
    journey.press(.character("R"))
    journey.wait("CrashLoopBackOff", passing: 2)
    journey.wait("deadline in")
    journey.wait("STUCK", passing: 20)
    let lines = journey.screen.split(separator: "\n")
    #expect(lines[1].hasPrefix("x STUCK for") && lines[1].contains("no progress within 10m: reviews-"))
    #expect(journey.screen.contains("container reviews: exit 78"))
    #expect(journey.screen.contains("deadline passed"))
  }

  @Test func aRolloutThatGoesOnIsSeenToItsEnd() throws {
    let journey = try DemoJourney(story: "slow-probe", command: "deploy market /catalogue")
    journey.wait("catalogue")
    journey.press(.character("R"))
    journey.wait("DONE")
    journey.wait("PROGRESSING", passing: 1)
    journey.wait("DONE: all", passing: 1)
    #expect(journey.screen.contains("release 2026.11.0"))
  }
}
