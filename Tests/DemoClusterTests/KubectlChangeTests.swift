import Document
import Foundation
import TestSupport
import Testing

@testable import DemoCluster

/// kubectl changes things, and each command leaves the state that it should.
@Suite(.aside) struct KubectlChangeTests {
  private static let deployments = "/apis/apps/v1/namespaces/market/deployments"

  private static func manifest(image: String, replicas: Int = 2) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: sail
      labels: {app: sail}
    spec:
      replicas: \(replicas)
      selector: {matchLabels: {app: sail}}
      template:
        metadata: {labels: {app: sail}}
        spec:
          containers:
          - name: sail
            image: \(image)
            ports: [{containerPort: 80}]
    """
  }

  @Test func itCreates() throws {
    let cluster = try KubectlCluster()
    #expect(
      try cluster.run("create deployment sail --image=sail:1 --replicas=2")
        == "deployment.apps/sail created\n")
    #expect(try cluster.demo.get(KubectlChangeTests.deployments + "/sail")["spec"]["replicas"].int == 2)
    try cluster.run("create configmap chart --from-literal=depth=7")
    #expect(try cluster.run("get cm chart -o jsonpath={.data.depth}") == "7")
    try cluster.run("create secret generic key --from-literal=pin=1234")
    #expect(try cluster.run("get secret key -o jsonpath={.data.pin}") == "MTIzNA==")
    try cluster.run("create quota small --hard=pods=50,requests.cpu=20")
    #expect(try cluster.run("get quota small -o jsonpath={.spec.hard}").contains("\"pods\":\"50\""))
    try cluster.run("create job once --image=sail:1 -- echo ahoy")
    #expect(try cluster.run("get job once -o jsonpath={.spec.template.spec.restartPolicy}") == "Never")
    try cluster.run("create job again --from=cronjob/price-refresh -n platform")
    #expect(try cluster.run("get job again -n platform -o name") == "job.batch/again\n")
    try cluster.run("create namespace cove")
    #expect(try cluster.run("get ns cove -o jsonpath={.status.phase}") == "Active")
    for command in [
      "serviceaccount bosun", "role r --verb=get --resource=pods",
      "rolebinding b --role=r --serviceaccount=market:bosun",
      "clusterrole c --verb=get --resource=nodes", "clusterrolebinding d --clusterrole=c --user=x",
      "ingress i --rule=sail.example/=sail:80", "poddisruptionbudget p --selector=app=sail --min-available=1",
      "priorityclass first --value=10", "cronjob tick --image=sail:1 --schedule='*/5 * * * *'",
      "service clusterip plain --tcp=80:8080",
    ] {
      #expect(try cluster.run("create \(command)").hasSuffix(" created\n"), "\(command)")
    }
    #expect(try cluster.run("create token bosun").split(separator: ".").count == 3)
    let taken = try cluster.fail("create deployment sail --image=sail:1")
    #expect(taken.contains("deployments.apps \"sail\" already exists"))
  }

  @Test func itAppliesAndShowsDifferences() throws {
    let cluster = try KubectlCluster()
    let one = cluster.file("one.yaml", KubectlChangeTests.manifest(image: "sail:1"))
    #expect(try cluster.run("apply -f \(one)") == "deployment.apps/sail created\n")
    #expect(try cluster.run("apply -f \(one)") == "deployment.apps/sail unchanged\n")
    let two = cluster.file("two.yaml", KubectlChangeTests.manifest(image: "sail:2"))
    let diff = try TestSupport.run("kubectl", ["diff", "-f", two], environment: cluster.environment)
    #expect(diff.exit == .code(1))
    #expect(diff.output.contains("-      - image: sail:1\n+      - image: sail:2\n"))
    #expect(try cluster.run("apply -f \(two)") == "deployment.apps/sail configured\n")
    let sail = try cluster.demo.get(KubectlChangeTests.deployments + "/sail")
    #expect(sail.at("spec.template.spec.containers[0].image") == "sail:2")
    #expect(sail["metadata"]["generation"].int == 2)
    let bad = cluster.file("bad.yaml", KubectlChangeTests.manifest(image: "sail:3") + "\n        imagee: x\n")
    #expect(try cluster.fail("apply -f \(bad)").contains("strict decoding error: unknown field"))
    let dry = cluster.file("dry.yaml", KubectlChangeTests.manifest(image: "sail:4"))
    try cluster.run("apply --dry-run=server -f \(dry)")
    #expect(try cluster.run("get deploy sail -o jsonpath={..image}") == "sail:2")
    #expect(try cluster.run("delete -f \(two) --wait=false") == "deployment.apps \"sail\" deleted\n")
  }

  @Test func itAppliesOnTheServer() throws {
    let cluster = try KubectlCluster()
    let one = cluster.file("one.yaml", KubectlChangeTests.manifest(image: "sail:1", replicas: 1))
    #expect(try cluster.run("apply --server-side -f \(one)") == "deployment.apps/sail serverside-applied\n")
    let two = cluster.file("two.yaml", KubectlChangeTests.manifest(image: "sail:2", replicas: 1))
    let conflict = try cluster.fail("apply --server-side --field-manager=mate -f \(two)")
    #expect(
      conflict.contains(
        """
        Apply failed with 1 conflict: conflict with "kubectl": .spec.template.spec.containers[name="sail"].image
        """))
    try cluster.run("apply --server-side --field-manager=mate --force-conflicts -f \(two)")
    let managers = try cluster.run(
      "get deploy sail --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}")
    #expect(managers.contains("kubectl") && managers.contains("mate"))
    #expect(try cluster.run("get deploy sail -o jsonpath={..image}") == "sail:2")
  }

  @Test func itEditsThroughAnEditor() throws {
    let cluster = try KubectlCluster()
    try cluster.run("create configmap chart --from-literal=depth=7")
    let editor = cluster.file("editor", "#!/bin/sh\nsed -i 's/depth: \"7\"/depth: \"9\"/' \"$1\"\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor)
    #expect(try cluster.run("edit cm chart") == "configmap/chart edited\n")
    #expect(try cluster.run("get cm chart -o jsonpath={.data.depth}") == "9")
  }

  @Test func itPatchesInThreeWays() throws {
    let cluster = try KubectlCluster()
    try cluster.run("create deployment sail --image=sail:1")
    let image = "get deploy sail -o jsonpath={.spec.template.spec.containers[*].image}"
    try cluster.run(
      #"patch deploy sail -p '{"spec":{"template":{"spec":{"containers":[{"name":"sail","image":"sail:2"}]}}}}'"#
    )
    #expect(try cluster.run(image) == "sail:2")
    try cluster.run(
      #"patch deploy sail --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"sail:3"}]'"#
    )
    #expect(try cluster.run(image) == "sail:3")
    try cluster.run(#"patch deploy sail --type=merge -p '{"metadata":{"labels":{"flag":"red"}}}'"#)
    #expect(try cluster.run("get deploy -l flag=red -o name") == "deployment.apps/sail\n")
    #expect(
      try cluster.run(#"patch deploy sail --type=merge -p '{"metadata":{"labels":{"flag":"red"}}}'"#)
        == "deployment.apps/sail patched (no change)\n")
    try cluster.run(#"patch deploy sail --subresource=scale --type=merge -p '{"spec":{"replicas":3}}'"#)
    #expect(try cluster.run("get deploy sail -o jsonpath={.spec.replicas}") == "3")
  }

  @Test func itLabelsAnnotatesSetsAndScales() throws {
    let cluster = try KubectlCluster()
    try cluster.run("create deployment sail --image=sail:1")
    try cluster.run("label deploy sail flag=red")
    #expect(try cluster.fail("label deploy sail flag=blue").contains("already has a value (red)"))
    try cluster.run("label deploy sail flag-")
    #expect(try cluster.run("get deploy -l flag -o name") == "")
    try cluster.run("annotate deploy sail note=ahoy")
    #expect(try cluster.run("get deploy sail -o jsonpath={.metadata.annotations.note}") == "ahoy")
    try cluster.run("set image deploy/sail sail=sail:2")
    try cluster.run("set env deploy/sail A=B")
    try cluster.run("set resources deploy/sail --limits=memory=64Mi")
    let container = try cluster.demo.get(KubectlChangeTests.deployments + "/sail").at(
      "spec.template.spec.containers[0]")
    #expect(container["image"] == "sail:2" && container["env"][0]["value"] == "B")
    #expect(container["resources"]["limits"]["memory"] == "64Mi")
    try cluster.run("scale deploy/sail --replicas=4")
    #expect(try cluster.run("get deploy sail -o jsonpath={.spec.replicas}") == "4")
    #expect(
      try cluster.fail("scale deploy/sail --replicas=2 --current-replicas=9").contains(
        "Expected replicas to be 9"))
    try cluster.run("expose deploy/sail --port=80 --type=NodePort")
    let service = try cluster.demo.get("/api/v1/namespaces/market/services/sail")
    #expect(service["spec"]["clusterIP"].string?.hasPrefix("10.96.") == true)
    #expect((30_000...32_767).contains(service.at("spec.ports[0].nodePort").int ?? 0))
    try cluster.run("autoscale deploy/sail --min=1 --max=3 --cpu-percent=50")
    #expect(try cluster.run("get hpa sail -o jsonpath={.spec.maxReplicas}") == "3")
  }

  @Test func itTakesNodesOutOfUse() throws {
    let cluster = try KubectlCluster()
    #expect(try cluster.run("cordon harbour-2") == "node/harbour-2 cordoned\n")
    #expect(try cluster.run("get node harbour-2").contains("SchedulingDisabled"))
    try cluster.run("uncordon harbour-2")
    #expect(try !cluster.run("get node harbour-2").contains("SchedulingDisabled"))
    try cluster.run("taint node harbour-2 use=none:NoSchedule")
    #expect(try cluster.run("get node harbour-2 -o jsonpath={.spec.taints[*].key}") == "use")
    try cluster.run("taint node harbour-2 use=none:NoSchedule-")
    #expect(try cluster.run("get node harbour-2 -o jsonpath={.spec.taints}") == "")
  }

  @Test func itDeletesAsItIsTold() throws {
    let cluster = try KubectlCluster(isWall: true)
    try cluster.run(
      "create deployment sail --image=registry.dockside.example/market/basket:1.23.0 --replicas=1")
    try cluster.run("rollout status deploy/sail --timeout=60s")
    try cluster.run("wait --for=condition=Available deploy/sail --timeout=30s")
    try cluster.run("delete deploy sail --cascade=orphan")
    #expect(try cluster.run("get rs -l app=sail -o name").hasPrefix("replicaset.apps/sail-"))
    try cluster.run("delete rs -l app=sail --cascade=foreground --timeout=60s")
    try cluster.run("wait --for=delete pod -l app=sail --timeout=60s")
    try cluster.run("run buoy --image=registry.dockside.example/market/basket:1.23.0")
    try cluster.run("wait --for=condition=Ready pod/buoy --timeout=60s")
    try cluster.run("delete pod buoy --grace-period=1")
    #expect(try cluster.fail("get pod buoy").contains("pods \"buoy\" not found"))
    try cluster.run("create ns cove")
    try cluster.run("delete ns cove --timeout=60s")
    #expect(try cluster.fail("get ns cove").contains("namespaces \"cove\" not found"))
  }

  @Test func itSaysWhatIsWrong() throws {
    let cluster = try KubectlCluster()
    let bad = cluster.file(
      "bad.yaml",
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: Bad_Name}
      spec:
        containers:
        - {name: UPPER, image: ""}
        - {name: x, image: "y", ports: [{containerPort: 99999}], resources: {requests: {cpu: "2"}, limits: {cpu: "1"}}}
      """)
    let errors = try cluster.fail("create -f \(bad)")
    for line in [
      "The Pod \"Bad_Name\" is invalid: \n* metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain",
      "* spec.containers[0].name: Invalid value: \"UPPER\": a lowercase RFC 1123 label must",
      "* spec.containers[0].image: Required value\n",
      "* spec.containers[1].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive\n",
      "* spec.containers[1].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1\n",
    ] {
      #expect(errors.contains(line), "\(line) is missing in:\n\(errors)")
    }
    let selector = try cluster.fail(
      #"patch deploy basket --type=merge -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'"#)
    #expect(
      selector.contains("`selector` does not match template `labels`")
        && selector.contains("field is immutable"))
  }
}
