import Cluster
import Document

/// Why a volume of a pod could not be attached or mounted, read from an event.
///
/// Sources: pkg/volume/util/operationexecutor, pkg/controller/volume/attachdetach, mount(8), CSI drivers.
struct VolumeFailure {
  let rule: String
  /// Empty where there is no better sentence than that it cannot be mounted.
  let headline: String
  let verdict: Finding.Verdict
  /// The name the pod has for it; empty where the message does not tell.
  let volume: String
  /// The secret, the config map or the volume that is meant.
  let object: String
  private(set) var missing: Kind.ID?
  /// Whether it only says that time ran out.
  private(set) var isVague = false

  var isHopeless: Bool { verdict.isHopeless }

  /// nil for events about something else.
  init?(_ event: EventFact) {
    guard ["FailedMount", "FailedAttachVolume", "FailedMapVolume"].contains(event.reason) else { return nil }
    let said = Wording(event.message)
    let volume = said.quoted(behind: "for volume") ?? Self.listed(said)
    if event.reason == "FailedAttachVolume" {
      self.init(attaching: said, volume)
    } else if let found = VolumeFailure(missingIn: said, volume) {
      self = found
    } else {
      self.init(mounting: said, volume)
    }
  }

  private init(
    _ rule: String, _ headline: String, _ verdict: Finding.Verdict, volume: String, object: String = "",
    missing: Kind.ID? = nil, isVague: Bool = false
  ) {
    self.rule = rule
    self.headline = headline
    self.verdict = verdict
    self.volume = volume
    self.object = object
    self.missing = missing
    self.isVague = isVague
  }

  /// "unmounted volumes=[data logs]"
  private static func listed(_ said: Wording) -> String {
    guard let rest = said.behind("unmounted volumes=[") else { return "" }
    return String(rest.prefix { $0 != "]" && $0 != " " && $0 != "," })
  }

  // MARK: What is mounted is not there

  private init?(missingIn said: Wording, _ volume: String) {
    let tries = "the kubelet tries again for ever, and nothing makes it by itself"
    if said.has("references non-existent secret key", "references non-existent config key") {
      let isSecret = said.has("secret key")
      let key = said.word(behind: "secret key: ") ?? said.word(behind: "config key: ") ?? ""
      self.init(
        isSecret ? "secret-key-missing" : "configmap-key-missing",
        "key \(key) of volume \(volume) is not in its \(isSecret ? "secret" : "config map")",
        .hopeless(tries), volume: volume,
        object: key)
      return
    }
    for (phrase, noun, kind, rule) in [
      ("secret \"", "secret", "v1/secrets", "secret-missing"),
      ("configmap \"", "config map", "v1/configmaps", "configmap-missing"),
      ("secrets \"", "secret", "v1/secrets", "secret-missing"),
      ("configmaps \"", "config map", "v1/configmaps", "configmap-missing"),
    ] where said.has(phrase) && said.has("not found") {
      let name = said.behind(phrase).map { String($0.prefix { $0 != "\"" }) } ?? ""
      self.init(
        rule, "\(noun) \(name) is missing", .hopeless(tries), volume: volume, object: name, missing: kind)
      return
    }
    if said.has("serviceaccounts \""), said.has("not found") {
      let name = said.quoted(behind: "serviceaccounts") ?? ""
      self.init(
        "service-account-missing", "service account \(name) is missing", .hopeless(tries), volume: volume,
        object: name)
      return
    }
    if said.has("list of registered csi drivers", "does not contain driver") {
      let driver = said.word(behind: "driver name ") ?? said.word(behind: "contain driver ") ?? ""
      self.init(
        "csi-driver-missing", "the node has no CSI driver \(driver)",
        .unclear("it goes on when the driver's pod runs on that node"), volume: volume, object: driver)
      return
    }
    return nil
  }

  // MARK: Attaching

  private init(attaching said: Wording, _ volume: String) {
    if said.has("multi-attach") {
      let users = said.behind("used by pod(s) ").map { Wording.shortened(String($0), to: 60) }
      self.init(
        "volume-in-use",
        users.map { "its volume is still in use by pod \($0) on another node" }
          ?? "its volume is still attached to another node",
        .unclear("it goes on when the other pod has ended and its node has let the volume go"), volume: volume
      )
      return
    }
    if said.has("does not contain driver", "registered csi drivers"),
      let found = VolumeFailure(missingIn: said, volume)
    {
      self = found
      return
    }
    let cause = Wording.shortened(Self.cause(said.text), to: 90)
    let isGone = said.has("not found", "does not exist", "notfound")
    self.init(
      "volume-attach", "its volume cannot be attached: \(cause)",
      isGone ? .hopeless("what should be attached is not there") : .unclear("the controller tries again"),
      volume: volume,
      isVague: said.has("timed out waiting"))
  }

  // MARK: Mounting

  private init(mounting said: Wording, _ volume: String) {
    if said.has("failed to sync", "not registered") {
      self.init(
        "volume-mount", "", .heals("the kubelet has not yet read what is to be mounted"), volume: volume,
        isVague: true)
      return
    }
    let forms: [(phrases: [String], what: String, ground: String?)] = [
      (
        ["wrong fs type", "bad superblock", "unknown filesystem type", "fsck found errors"],
        "its file system cannot be read by the node", "the file system stays as it is"
      ),
      (["access denied by server"], "the file server refuses it to this node", "the server has to allow it"),
      (["hostpath type check failed"], "", "the node has no such path, or it is something else"),
      (
        ["path does not exist", "no such file or directory"], "the path does not exist",
        "nobody makes the path by itself"
      ),
      (
        ["connection refused", "no route to host", "connection timed out", "host is down"],
        "its server does not answer", nil
      ),
      (
        ["permission denied", "operation not permitted"], "permission denied",
        "rights do not change by trying again"
      ),
      (["no space left"], "no space left", nil),
      (["input/output error"], "input/output error: the disk is damaged", nil),
      (
        ["helper program"], "the node lacks the program that mounts this kind",
        "it has to be installed on the node"
      ),
    ]
    for form in forms where said.hasAny(form.phrases) {
      let what = form.what.isEmpty ? Wording.shortened(Self.cause(said.text), to: 80) : form.what
      self.init(
        "volume-mount", "volume \(volume) cannot be mounted: \(what)",
        form.ground.map { .hopeless($0) } ?? .unclear("the kubelet tries again until it can be mounted"),
        volume: volume)
      return
    }
    let isVague = said.has(
      "timed out waiting", "unable to attach or mount volumes", "context deadline exceeded")
    self.init(
      "volume-mount",
      "volume \(volume) cannot be mounted"
        + (isVague ? ": the time ran out" : ": \(Wording.shortened(Self.cause(said.text), to: 80))"),
      .unclear("the kubelet tries again"), volume: volume, isVague: isVague)
  }

  /// The fact at the end: behind "for volume "x" : " and the wrappings of gRPC.
  private static func cause(_ message: String) -> String {
    var text = message
    if let place = text.firstRange(of: "\" : ") { text = String(text[place.upperBound...]) }
    return KubeletMessage.cause(text)
  }
}

/// Why a pod's sandbox, its network above all, could not be made.
///
/// Source: pkg/kubelet/kuberuntime (FailedCreatePodSandBox), containerd and CRI-O, CNI plugins.
struct SandboxFailure {
  let rule: String
  let headline: String
  let ground: String
  var isHopeless = false
  /// Whether other pods on the node suffer from it.
  var isOfNode = true

  init(_ message: String) {
    let said = Wording(message)
    let plugin = said.quoted(behind: "plugin type=").map { " (\($0))" } ?? ""
    if said.has(
      "no ip addresses available", "failed to assign an ip address", "no available ip", "ip pool", "exhausted"
    ) {
      self.init(
        "network-addresses", "its node has no IP address left for pods\(plugin)",
        "addresses come free as other pods of the node end")
    } else if said.has("no runtime for", "runtimeclass", "runtime handler") {
      let name = said.quoted(behind: "no runtime for") ?? said.quoted(behind: "handler") ?? ""
      self.init(
        "runtime-class", "its node has no container runtime \(name)",
        "the runtime has to be set up on the node, or another class chosen")
      isHopeless = true
      isOfNode = false
    } else if said.has("sandbox image", "pause") && said.has("pull") {
      self.init(
        "sandbox-image", "its node cannot pull the image of the sandbox",
        "the node's registry for system images does not answer")
    } else if said.has(
      "cni", "network plugin", "networkpluginnotready", "setup network", "set up pod", "plugin type=")
    {
      let cause = KubeletMessage.cause(String(said.behind("failed (add): ") ?? Substring("")))
      self.init(
        "network-plugin",
        "the network of its node is not ready\(plugin)"
          + (cause.isEmpty ? "" : ": \(Wording.shortened(cause, to: 70))"),
        "it goes on when the network plugin works on that node")
    } else if said.has("context deadline exceeded", "deadlineexceeded", "is reserved for") {
      self.init(
        "runtime-slow", "the container runtime of its node does not answer in time",
        "the node or its disk is overloaded")
    } else {
      self.init(
        "sandbox", "its sandbox cannot be made: \(Wording.shortened(KubeletMessage.cause(message), to: 80))",
        "the kubelet tries again")
    }
  }

  private init(_ rule: String, _ headline: String, _ ground: String) {
    self.rule = rule
    self.headline = headline
    self.ground = ground
  }
}
