import Document

/// One look at a PersistentVolumeClaim: finds or makes a volume for it, and lets it go when nobody uses it.
struct ClaimController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.claims][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  static let protection = "kubernetes.io/pvc-protection"

  func reconcile() {
    if object.meta.deletion != nil {
      letGo()
      return
    }
    let phase = object.json("status")?["phase"].string ?? ""
    if phase == "Bound" {
      world.enlarge(claim: object)
      return
    }
    if spec["storageClassName"].isNull, let name = world.defaultClass {
      world.edit(.claims, key) { meta, spec in
        spec["storageClassName"] = .string(name)
        if spec["volumeMode"].isNull { spec["volumeMode"] = "Filesystem" }
      }
      return
    }
    if phase.isEmpty { world.rewrite(.claims, object, status: Array("{\"phase\":\"Pending\"}".utf8)) }
    if bindToExisting() { return }
    let name = spec["storageClassName"].string ?? ""
    if name.isEmpty {
      wait(
        .normal, "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set")
    } else if let found = world.store[.storageClasses][ObjectKey(namespace: "", name: name)] {
      provision(found)
    } else {
      wait(.warning, "ProvisioningFailed", "storageclass.storage.k8s.io \"\(name)\" not found")
    }
  }

  private func wait(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    // It says so every quarter of a minute, whoever asks in between.
    if world.lookouts[object.meta.uid].map({ $0 > world.now }) ?? false { return }
    world.record(
      kind, reason, message, about: object, as: ("PersistentVolumeClaim", "v1"),
      by: .controller("persistentvolume-controller"))
    world.lookAgain(at: world.now + 15, .claim, object)
  }

  private func isSaid(_ reason: String) -> Bool {
    world.store[.events].range(namespace: key.namespace).contains { place in
      guard case .event(let body) = world.store[.events].objects[place].body else { return false }
      return body.regarding.uid == object.meta.uid && body.reason == reason
    }
  }

  // MARK: Volumes

  /// A volume that somebody made for claims like this one.
  private func bindToExisting() -> Bool {
    let wanted = Amount.bytes(spec["resources"]["requests"]["storage"].string)
    let name = spec["volumeName"].string
    let fitting = world.store[.volumes].objects.filter { volume in
      guard let own = volume.json("spec"), volume.meta.deletion == nil else { return false }
      if let name { return volume.meta.name == name }
      guard own["claimRef"].isNull || own["claimRef"]["name"].string == key.name else { return false }
      let phase = volume.json("status")?["phase"].string ?? "Available"
      let modes = own["accessModes"].array
      return phase == "Available"
        && own["storageClassName"].string ?? "" == spec["storageClassName"].string ?? ""
        && Amount.bytes(own["capacity"]["storage"].string) >= wanted
        && spec["accessModes"].array.allSatisfy(modes.contains)
    }
    guard let volume = fitting.min(by: { $0.capacity < $1.capacity }) else { return false }
    world.bind(claim: object, to: volume)
    return true
  }

  private func provision(_ storageClass: Object) {
    let provisioner = storageClass.json("provisioner")?.string ?? ""
    let waits = storageClass.json("volumeBindingMode")?.string == "WaitForFirstConsumer"
    let selected = object.meta.annotation("volume.kubernetes.io/selected-node")
    if waits && selected == nil {
      wait(
        .normal, "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
      return
    }
    if object.meta.annotation("volume.kubernetes.io/storage-provisioner") == nil {
      var meta = object.meta
      meta.setAnnotation("volume.beta.kubernetes.io/storage-provisioner", provisioner)
      meta.setAnnotation("volume.kubernetes.io/storage-provisioner", provisioner)
      world.store.put(.claims, meta, object.body, at: world.now)
    }
    // What was said while the claim waited for its consumer holds this back no longer.
    if waits, !isSaid("ExternalProvisioning") { world.lookouts[object.meta.uid] = nil }
    wait(
      .normal, "ExternalProvisioning",
      "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or manually by "
        + "the system administrator. If volume creation is delayed, please verify that the provisioner is "
        + "running and correctly registered.")
    guard world.isRunning(provisioner: provisioner) else { return }
    let uid = object.meta.uid
    world.after(world.dice.between(1.5...4)) { world in
      guard let claim = world.store[.claims][key], claim.meta.uid == uid, claim.meta.deletion == nil,
        claim.json("spec")?["volumeName"].string == nil
      else { return }
      world.makeVolume(for: claim, storageClass, provisioner)
    }
  }

  /// A claim stays as long as a pod uses it.
  private func letGo() {
    guard object.meta.finalizers.contains(ClaimController.protection), !world.isUsed(claim: key) else {
      return
    }
    var meta = object.meta
    meta.finalizers.removeAll { $0 == ClaimController.protection }
    if !meta.finalizers.isEmpty {
      world.store.put(.claims, meta, object.body, at: world.now)
      return
    }
    world.store.remove(.claims, key, at: world.now)
    world.release(volume: spec["volumeName"].string ?? "")
  }
}

extension Object {
  fileprivate var capacity: Int { Amount.bytes(json("spec")?["capacity"]["storage"].string) }
}

extension World {
  var defaultClass: String? {
    store[.storageClasses].objects.first {
      $0.meta.annotation("storageclass.kubernetes.io/is-default-class") == "true"
    }?.meta.name
  }

  /// The spec of a claim with what it did not say.
  func completed(claim spec: JSON) -> JSON {
    var spec = spec
    if spec["storageClassName"].isNull, let name = defaultClass { spec["storageClassName"] = .string(name) }
    if spec["volumeMode"].isNull { spec["volumeMode"] = "Filesystem" }
    return spec
  }

  /// Whether anything makes volumes of that kind.
  func isRunning(provisioner: String) -> Bool { !provisioner.hasPrefix("archive.") }

  func claimChanged(_ claim: Object) {
    if claim.json("status")?["phase"].string == "Bound" { retryUnschedulable() }
  }

  func isUsed(claim key: ObjectKey) -> Bool {
    pods(in: key.namespace, nil).contains { object, state in
      !state.isOver && PodBody.claims(object).contains(key)
    }
  }

  fileprivate func makeVolume(for claim: Object, _ storageClass: Object, _ provisioner: String) {
    let name = "pvc-\(claim.meta.uid)"
    let spec = claim.json("spec") ?? [:]
    let by = EventReporter.controller("\(provisioner)_csi-provisioner-0")
    record(
      .normal, "Provisioning",
      "External provisioner is provisioning volume for claim \"\(claim.meta.namespace)/\(claim.meta.name)\"",
      about: claim, as: ("PersistentVolumeClaim", "v1"), by: by)
    var meta = Meta(name: name, uid: dice.uid(), created: now.seconds)
    meta.annotations = [Pair("pv.kubernetes.io/provisioned-by", provisioner)]
    meta.finalizers = ["kubernetes.io/pv-protection"]
    let volume = make(
      .volumes, meta,
      [
        "spec": [
          "capacity": ["storage": spec["resources"]["requests"]["storage"]],
          "csi": [
            "driver": .string(provisioner), "fsType": "ext4",
            "volumeHandle": .string("vol-\(Dice.nameHash(name))"),
          ],
          "accessModes": spec["accessModes"],
          "persistentVolumeReclaimPolicy": storageClass.json("reclaimPolicy") ?? "Delete",
          "storageClassName": .string(storageClass.meta.name), "volumeMode": "Filesystem",
        ],
        "status": ["phase": "Available"],
      ])
    record(
      .normal, "ProvisioningSucceeded", "Successfully provisioned volume \(name)", about: claim,
      as: ("PersistentVolumeClaim", "v1"), by: by)
    bind(claim: claim, to: volume)
  }

  func bind(claim: Object, to volume: Object) {
    guard var own = volume.json("spec"), var wish = claim.json("spec") else { return }
    own["claimRef"] = [
      "kind": "PersistentVolumeClaim", "namespace": .string(claim.meta.namespace),
      "name": .string(claim.meta.name), "uid": .string(claim.meta.uid.description), "apiVersion": "v1",
      "resourceVersion": .string("\(claim.version)"),
    ]
    store.put(
      .volumes, volume.meta,
      volume.replacing([
        "spec": own,
        "status": ["phase": "Bound", "lastPhaseTransitionTime": .string(World.timestamp(now.seconds))],
      ]), at: now)
    guard let claim = store[.claims][claim.meta.key] else { return }
    var meta = claim.meta
    meta.setAnnotation("pv.kubernetes.io/bind-completed", "yes")
    meta.setAnnotation("pv.kubernetes.io/bound-by-controller", "yes")
    wish["volumeName"] = .string(volume.meta.name)
    store.put(
      .claims, meta,
      claim.replacing([
        "spec": wish,
        "status": [
          "phase": "Bound", "accessModes": own["accessModes"], "capacity": own["capacity"],
        ],
      ]), at: now)
  }

  /// The claim of a volume is gone.
  fileprivate func release(volume name: String) {
    let key = ObjectKey(namespace: "", name: name)
    guard let volume = store[.volumes][key] else { return }
    if volume.json("spec")?["persistentVolumeReclaimPolicy"].string == "Delete" {
      after(dice.between(1...3)) { $0.store.remove(.volumes, key, at: $0.now) }
    }
    store.put(
      .volumes, volume.meta,
      volume.replacing([
        "status": ["phase": "Released", "lastPhaseTransitionTime": .string(World.timestamp(now.seconds))]
      ]), at: now)
  }
}

extension PodBody {
  /// The claims that a pod mounts.
  static func claims(_ pod: Object) -> [ObjectKey] {
    guard case .pod(let body) = pod.body else { return [] }
    return body.state.template.claims.map {
      ObjectKey(
        namespace: pod.meta.namespace,
        name: $0.replacingMark(PodText.podNameMark, with: pod.meta.name))
    }
  }
}
