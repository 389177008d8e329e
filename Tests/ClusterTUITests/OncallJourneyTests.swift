import Foundation
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// The view of whoever is on call, on a demo cluster.
@Suite struct OncallJourneyTests {
  @Test func onlyReadsAreSentWhateverIsPressed() throws {
    let journey = try DemoJourney(
      story: "bad-image", command: "", isReadOnly: true, home: { OncallScreen(namespaces: $0) })
    journey.wait("hopeless", passing: 5)
    journey.wait("what changed")
    journey.press(.character("w"))
    journey.wait("Evidence")
    for key in ["1", ".", "d"] { journey.press(.character(Character(key))) }
    journey.press(.escape, .escape, .escape)
    journey.type(":pods")
    journey.press(.control("d"))
    journey.press(.escape)
    journey.type(":problems")
    journey.press(.character("b"))
    var isSaved = false
    journey.wait(passing: 0, "a bundle") { journey in
      for case .save in journey.session.takePending() { isSaved = true }
      return isSaved
    }
    let others = journey.tap.requests.filter { !$0.hasPrefix("GET ") && !$0.contains("/self") }
    #expect(others.isEmpty, "\(others)")
    #expect(!journey.session.world.canChange)
  }
}
