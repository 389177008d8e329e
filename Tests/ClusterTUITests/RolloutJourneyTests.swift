import Cluster
import Terminal
import Testing

@testable import ClusterTUI

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
    journey.confirm()
    journey.wait("DONE: all", passing: 2)
    journey.wait("* 4")
    #expect(!journey.screen.contains("WHAT HOLDS IT UP"))
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
