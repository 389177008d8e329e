import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

/// kubectl is the judge: what it prints of the demo cluster.
@Suite(.aside) struct KubectlTests {
  @Test func itListsEveryKind() throws {
    let cluster = try KubectlCluster()
    let pods = try cluster.run("get pods -A")
    #expect(pods.hasPrefix("NAMESPACE     NAME  "))
    #expect(pods.contains("ImagePullBackOff") && pods.contains("CreateContainerConfigError"))
    #expect(try cluster.run("get pods -A -o wide").contains("NOMINATED NODE"))
    let several = try cluster.run("get deploy,svc,ing -A")
    #expect(several.contains("deployment.apps/storefront") && several.contains("service/storefront-public"))
    #expect(several.contains("ingress.networking.k8s.io/market"))
    let resources = try cluster.run("api-resources -o name --verbs=list")
    let names = resources.split(separator: "\n").map(String.init)
    #expect(names.count >= 35)
    let all = try cluster.run("get \(names.joined(separator: ",")) -A -o name")
    // What nothing in the demo cluster makes use of is served all the same.
    let empty = [
      "podtemplates", "replicationcontrollers", "ipaddresses", "certificatesigningrequests",
      "runtimeclasses",
      "csidrivers", "csistoragecapacities", "volumeattachments", "volumeattributesclasses",
    ]
    for name in names where !name.hasSuffix("resource.k8s.io") && !name.contains(".admissionregistration.") {
      // "networkpolicies" are of the kind "networkpolicy".
      let plural = String(name.split(separator: ".")[0])
      #expect(all.contains(plural.dropLast(3)) != empty.contains(plural), "\(name)")
    }
    #expect(try cluster.run("get certificates -n fulfil").hasPrefix("NAME             READY   SECRET"))
    #expect(try cluster.run("get promo -o wide").contains("autumn-anchors"))
    #expect(
      try cluster.run("get pods -A --chunk-size=9 --no-headers").split(separator: "\n").count
        == pods.split(separator: "\n").count - 1)
    #expect(try cluster.run("get deploy -o jsonpath={.items[*].metadata.name}").contains("basket catalogue"))
    #expect(try cluster.run("rollout history deploy/storefront").contains("release 3.14.2"))
  }

  @Test func itDescribesPodsAndWhatTheyBelongTo() throws {
    let cluster = try KubectlCluster()
    let name = try cluster.demo.get("/api/v1/namespaces/fulfil/pods?labelSelector=app=invoicing").names[0]
    let text = try cluster.run("describe pod -n fulfil \(name)")
    for line in [
      "    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137\n",
      "Controlled By:  ReplicaSet/invoicing-", "QoS Class:                   Burstable", "Warning  BackOff",
    ] {
      #expect(text.contains(line), "\(line) is missing in:\n\(text)")
    }
    let deployment = try cluster.run("describe deployment promo-banner")
    #expect(deployment.contains("Progressing    False   ProgressDeadlineExceeded"))
    #expect(deployment.contains("NewReplicaSet:   promo-banner-"))
    for kind in [
      "node harbour-2", "svc storefront", "hpa storefront", "ing market", "cm storefront-settings",
    ] {
      #expect(try cluster.run("describe \(kind)").contains("Name:"), "\(kind)")
    }
    #expect(try cluster.run("describe quota -n platform platform").contains("requests.cpu"))
    #expect(
      try cluster.run("describe job -n platform migrate-ledger").contains(
        "0 Active (0 Ready) / 0 Succeeded / 3 Failed"))
    #expect(try cluster.run("describe crd promotions.shop.dockside.example").contains("Printer Columns"))
  }

  @Test func itFollowsLogs() throws {
    let cluster = try KubectlCluster()
    let child = try ChildProcess(
      "kubectl", ["logs", "-f", "deploy/basket", "--tail=2"], environment: cluster.environment)
    #expect(waitUntil { child.output.split(separator: "\n").count >= 2 })
    cluster.demo.server.advance(seconds: 30)
    #expect(waitUntil { child.output.split(separator: "\n").count >= 20 })
    #expect(try cluster.run("logs -n fulfil deploy/orders -c schema-check").contains("listening"))
    #expect(
      try cluster.run("logs -n fulfil deploy/courier-gateway --previous").hasSuffix(
        "level=fatal msg=\"exiting\" code=1\n"))
  }

  @Test func itWatches() throws {
    let cluster = try KubectlCluster()
    let child = try ChildProcess(
      "kubectl", ["get", "pods", "-n", "platform", "-l", "app=price-refresh", "-w"],
      environment: cluster.environment)
    #expect(child.waitForOutput("NAME"))
    #expect(
      waitUntil {
        cluster.demo.server.advance(seconds: 1)
        return child.output.contains("ContainerCreating") && child.output.contains("1/1     Running")
          && child.output.split(separator: "\n").filter { $0.contains("Completed") }.count > 3
      })
  }

  @Test func itScalesDeletesAndAsks() throws {
    let cluster = try KubectlCluster()
    #expect(try cluster.run("scale deploy/basket --replicas=5") == "deployment.apps/basket scaled\n")
    cluster.demo.server.advance(seconds: 20)
    #expect(try cluster.run("get deploy basket").contains("5/5"))
    let name = try cluster.demo.get("/api/v1/namespaces/market/pods?labelSelector=app=reviews").names[0]
    #expect(try cluster.run("delete pod \(name) --wait=false").contains("deleted"))
    #expect(try cluster.run("auth can-i delete pods") == "yes\n")
    #expect(try cluster.run("auth whoami").contains("harbour-master"))
    #expect(try cluster.run("version").contains("Server Version: v1.36"))
  }
}
