import Cluster
import Foundation
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// Changes as a person makes them: keys in, the screen and the requests out.
@Suite(.serialized) struct ChangeJourneyTests {
  /// Presses enter on the card when it may be confirmed.
  private func confirm(_ journey: DemoJourney) {
    journey.wait("enter sends it")
    journey.confirm()
  }

  @Test func aScaleIsShownFirstThenSentOnceAndFollowed() throws {
    let journey = try DemoJourney(command: "deploy market /reviews")
    journey.wait("reviews")
    journey.press(.character("s"), .control("u"))
    journey.type("4")
    journey.wait("Scale deployment reviews to 4 replicas")
    journey.wait("enter sends it")
    let card = journey.screen
    #expect(card.contains("kubectl --context demo -n market scale deployment/reviews --replicas=4"))
    #expect(card.contains("PATCH /apis/apps/v1/namespaces/market/deployments/reviews/scale"))
    #expect(card.contains("-   replicas: 2") && card.contains("+   replicas: 4"))
    #expect(journey.writes.isEmpty)
    confirm(journey)
    journey.wait("~ scale deployments/reviews: ")
    journey.wait(". scale deployments/reviews: all 4 pods are updated and available", passing: 1)
    #expect(journey.writes == ["PATCH /apis/apps/v1/namespaces/market/deployments/reviews/scale"])
  }

  @Test func escLeavesTheCardAndNothingIsSent() throws {
    let journey = try DemoJourney(command: "deploy market /reviews")
    journey.wait("reviews")
    journey.press(.character("r"))
    journey.wait("enter sends it")
    journey.press(.escape)
    #expect(!journey.screen.contains("Restart the pods"))
    #expect(journey.session.world.ledger.entries.isEmpty && journey.writes.isEmpty)
  }

  @Test func whatAnAutoscalerUndoesIsToldBeforeAndAfter() throws {
    let journey = try DemoJourney(command: "deploy market /storefront")
    journey.wait("storefront")
    journey.press(.character("s"), .control("u"))
    journey.type("12")
    journey.wait("enter sends it")
    #expect(journey.screen.contains("x horizontal-pod-autoscaler storefront sets the replicas itself"))
    confirm(journey)
    journey.wait("x scale deployments/storefront: undone by horizontal-pod-autoscaler", passing: 5)
    journey.type(":changes")
    journey.wait("UNDONE, undone by horizontal-pod-autoscaler")
    // Once it was read, the tray lets go of it.
    journey.press(.escape)
    #expect(!journey.screen.contains("x scale deployments/storefront"))
  }

  @Test func podsMarkedInTwoNamespacesAreDeletedTogether() throws {
    let journey = try DemoJourney(command: "pods all")
    journey.wait("live")
    journey.press(.character("g"), .character(" "), .character("G"), .character(" "))
    #expect(journey.screen.contains("2 marked"))
    journey.press(.control("d"))
    journey.wait("Delete 2 pods in 2 namespaces")
    journey.wait("2 of 2 previewed")
    confirm(journey)
    journey.wait(passing: 1, "both gone") { journey in
      let entries = journey.session.world.ledger.entries
      return entries.count == 2 && entries.allSatisfy { $0.progress.state == .done }
    }
    #expect(Set(journey.session.world.ledger.entries.map(\.change.target.namespace)).count == 2)
  }

  @Test func aProtectedContextWantsTheNameTyped() throws {
    var care = Configuration()
    care.read("contexts: {demo*: {protected: true}}", path: "config.yaml")
    let journey = try DemoJourney(command: "deploy market /reviews", care: care)
    journey.wait("reviews")
    journey.press(.character("r"))
    confirm(journey)
    journey.wait("type reviews to send it")
    journey.type("review")
    #expect(journey.screen.contains("that is not its name: nothing was sent"))
    #expect(journey.writes.isEmpty)
    journey.press(.escape)
    confirm(journey)
    journey.type("reviews")
    journey.wait("restart deployments/reviews")
    journey.wait(passing: 1, "sent") { $0.writes.count == 1 }
  }

  @Test func anEditIsSentAsWhatDiffers() throws {
    let journey = try DemoJourney(command: "deploy market /reviews")
    journey.wait("reviews")
    journey.press(.character("e"))
    journey.wait(passing: 0, "the object in the editor") { journey in
      !journey.screen.isEmpty && journey.session.editorText != nil
    }
    let text = try #require(journey.session.editorText)
    #expect(text.contains("kind: Deployment") && !text.contains("managedFields"))
    journey.session.edited(.wrote(text.replacingOccurrences(of: "replicas: 2", with: "replicas: many")))
    journey.wait("The server would refuse it")
    journey.press(.character("e"))
    // What was written is still there.
    #expect(journey.session.editorText?.contains("replicas: many") == true)
    journey.session.edited(.wrote(text.replacingOccurrences(of: "replicas: 2", with: "replicas: 3")))
    confirm(journey)
    journey.wait(". edit deployments/reviews", passing: 1)
  }

  @Test func onesOwnNextChangeIsNoFailureOfTheOneBefore() throws {
    let journey = try DemoJourney(command: "deploy market /reviews")
    journey.wait("reviews")
    journey.press(.character("."), .character("p"))
    confirm(journey)
    journey.wait(". pause deployments/reviews", passing: 1)
    journey.press(.character("."), .character("P"))
    confirm(journey)
    journey.wait(". resume deployments/reviews", passing: 1)
    journey.wait(passing: 1, "told as changed again") { journey in
      journey.session.world.ledger[1]?.progress.text.hasPrefix("changed again from here: ") == true
    }
  }

  @Test func theMenuSaysWhyAViewerMayNot() throws {
    let journey = try DemoJourney(command: "deploy market /reviews", context: "demo-viewer")
    journey.wait("reviews")
    journey.press(.character("."))
    journey.wait("you may not patch deployments/scale in market")
    journey.press(.character("d"))
    #expect(journey.screen.contains("delete: you may not delete deployments in market"))
  }

  @Test func theConnectionMayBreakBetweenSendingAndAnswer() throws {
    let lost = Mutex(false)
    let journey = try DemoJourney(
      command: "deploy market /reviews",
      loses: { request in
        guard request.hasPrefix("PATCH "), !request.contains("dryRun") else { return false }
        return lost.withLock { lost in
          defer { lost = true }
          return !lost
        }
      })
    journey.wait("reviews")
    journey.press(.character("s"), .control("u"))
    journey.type("3")
    confirm(journey)
    journey.wait(". scale deployments/reviews: all 3 pods", passing: 1)
    #expect(journey.writes.count == 1)
  }

  private static let everyKey: [Key] = {
    var keys = (33...126).map { Key.character(Character(Unicode.Scalar($0))) }
    keys += [.enter, .tab, .backtab, .backspace, .delete, .left, .right, .up, .down, .home, .end, .pageUp]
    return keys + "abdefghklmnoprstuwyz".map { Key.control($0) }
  }()

  /// Every key on every screen of a read-only session: the server sees reads and access reviews, and nothing else.
  @Test(arguments: ["pods all", "deploy market", "nodes", "cronjobs all", "statefulsets all", "changes"])
  func aReadOnlySessionOnlyReads(command: String) throws {
    let journey = try DemoJourney(command: command, isReadOnly: true)
    if command != "changes" { journey.wait("live") }
    for screen in [nil, "d", "y", "w", "E", "R", "l", "."] as [Character?] {
      for key in Self.everyKey {
        journey.session.handle(.escape)
        if journey.session.shell.prompt != nil || journey.session.shell.stack.count != 1 {
          start(journey, command)
        }
        if let screen { journey.session.handle(.character(screen)) }
        journey.session.handle(key)
        journey.session.handle(.enter)
        #expect(journey.session.editorText == nil)
        journey.session.takeIn()
      }
      // What that led to comes in, and is asked for.
      _ = journey.screen
    }
    let written = journey.tap.requests.filter { !$0.hasPrefix("GET ") && !$0.contains("/selfsubject") }
    #expect(written.isEmpty, "a read-only session sent \(written)")
    #expect(journey.session.world.ledger.entries.isEmpty && !journey.session.world.canChange)
    #expect(journey.tap.requests.count > 3)
  }

  private func start(_ journey: DemoJourney, _ command: String) {
    for _ in 0..<4 { journey.session.handle(.escape) }
    journey.session.handle(.character(":"))
    for character in command { journey.session.handle(.character(character)) }
    journey.session.handle(.enter)
  }
}
