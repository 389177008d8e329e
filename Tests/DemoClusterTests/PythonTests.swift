import Document
import Foundation
import TestSupport
import Testing

@testable import DemoCluster

/// Debian's Python client, which shares no code with kubectl.
@Suite(.aside) struct PythonTests {
  private static let script = """
    import sys
    from kubernetes import client, config, watch
    config.load_kube_config(sys.argv[1])
    core, apps = client.CoreV1Api(), client.AppsV1Api()
    pods = core.list_namespaced_pod("market")
    print("listed", len(pods.items) > 5, all(p.status.phase for p in pods.items))
    print("paged", len(core.list_pod_for_all_namespaces(limit=5).items))
    try:
        for event in watch.Watch().stream(core.list_namespaced_pod, "market", resource_version="1", timeout_seconds=5):
            print("no 410")
    except client.exceptions.ApiException as error:
        print("watched", error.status)
    count = 0
    for event in watch.Watch().stream(core.list_namespaced_pod, "market"):
        count += 1
        if count == len(pods.items):
            break
    print("caught up", event["type"])
    print("patched", apps.patch_namespaced_deployment("basket", "market", {"spec": {"replicas": 4}}).spec.replicas)
    print("scaled", apps.patch_namespaced_deployment_scale("basket", "market", {"spec": {"replicas": 5}}).spec.replicas)
    made = core.create_namespaced_config_map(
        "market", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="py"), data={"a": "b"}))
    made.data["a"] = "c"
    print("replaced", core.replace_namespaced_config_map("py", "market", made).data["a"])
    try:
        core.replace_namespaced_config_map("py", "market", made)
    except client.exceptions.ApiException as error:
        print("refused", error.status)
    print("deleted", core.delete_namespaced_config_map("py", "market").status)
    """

  @Test func itListsWatchesThroughA410AndPatches() throws {
    let cluster = try KubectlCluster()
    let script = cluster.file("client.py", PythonTests.script)
    // The package serves Debian's Python, which need not be the first one on the path.
    let debian = "/usr/bin/python3"
    let python = FileManager.default.isExecutableFile(atPath: debian) ? debian : "python3"
    let result = try TestSupport.run(python, [script, cluster.directory.file("config")], environment: [:])
    #expect(
      result.output == """
        listed True True
        paged 5
        watched 410
        caught up ADDED
        patched 4
        scaled 5
        replaced c
        refused 409
        deleted Success

        """, "\(result.errors)")
  }
}
