import Cluster
import Document
import Kubernetes

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is wrong among 10,000 pods of which 500 are broken: all at once, and after one change.
extension Benchmark {
  static let diagnosis = Benchmark(name: "diagnosis") {
    let broken = 500
    // The others are well and were never restarted: every thirteenth of the list was, a moment ago, and would be examined.
    let pods = list(
      (0..<PodList.count).map { $0 < broken ? BrokenPod.text($0) : PodList.pod(13 * ($0 / 12) + 1 + $0 % 12) }
    )
    let sets = list((0..<BrokenPod.workloads).map(BrokenPod.replicaSet))
    let deployments = list((0..<BrokenPod.workloads).map(BrokenPod.deployment))
    let nodes = list((0..<120).map(BrokenPod.node))
    let diagnosis = OfflineDiagnosis(now: BrokenPod.now)
    let began = now(CLOCK_MONOTONIC)
    for (bytes, kind) in [
      (nodes, "v1/nodes"), (deployments, "apps/v1/deployments"), (sets, "apps/v1/replicasets"),
      (pods, "v1/pods"),
    ] {
      bytes.withUnsafeBytes { diagnosis.take(list: $0, of: kind) }
    }
    let read = now(CLOCK_MONOTONIC)
    let problems = diagnosis.board()
    let examined = now(CLOCK_MONOTONIC)
    // One pod of each of the four sorts.
    let brokenChanges = (4..<8).map { number in
      let change = Array(BrokenPod.text(number, restarts: 9).utf8)
      return medianSeconds {
        change.withUnsafeBytes { diagnosis.take(JSONSlice($0), of: "v1/pods") }
        _ = diagnosis.board()
      }
    }
    let healthy = Array(PodList.pod(900).utf8)
    let healthyChange = medianSeconds {
      healthy.withUnsafeBytes { diagnosis.take(JSONSlice($0), of: "v1/pods") }
      _ = diagnosis.board()
    }
    return
      "\(PodList.count) pods read into facts in \(milliseconds(read - began)), \(broken) broken ones examined and folded into "
      + "\(problems.count) problems in \(milliseconds(examined - read)); after a change of a broken pod (image, crash, memory, no node) "
      + "\(brokenChanges.map { milliseconds($0) }.joined(separator: ", ")), of another \(milliseconds(healthyChange))"
  }

  private static func list(_ items: [String]) -> [UInt8] {
    Array(#"{"kind":"List","apiVersion":"v1","metadata":{},"items":[\#(items.joined(separator: ","))]}"#.utf8)
  }
}

/// Pods that fail in four ways, twenty in each workload.
private enum BrokenPod {
  static let workloads = 25
  /// 2026-11-21T03:20:00Z
  static let now: Int64 = 1_795_231_200
  private static let time = "2026-11-21T03:10:00Z"

  static func text(_ number: Int, restarts: Int = 5) -> String {
    let workload = number % workloads
    let (name, image) = ("broken-\(workload)", "registry.example.com/team/broken-\(workload):9")
    let state: String
    var isScheduled = true
    switch workload % 4 {
    case 0:
      state =
        #""state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"\#(image)\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image \"\#(image)\": failed to resolve reference \"\#(image)\": \#(image): not found"}},"lastState":{},"restartCount":0"#
    case 1:
      state =
        #""state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 2m40s restarting failed container=app pod=\#(name)"}},"lastState":{"terminated":{"exitCode":1,"reason":"Error","startedAt":"\#(time)","finishedAt":"2026-11-21T03:18:30Z"}},"restartCount":\#(restarts)"#
    case 2:
      state =
        #""state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 2m40s restarting failed container=app pod=\#(name)"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","startedAt":"\#(time)","finishedAt":"2026-11-21T03:18:30Z"}},"restartCount":\#(restarts)"#
    default:
      state = ""
      isScheduled = false
    }
    let scheduled =
      isScheduled
      ? #"{"type":"PodScheduled","status":"True","lastTransitionTime":"\#(time)"}"#
      : #"{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/120 nodes are available: 120 Insufficient memory. preemption: 0/120 nodes are available: 120 No preemption victims found for incoming pod.","lastTransitionTime":"\#(time)"}"#
    let statuses =
      isScheduled
      ? #","containerStatuses":[{"name":"app","image":"\#(image)","imageID":"","ready":false,"started":false,\#(state)}]"#
      : ""
    let place = isScheduled ? #""nodeName":"node-\#(number % 120)","# : ""
    return
      #"{"metadata":{"name":"\#(name)-x2k-\#(number)","namespace":"team-\#(workload % 20)","uid":"broken-\#(number)","creationTimestamp":"\#(time)","labels":{"app":"\#(name)"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"\#(name)-x2k","uid":"set-\#(workload)","controller":true}]},"spec":{\#(place)"containers":[{"name":"app","image":"\#(image)","resources":{"requests":{"cpu":"100m","memory":"64Gi"},"limits":{"memory":"64Gi"}}}],"restartPolicy":"Always"},"status":{"phase":"\#(isScheduled ? "Running" : "Pending")","conditions":[\#(scheduled),{"type":"Ready","status":"False","reason":"ContainersNotReady","lastTransitionTime":"\#(time)"},{"type":"ContainersReady","status":"False","lastTransitionTime":"\#(time)"}]\#(statuses)}}"#
  }

  static func replicaSet(_ number: Int) -> String {
    #"{"metadata":{"name":"broken-\#(number)-x2k","namespace":"team-\#(number % 20)","uid":"set-\#(number)","creationTimestamp":"\#(time)","annotations":{"deployment.kubernetes.io/revision":"2"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"broken-\#(number)","uid":"deployment-\#(number)","controller":true}]},"spec":{"replicas":20,"selector":{"matchLabels":{"app":"broken-\#(number)"}},"template":{"metadata":{"labels":{"app":"broken-\#(number)"}},"spec":{"containers":[{"name":"app","image":"registry.example.com/team/broken-\#(number):9"}]}}},"status":{"replicas":20,"readyReplicas":0}}"#
  }

  static func deployment(_ number: Int) -> String {
    #"{"metadata":{"name":"broken-\#(number)","namespace":"team-\#(number % 20)","uid":"deployment-\#(number)","generation":2,"creationTimestamp":"\#(time)"},"spec":{"replicas":20,"selector":{"matchLabels":{"app":"broken-\#(number)"}},"template":{"metadata":{"labels":{"app":"broken-\#(number)"}},"spec":{"containers":[{"name":"app","image":"registry.example.com/team/broken-\#(number):9"}]}}},"status":{"observedGeneration":2,"replicas":20,"updatedReplicas":20,"unavailableReplicas":20,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"ReplicaSet has timed out progressing.","lastTransitionTime":"\#(time)"},{"type":"Available","status":"False","reason":"MinimumReplicasUnavailable","lastTransitionTime":"\#(time)"}]}}"#
  }

  static func node(_ number: Int) -> String {
    #"{"metadata":{"name":"node-\#(number)","uid":"node-\#(number)","creationTimestamp":"\#(time)"},"spec":{},"status":{"allocatable":{"cpu":"16","memory":"64Gi","pods":"250"},"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"\#(time)","lastHeartbeatTime":"2026-11-21T03:19:30Z"}]}}"#
  }
}
