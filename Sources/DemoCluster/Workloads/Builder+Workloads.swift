import Document

extension Builder {
  /// One template in the life of a workload.
  struct Release {
    let template: TemplateSketch
    let age: Age
    var cause: String?
  }

  /// What the pods of a ReplicaSet have been doing.
  enum Past {
    case running
    case crashing(restarts: Int, Crash)
    case imageless(attempts: Int)
    case unconfigured
    case unschedulable
  }

  /// A Deployment with its revisions, the last of which has the pods.
  ///
  /// - Parameter stuck: how many pods of the newest revision there are while the one before still has the
  ///   rest.
  @discardableResult
  func deployment(
    _ name: String, _ namespace: String, replicas: Int, age: Age, releases: [Release], past: Past = .running,
    stuck: Int? = nil, patienceSeconds: Double = 0.15
  ) -> DeploymentState {
    let labels = [("app.kubernetes.io/name", name), ("app.kubernetes.io/managed-by", "Helm")]
    var meta = meta(
      name, namespace, age: age, labels: labels,
      annotations: [("meta.helm.sh/release-name", name), ("meta.helm.sh/release-namespace", namespace)],
      generation: releases.count)
    let newest = releases[releases.count - 1]
    meta = withManagers(meta, newest.template.json)
    let deployment = DeploymentState(
      meta, selector: [Pair("app", name)], replicas: replicas, template: releases[0].template.json,
      patienceSeconds: patienceSeconds, world)
    for (index, release) in releases.enumerated() {
      let isNewest = index == releases.count - 1
      let keeps = stuck != nil && index == releases.count - 2
      let desired = isNewest ? stuck ?? replicas : keeps ? replicas - (replicas / 4) : 0
      deployment.revise(
        release.template.json, cause: release.cause, created: time(release.age), desired: desired, world)
      if keeps { pods(of: deployment.current, past: .running, since: release.age) }
    }
    pods(of: deployment.current, past: past, since: newest.age)
    settle(deployment, since: newest.age, isStuck: stuck != nil)
    return deployment
  }

  private func pods(of replicaSet: ReplicaSetState, past: Past, since age: Age) {
    for index in 0..<replicaSet.desired {
      // Pods of one age are rare: nodes are drained, pods evicted.
      let share = index == 0 ? 1 : world.dice.between(0.15...1)
      let created = world.now.seconds - max(40, Int64(Double(age.seconds) * share)) + Int64(index)
      switch past {
      case .running:
        runningPod(
          "\(replicaSet.key.name)-\(world.dice.suffix())", generateName: replicaSet.key.name + "-",
          namespace: replicaSet.key.namespace, template: replicaSet.template, owner: replicaSet.owner,
          created: created)
      case .crashing(let restarts, let crash):
        crashLoopingPod(replicaSet, created: created, restarts: restarts - index * 3, crash)
      case .imageless(let attempts): imagelessPod(replicaSet, created: created, attempts: attempts)
      case .unconfigured: unconfiguredPod(replicaSet, created: created)
      case .unschedulable: unschedulablePod(replicaSet, created: created)
      }
    }
  }

  /// Says who set what of a Deployment.
  func withManagers(_ meta: Meta, _ template: JSON) -> Meta {
    var meta = meta
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "apps/v1", time: meta.created,
        fields: DeploymentState.fields(labels: meta.labels, template: template)),
      FieldManager(
        name: "kube-controller-manager", apiVersion: "apps/v1", time: meta.created,
        fields: DeploymentState.statusFields, subresource: "status"),
    ]
    return meta
  }

  func settle(_ deployment: DeploymentState, since age: Age, isStuck: Bool) {
    let ready = deployment.replicaSets.reduce(0) { $0 + $1.family.count.ready }
    let time = time(age)
    let isAvailable = ready >= deployment.replicas - deployment.maxUnavailable
    let name = deployment.current.key.name
    deployment.backdate(
      available: DeploymentState.Condition(
        isTrue: isAvailable, updated: time + 12, since: time + 12,
        reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: "Deployment \(isAvailable ? "has" : "does not have") minimum availability."),
      progressing: ready >= deployment.replicas && !isStuck
        ? DeploymentState.Condition(
          isTrue: true, updated: time + 12, since: time, reason: "NewReplicaSetAvailable",
          message: "ReplicaSet \"\(name)\" has successfully progressed.")
        : DeploymentState.Condition(
          isTrue: false, updated: time + 601, since: time + 601, reason: "ProgressDeadlineExceeded",
          message: "ReplicaSet \"\(name)\" has timed out progressing."),
      lastProgress: Moment(seconds: time))
    for replicaSet in deployment.replicaSets { replicaSet.write(world) }
    deployment.write(world)
  }

  // MARK: Other workloads

  /// What the pods of a StatefulSet keep their data on.
  struct Storage {
    let size, storageClass: String
    /// Whether volumes were made for its claims.
    var isBound = true
  }

  func statefulSet(
    _ name: String, _ namespace: String, replicas: Int, age: Age, template: TemplateSketch, storage: Storage
  ) {
    let spec = statefulSetSpec(name, template, storage)
    var meta = meta(name, namespace, age: age, labels: [("app", name)], generation: 1)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "apps/v1", time: meta.created, fields: ManagedFields.encoded(["spec": spec])
      ),
      FieldManager(
        name: "kube-controller-manager", apiVersion: "apps/v1", time: meta.created,
        fields: ManagedFields.encoded([
          "status": ["availableReplicas": 0, "currentRevision": "", "readyReplicas": 0, "replicas": 0]
        ]), subresource: "status"),
    ]
    let set = StatefulSetState(meta, spec: spec, replicas: replicas, world)
    // The first one that does not get ready holds up the others.
    for index in 0..<(storage.isBound ? replicas : 1) {
      claim("data-\(name)-\(index)", namespace, app: name, age: age, storage)
      pod(index, of: set, age: age, isBound: storage.isBound)
    }
    set.write(world)
    revision(of: set.owner, namespace, name: set.revisionHash, age: age, template.json)
  }

  private func statefulSetSpec(_ name: String, _ template: TemplateSketch, _ storage: Storage) -> JSON {
    let claim: JSON = [
      "kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": ["name": "data"],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(storage.size)]],
        "storageClassName": .string(storage.storageClass), "volumeMode": "Filesystem",
      ],
      "status": ["phase": "Pending"],
    ]
    return [
      "selector": ["matchLabels": ["app": .string(name)]], "template": template.json,
      "volumeClaimTemplates": [claim], "serviceName": .string(name), "podManagementPolicy": "OrderedReady",
      "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]],
      "revisionHistoryLimit": 10,
      "persistentVolumeClaimRetentionPolicy": ["whenDeleted": "Retain", "whenScaled": "Retain"],
    ]
  }

  private func pod(_ index: Int, of set: StatefulSetState, age: Age, isBound: Bool) {
    let name = "\(set.key.name)-\(index)"
    let created = time(age) + Int64(index) * 30
    if isBound {
      runningPod(
        name, generateName: set.key.name + "-", namespace: set.key.namespace, template: set.template,
        owner: set.owner, extraLabels: set.labels(index: index),
        created: created + Int64(world.dice.below(Int(age.seconds / 3) + 1)))
      return
    }
    let pod = world.putPod(
      name, generateName: set.key.name + "-", namespace: set.key.namespace, template: set.template,
      owner: set.owner, extraLabels: set.labels(index: index), created: created,
      PodState(set.template, tokenSuffix: world.dice.suffix()))
    refusedBefore(ObjectHandle(pod), created: created)
  }

  /// The ControllerRevision that a set keeps of its template.
  private func revision(of owner: Owner, _ namespace: String, name: String, age: Age, _ template: JSON) {
    var meta = meta(name, namespace, age: age, labels: [("controller.kubernetes.io/hash", name)])
    meta.owners = [owner]
    var replaced = template
    replaced["$patch"] = "replace"
    put(
      StoreKey("controllerrevisions", "apps"), meta, api: "apps/v1", manager: "kube-controller-manager",
      ["data": ["spec": ["template": replaced]], "revision": 1])
  }

  @discardableResult
  func daemonSet(_ name: String, _ namespace: String, age: Age, template: TemplateSketch) -> DaemonSetState {
    let spec: JSON = [
      "selector": ["matchLabels": ["app": .string(name)]], "template": template.json,
      "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1, "maxSurge": 0]],
      "revisionHistoryLimit": 10,
    ]
    var meta = meta(
      name, namespace, age: age, labels: [("app", name)],
      annotations: [("deprecated.daemonset.template.generation", "1")], generation: 1)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "apps/v1", time: meta.created, fields: ManagedFields.encoded(["spec": spec])
      ),
      FieldManager(
        name: "kube-controller-manager", apiVersion: "apps/v1", time: meta.created,
        fields: ManagedFields.encoded([
          "status": ["currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0]
        ]), subresource: "status"),
    ]
    let set = DaemonSetState(meta, spec: spec, world)
    for node in set.nodes(world) {
      runningPod(
        "\(name)-\(world.dice.suffix())", generateName: name + "-", namespace: namespace,
        template: set.template,
        owner: set.owner, created: time(age) + Int64(world.dice.below(Int(age.seconds / 2) + 1)), node: node)
    }
    set.write(world)
    revision(of: set.owner, namespace, name: "\(name)-\(set.template.hash)", age: age, template.json)
    return set
  }

  /// A Job that is over, with its pods.
  func finishedJob(
    _ job: JobState, isComplete: Bool, seconds: Int64, code: Int = 0
  ) {
    let attempts = isComplete ? 1 : job.backoffLimit + 1
    var started = job.meta.created
    for attempt in 0..<attempts {
      if attempt > 0 { started += seconds + 10 << Int64(attempt - 1) }
      var state = PodState(job.template, tokenSuffix: world.dice.suffix())
      let node = roomiestNode()
      place(&state, on: node, at: started)
      node.images.insert(job.template.containers[0].image)
      state.containers[0].begin(id: world.dice.next() | 1, at: started + 1, isReady: false)
      state.containers[0].state = .ended(
        Ending(
          exitCode: code, reason: code == 0 ? "Completed" : "Error", startedAt: started + 1,
          finished: Moment(seconds: started + seconds), id: state.containers[0].id))
      state.containers[0].hasStarted = false
      state.settlePhase(failedInit: false, at: started + seconds)
      state.updateReadiness(at: started + seconds)
      _ = world.putPod(
        "\(job.key.name)-\(world.dice.suffix())", generateName: job.key.name + "-",
        namespace: job.key.namespace,
        template: job.template, owner: job.owner, created: started, state)
    }
    job.backdate(endedAt: started + seconds + 1, isComplete: isComplete)
    job.write(world)
  }

  func job(_ name: String, _ namespace: String, age: Age, backoffLimit: Int, template: TemplateSketch)
    -> JobState
  {
    var meta = meta(name, namespace, age: age, labels: [("app", name)], generation: 1)
    let spec: JSON = ["backoffLimit": .int(backoffLimit), "template": template.json]
    meta.managers = [
      FieldManager(
        name: "kubectl-client-side-apply", apiVersion: "batch/v1", time: meta.created,
        fields: ManagedFields.encoded(["spec": spec]))
    ]
    return JobState(meta, spec: spec, world)
  }

  /// A CronJob with the jobs that it has kept.
  func cronJob(
    _ name: String, _ namespace: String, age: Age, schedule: String, isSuspended: Bool = false,
    everySeconds: Int64,
    runSeconds: Int64, template: TemplateSketch
  ) {
    let spec: JSON = [
      "schedule": .string(schedule), "concurrencyPolicy": "Forbid", "suspend": .bool(isSuspended),
      "jobTemplate": ["metadata": [:], "spec": ["backoffLimit": 2, "template": template.json]],
      "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
    ]
    var meta = meta(name, namespace, age: age, labels: [("app", name)], generation: 1)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "batch/v1", time: meta.created,
        fields: ManagedFields.encoded(["spec": spec]))
    ]
    let cron = CronJobState(meta, spec: spec, world)
    if !isSuspended {
      for moment in cron.runs(since: world.now - Double(everySeconds) * 5, world).suffix(3) {
        if moment + Double(runSeconds + 3) > world.now { continue }
        let job = cron.make(world, at: moment)
        finishedJob(job, isComplete: true, seconds: runSeconds)
        cron.finished.append((job, true))
        cron.lastSchedule = moment.seconds
        cron.lastSuccess = moment.seconds + runSeconds + 1
      }
    }
    cron.write(world)
    world.cronJobs.append(cron)
    cron.begin(world)
  }
}

extension DeploymentState {
  /// Takes up a template while the world is built.
  func revise(_ template: JSON, cause: String?, created: Int64, desired: Int, _ world: World) {
    setTemplate(template, cause: cause)
    addRevision(created: created, desired: desired, world)
  }
}
