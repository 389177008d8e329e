import Cluster
import Document

/// What a rollout keeps of a pod: a workload may have thousands.
struct RolloutPod: Sendable, Hashable {
  var uid: String
  var name: String
  var ownerUID: String
  /// pod-template-hash or controller-revision-hash
  var hash: String
  var created: Int64
  var isReady: Bool
  /// When it last became ready, or no longer was.
  var readyChanged: Int64?
  /// By when it was to be gone.
  var deletion: Int64?
  var isOver: Bool
  /// As the pod's row tells it.
  var tone: Tone
  var status: String
  var why: String

  /// nil for bytes without a name.
  init?(_ object: JSONSlice) {
    let pod = PodBytes(object)
    guard let name = pod.metadata.name?.string, !name.isEmpty else { return nil }
    self.name = name
    uid = pod.metadata.uid?.string ?? name
    ownerUID = pod.metadata.ownerUID?.string ?? ""
    let labels = pod.metadata.labels
    hash = (labels?["pod-template-hash"] ?? labels?["controller-revision-hash"]).line
    created = object["metadata"]?["creationTimestamp"]?.epochSeconds ?? 0
    let ready = pod.conditions["Ready"]
    isReady = ready?.isTrue == true
    readyChanged = ready?.since
    deletion = pod.metadata.deletion?.epochSeconds
    isOver = pod.isOver
    let reading = PodStatus(pod)
    let health = PodHealth(pod: pod, status: reading).health
    (tone, why) = (health.tone, health.reason)
    status = reading.word.line
  }

  func isAvailable(minReadySeconds: Int, now: Int64) -> Bool {
    guard isReady, deletion == nil else { return false }
    return minReadySeconds == 0 || (readyChanged ?? now) + Int64(minReadySeconds) <= now
  }

  /// "2" of "redis-2"
  var ordinal: Int? { name.lastIndex(of: "-").flatMap { Int(name[name.index(after: $0)...]) } }

  /// A pod that merely starts is not worth a word for so long.
  private static let startSeconds: Int64 = 60

  /// It seems to need more than time.
  func isHeldUp(now: Int64) -> Bool {
    if let deletion { return deletion <= now }
    return switch tone {
    case .bad, .unknown: true
    case .pending where status != "Running": true
    default: !isReady && (readyChanged ?? created) + Self.startSeconds <= now
    }
  }

  /// Nobody but a person ends this state: the kubelet does not even try again, or can't succeed.
  var isHopeless: Bool { ["InvalidImageName", "ErrImageNeverPull"].contains(status) }
}

extension PodStatus.Word {
  /// As kubectl prints it.
  var line: String {
    switch self {
    case .text(let text): text.line
    case .fixed(let text): "\(text)"
    case .initText(let text): "Init:\(text.line)"
    case .initProgress(let done, let count): "Init:\(done)/\(count)"
    case .exit(let code, let signal, let isInit):
      (isInit ? "Init:" : "") + (signal != 0 ? "Signal:\(signal)" : "ExitCode:\(code)")
    }
  }
}
