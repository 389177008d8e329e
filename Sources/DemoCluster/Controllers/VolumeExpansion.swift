import Document

/// Claims that want to be larger than they are.
extension World {
  /// Begins to enlarge the volume of a claim, where its class allows it.
  func enlarge(claim: Object) {
    guard let spec = claim.json("spec"), let status = claim.json("status"), claim.meta.deletion == nil,
      status["conditions"].array.isEmpty, claim.isTooSmall,
      let kind = store[.storageClasses][
        ObjectKey(namespace: "", name: spec["storageClassName"].string ?? "")],
      kind.json("allowVolumeExpansion")?.bool == true,
      isRunning(provisioner: kind.json("provisioner")?.string ?? "")
    else { return }
    let handle = ObjectHandle(claim)
    let resizer = "external-resizer \(kind.json("provisioner")?.string ?? "")"
    let volume = spec["volumeName"].string ?? ""
    say("Resizing", "External resizer is resizing volume \(volume)", claim, by: resizer)
    setCondition("Resizing", nil, of: handle)
    after(dice.between(1.5...4)) { $0.enlargeVolume(of: handle, resizer) }
  }

  private func enlargeVolume(of handle: ObjectHandle, _ resizer: String) {
    guard let claim = claim(handle), let spec = claim.json("spec"),
      let volume = store[.volumes][ObjectKey(namespace: "", name: spec["volumeName"].string ?? "")],
      var own = volume.json("spec")
    else { return }
    own["capacity"]["storage"] = spec["resources"]["requests"]["storage"]
    store.put(.volumes, volume.meta, volume.replacing(["spec": own]), at: now)
    say("FileSystemResizeRequired", "Require file system resize of volume on node", claim, by: resizer)
    setCondition(
      "FileSystemResizePending",
      "Waiting for user to (re-)start a pod to finish file system resize of volume on node.", of: handle)
    after(dice.between(4...15)) { $0.enlargeFileSystem(of: handle) }
  }

  /// The kubelet of a pod that has the volume mounted does the rest.
  private func enlargeFileSystem(of handle: ObjectHandle) {
    guard let claim = claim(handle), var status = claim.json("status"), let spec = claim.json("spec") else {
      return
    }
    let user = pods(in: handle.key.namespace, nil).first { pod, state in
      state.sandbox?.isTrue == true && PodBody.claims(pod).contains(handle.key)
    }
    guard let user, let node = user.state.node else {
      after(15) { $0.enlargeFileSystem(of: handle) }
      return
    }
    status["capacity"]["storage"] = spec["resources"]["requests"]["storage"]
    status["conditions"] = .null
    let kept = JSON.object(JSONObject(status.members.filter { !$0.value.isNull }))
    let changed = store.put(.claims, claim.meta, claim.replacing(["status": kept]), at: now)
    let message =
      "MountVolume.NodeExpandVolume succeeded for volume \"\(spec["volumeName"].string ?? "")\" \(node.name)"
    recordPod(.normal, "FileSystemResizeSuccessful", message, user.object, by: .kubelet(node: node.name))
    record(
      .normal, "FileSystemResizeSuccessful", message, about: changed, as: ("PersistentVolumeClaim", "v1"),
      by: .kubelet(node: node.name))
  }

  private func claim(_ handle: ObjectHandle) -> Object? {
    store[.claims][handle.key].flatMap { $0.meta.uid == handle.uid && $0.meta.deletion == nil ? $0 : nil }
  }

  private func setCondition(_ type: String, _ message: String?, of handle: ObjectHandle) {
    guard let claim = claim(handle), var status = claim.json("status") else { return }
    var condition: JSON = [
      "type": .string(type), "status": "True", "lastProbeTime": .null,
      "lastTransitionTime": .string(World.timestamp(now.seconds)),
    ]
    if let message { condition["message"] = .string(message) }
    status["conditions"] = [condition]
    store.put(.claims, claim.meta, claim.replacing(["status": status]), at: now)
  }

  private func say(_ reason: String, _ message: String, _ claim: Object, by reporter: String) {
    record(
      .normal, reason, message, about: claim, as: ("PersistentVolumeClaim", "v1"), by: .controller(reporter))
  }
}

extension Object {
  /// Whether a claim asks for more than it has.
  fileprivate var isTooSmall: Bool {
    Amount.bytes(json("spec")?["resources"]["requests"]["storage"].string)
      > Amount.bytes(json("status")?["capacity"]["storage"].string)
  }
}
