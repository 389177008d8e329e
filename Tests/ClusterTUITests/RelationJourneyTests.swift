import Cluster
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// Journeys on the demo cluster through what belongs together and who may do what.
@Suite(.serialized) struct RelationJourneyTests {
  @Test func fromAPodToItsOwnerToWhatBelongsToThat() throws {
    let journey = try DemoJourney(command: "pods market /catalogue")
    journey.wait("1/1")
    journey.press(.character("J"))
    journey.wait("replicaset catalogue-")
    journey.wait("DESIRED")
    journey.press(.character("J"))
    journey.wait("deployment catalogue")
    journey.wait("UP-TO-DATE")
    journey.press(.character("X"))
    journey.wait("selected by")
    journey.wait("service catalogue")
    // Each group comes with the list that tells of it.
    for text in ["owns\n", "pod catalogue-", "limitrange"] { journey.wait(text) }
  }

  @Test func whatANodeHostsAndAPodsNode() throws {
    let journey = try DemoJourney(command: "pods market /catalogue")
    journey.wait("1/1")
    journey.press(.character("o"))
    journey.wait("KERNEL", orElse: "VERSION")
    journey.press(.character("X"))
    journey.wait("hosts\n")
    journey.wait("pod ")
  }

  @Test func whatUsesASecretIsFoundFromTheSecret() throws {
    let journey = try DemoJourney(command: "secrets market /payment-keys")
    journey.wait("payment-keys")
    journey.press(.character("u"))
    journey.wait("used by\n")
    journey.wait("deployment basket")
    journey.wait("envFrom")
    // Names are enough: no value is asked for.
    #expect(!journey.tap.requests.contains { $0.contains("/secrets/payment-keys") })
  }

  @Test func aTreeReachesDownToWhatContainersUse() throws {
    let journey = try DemoJourney(command: "xray deploy market")
    journey.wait("deployment basket")
    // It opens where something is wrong, and nowhere else.
    journey.wait("gift-card-rules")
    #expect(!journey.screen.contains("replicaset basket"))
    journey.press(.character(" "))
    journey.wait("replicaset basket-")
    journey.press(.character("x"))
    journey.wait("container basket")
    journey.wait("secret payment-keys")
    journey.press(.character("/"))
    journey.type("payment-keys")
    journey.wait("1 of ")
    journey.wait("deployment basket")
    #expect(!journey.screen.contains("deployment catalogue"))
  }

  @Test func rightsAreShownAsAMatrixAndInReverse() throws {
    let journey = try DemoJourney(command: "pods market")
    journey.wait("1/1")
    journey.press(.character(":"))
    journey.type("can u:fulfil-developer")
    journey.wait("configmaps")
    journey.wait("fulfil")
    journey.wait("✓")
    journey.press(.character(":"))
    journey.type("who-can delete pods fulfil")
    journey.wait("user fulfil-developer")
    journey.wait("by rolebinding fulfil/developers, clusterrole edit")
  }

  @Test func aRefusalIsExplainedWithWhatToAskFor() throws {
    let journey = try DemoJourney(command: "secrets market", context: "demo-viewer")
    journey.wait("forbidden")
    journey.press(.character("w"))
    journey.wait("may not list secrets in market")
    journey.wait("an administrator allows it with")
    journey.wait("kubectl -n market create")
  }
}

extension DemoJourney {
  fileprivate func wait(_ text: String, orElse other: String) {
    wait(passing: 0, "'\(text)' or '\(other)'") { $0.screen.contains(text) || $0.screen.contains(other) }
  }
}
