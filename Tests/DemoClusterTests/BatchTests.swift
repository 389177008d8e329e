import Document
import Testing

@testable import DemoCluster

/// Jobs, and how they end.
@Suite(.aside) struct BatchTests {
  private func cluster() throws -> KubectlCluster {
    KubectlCluster(try Demo { $0.stories = ["wrong-selector"] })
  }

  /// - Parameter script: what the only container runs.
  private func job(_ name: String, _ spec: String, script: String) -> String {
    """
    ---
    apiVersion: batch/v1
    kind: Job
    metadata: {name: \(name), namespace: default}
    spec:
      \(spec)
      template:
        spec:
          restartPolicy: Never
          containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "\(script)"]}]
    """
  }

  private func conditions(_ cluster: KubectlCluster, _ job: String) throws -> [String] {
    try cluster.demo.get("/apis/batch/v1/namespaces/default/jobs/\(job)")["status"]["conditions"].array
      .map { "\($0["type"].string ?? "") \($0["reason"].string ?? ""): \($0["message"].string ?? "")" }
  }

  @Test func aRuleEndsTheJobAtOnce() throws {
    let cluster = try cluster()
    let rules = """
      podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}
      """
    try cluster.apply(job("strict", rules, script: "exit 42"))
    cluster.demo.server.advance(seconds: 30)
    let pods = try cluster.demo.get("/api/v1/namespaces/default/pods")["items"].array
    let name = pods.first?["metadata"]["name"].string ?? ""
    let why =
      "PodFailurePolicy: Container main for pod default/\(name) failed with exit code 42 matching FailJob rule at index 0"
    #expect(try conditions(cluster, "strict") == ["FailureTarget \(why)", "Failed \(why)"])
    #expect(pods.count == 1)
  }

  @Test func eachIndexFailsForItself() throws {
    let cluster = try cluster()
    let spec = "{completions: 2, parallelism: 2, completionMode: Indexed, backoffLimitPerIndex: 1}"
      .dropFirst().dropLast().split(separator: ", ").joined(separator: "\n  ")
    try cluster.apply(job("shards", spec, script: "exit 1"))
    cluster.demo.server.advance(seconds: 60)
    let job = try cluster.demo.get("/apis/batch/v1/namespaces/default/jobs/shards")
    #expect(job["status"]["failedIndexes"] == "0,1" || job["status"]["failedIndexes"] == "0-1")
    #expect(job["status"]["failed"].int == 4)
    #expect(try conditions(cluster, "shards").last == "Failed FailedIndexes: Job has failed indexes")
    let pod = try cluster.demo.get(
      "/api/v1/namespaces/default/pods?labelSelector=batch.kubernetes.io/job-completion-index=1")["items"][0]
    #expect(pod["spec"]["hostname"] == "shards-1")
    #expect(pod["spec"]["containers"][0]["env"][0]["name"] == "JOB_COMPLETION_INDEX")
  }

  @Test func podsThatAreGoneStillCount() throws {
    let cluster = try cluster()
    try cluster.apply(
      job("done", "completions: 2", script: "true")
        + "\n" + job("cut", "activeDeadlineSeconds: 10", script: "sleep 300"))
    cluster.demo.server.advance(seconds: 60)
    try cluster.run("delete pods -n default -l job-name=done")
    cluster.demo.server.advance(seconds: 10)
    #expect(try cluster.run("get job -n default done --no-headers").contains("Complete   2/2"))
    // A pod that the job's deadline ends has failed, and the job is over when it has stopped.
    #expect(
      try cluster.run("describe job -n default cut").contains("0 Active (0 Ready) / 0 Succeeded / 1 Failed"))
    #expect(try conditions(cluster, "cut").count == 2)
  }
}
