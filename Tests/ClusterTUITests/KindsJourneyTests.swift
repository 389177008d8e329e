import Cluster
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// Ways through kinds on the demo cluster: what enter and the letters open.
@Suite(.serialized) struct KindsJourneyTests {
  @Test func releasesOfHelmAreReadFromLabelsAndOpenedOneAtATime() throws {
    let journey = try DemoJourney(command: "helm platform")
    for chart in ["ingress-nginx-4.14.0", "cert-manager-1.18.1", "mailer-1.3.1"] { journey.wait(chart) }
    let row = try #require(journey.screen.split(separator: "\n").first { $0.contains("mailer") })
    #expect(row.split(separator: " ").dropFirst().prefix(4) == ["mailer", "2", "deployed", "mailer-1.3.1"])
    // No list brought what a Secret holds.
    let lists = journey.tap.requests.filter { $0.contains("/secrets?") && $0.contains("owner") }
    #expect(!lists.isEmpty)
    #expect(
      journey.tap.requests.filter { $0.contains("/secrets/sh.helm") }.count == 3, "one for each release")

    journey.press(.character("G"), .enter)
    journey.wait("superseded")
    journey.wait("mailer > revisions")
    journey.wait("Install complete")
    journey.press(.enter)
    journey.wait("revision 2: deployed")
    journey.wait("Deployment mailer")
    journey.press(.character("v"))
    journey.wait("smtp.dockside.example")
    #expect(!journey.screen.contains("kT9-vQ2x"), "a password is masked")
    journey.press(.character("v"))
    journey.wait("metrics: true")
    journey.press(.character("x"))
    journey.wait("kT9-vQ2x_Lw8zRb4")
    journey.press(.character("m"))
    journey.wait("mailer/templates/deployment.yaml")
    journey.press(.character("o"))
    journey.wait("is on its way")
  }

  @Test func workloadsOfAllKindsActAsTheirOwnKind() throws {
    let journey = try DemoJourney(command: "workload platform")
    for word in ["StatefulSet", "Deployment", "DaemonSet", "CronJob", "Job "] { journey.wait(word) }
    journey.wait(passing: 0, "all lists") { $0.session.isIdle }
    #expect(!journey.screen.contains(" Pod "), "pods that others made are not told of beside them")
    journey.type("/mailer")
    journey.press(.enter)
    journey.wait("mailer > pods")
    journey.press(.escape)
    journey.press(.character("R"))
    journey.wait("mailer > rollout")
    journey.press(.escape, .escape)
    journey.type("/price-refresh")
    journey.press(.enter)
    journey.wait("price-refresh > jobs")
  }

  @Test func theEventsOfADeploymentAreThoseOfItsPodsAndEachIsReadInFull() throws {
    let journey = try DemoJourney(story: "bad-image", command: "deploy market /storefront")
    journey.wait("storefront", passing: 2)
    journey.wait(passing: 5, "a failed pull") { journey in
      journey.session.world.rows(Query("apps/v1/deployments", namespaces: ["market"])) != nil
        && journey.tap.requests.count > 3
    }
    journey.press(.character("E"))
    journey.wait("Failed", passing: 5)
    journey.wait("pods, storefront-")
    journey.wait("deployment/storefront")
    journey.wait("replicaset/storefront-")
    journey.press(.control("z"))
    journey.wait(passing: 0, "warnings alone") { !$0.screen.contains("Normal") }
    journey.type("/pull")
    journey.press(.enter)
    journey.wait("What happened to it, the newest first:")
    journey.wait("Told by")
  }

  @Test func aServiceLeadsToItsEndpointsAndThoseToThePods() throws {
    let journey = try DemoJourney(command: "svc platform /mailer")
    journey.wait("2/2")
    journey.press(.character("z"))
    journey.wait("mailer > endpointslices")
    journey.wait("mailer-")
    journey.press(.enter)
    journey.wait("> pods")
    journey.wait("mailer-")
    journey.press(.escape, .escape, .escape, .character("F"))
    journey.wait("mailer:80")
  }

  @Test func aClaimLeadsToItsVolumeAndThatToItsClass() throws {
    let journey = try DemoJourney(command: "pvc platform /data-sessions-0")
    journey.wait("Bound")
    journey.press(.enter)
    journey.wait("> persistentvolumes")
    journey.wait("pvc-")
    journey.press(.enter)
    journey.wait("> storageclasses")
    journey.wait("csi.dockside.example")
  }

  @Test func anAutoscalerLeadsToWhatItScales() throws {
    let journey = try DemoJourney(command: "hpa market")
    journey.wait("Deployment/")
    journey.press(.enter)
    journey.wait("> deployments")
    journey.wait("UP-TO-DATE")
    journey.press(.enter)
    journey.wait("> pods")
  }
}
