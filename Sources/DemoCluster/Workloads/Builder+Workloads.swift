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

  /// A ReplicaSet while its pods are made.
  struct Revision {
    let object: Object
    let template: PodTemplate
    let desired: Int

    var key: ObjectKey { object.meta.key }
    var owner: Owner {
      Owner(apiVersion: "apps/v1", kind: "ReplicaSet", name: key.name, uid: object.meta.uid)
    }
  }

  /// A Deployment with its revisions, the last of which has the pods.
  ///
  /// - Parameter stuck: how many pods of the newest revision there are while the one before still has the
  ///   rest.
  @discardableResult
  func deployment(
    _ name: String, _ namespace: String, replicas: Int, age: Age, releases: [Release], past: Past = .running,
    stuck: Int? = nil, change: (inout JSON) -> Void = { _ in }
  ) -> ObjectKey {
    let labels = [("app.kubernetes.io/name", name), ("app.kubernetes.io/managed-by", "Helm")]
    var meta = meta(
      name, namespace, age: age, labels: labels,
      annotations: [("meta.helm.sh/release-name", name), ("meta.helm.sh/release-namespace", namespace)],
      generation: releases.count)
    let newest = releases[releases.count - 1]
    meta = withManagers(meta, newest.template.json)
    meta.setAnnotation(DeploymentController.revisionKey, "\(releases.count)")
    if let cause = newest.cause { meta.setAnnotation("kubernetes.io/change-cause", cause) }
    var spec = deploymentSpec(name, replicas, newest.template)
    change(&spec)
    let object = world.store.put(
      .deployments, meta, .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    var revisions: [Revision] = []
    for (index, release) in releases.enumerated() {
      let isNewest = index == releases.count - 1
      let keeps = stuck != nil && index == releases.count - 2
      let desired = isNewest ? stuck ?? replicas : keeps ? replicas - (replicas / 4) : 0
      revisions.append(revision(index + 1, release, of: object, spec, desired: desired))
      if keeps { pods(of: revisions[index], past: .running, since: release.age) }
    }
    if let last = revisions.last { pods(of: last, past: past, since: newest.age) }
    settle(object, revisions, since: newest.age, isStuck: stuck != nil)
    return object.meta.key
  }

  func deploymentSpec(_ name: String, _ replicas: Int, _ template: TemplateSketch) -> JSON {
    [
      "replicas": .int(replicas), "selector": ["matchLabels": ["app": .string(name)]],
      "template": template.json,
      "strategy": [
        "type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "25%", "maxSurge": "25%"],
      ],
      "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
    ]
  }

  func revision(_ number: Int, _ release: Release, of deployment: Object, _ spec: JSON, desired: Int)
    -> Revision
  {
    var spec = spec
    spec["template"] = release.template.json
    var meta = deployment.meta
    meta.removeAnnotation("kubernetes.io/change-cause")
    if let cause = release.cause { meta.setAnnotation("kubernetes.io/change-cause", cause) }
    let object = world.makeReplicaSet(
      of: Object(meta, version: deployment.version, deployment.body),
      DeploymentSpec(spec, name: meta.name), revision: number, replicas: desired, created: time(release.age))
    let template = world.reading(replicaSet: object)?.template ?? PodTemplate([:], images: world.images)
    return Revision(object: object, template: template, desired: desired)
  }

  private func pods(of replicaSet: Revision, past: Past, since age: Age) {
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
    let labels = JSON.object(
      JSONObject(meta.labels.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "apps/v1", time: meta.created,
        fields: ManagedFields.encoded([
          "metadata": ["labels": labels],
          "spec": [
            "progressDeadlineSeconds": 0, "replicas": 0, "revisionHistoryLimit": 0, "selector": "",
            "strategy": ["rollingUpdate": ["maxSurge": "", "maxUnavailable": ""], "type": ""],
            "template": template,
          ],
        ])),
      FieldManager(
        name: "kube-controller-manager", apiVersion: "apps/v1", time: meta.created,
        fields: Builder.deploymentStatusFields, subresource: "status"),
    ]
    return meta
  }

  private static let deploymentStatusFields = ManagedFields.encoded([
    "metadata": ["annotations": ["deployment.kubernetes.io/revision": ""]],
    "status": [
      "availableReplicas": 0,
      "conditions": [["type": "Available", "status": ""], ["type": "Progressing", "status": ""]],
      "observedGeneration": 0, "readyReplicas": 0, "replicas": 0, "terminatingReplicas": 0,
      "updatedReplicas": 0,
    ],
  ])

  /// Writes the status that the controllers would have come to by now.
  func settle(_ deployment: Object, _ revisions: [Revision], since age: Age, isStuck: Bool) {
    var counts = DeploymentStatus.Counts()
    for revision in revisions {
      let count = world.family(revision.object.meta.uid).count
      counts.replicas += count.active
      counts.ready += count.ready
      counts.updated = count.active
      world.rewrite(
        .replicaSets, revision.object,
        status: ReplicaSetController.status(
          count, available: count.ready, generation: revision.object.meta.generation))
    }
    guard let spec = world.reading(deployment: deployment), let current = revisions.last else { return }
    counts.available = counts.ready
    counts.unavailable = max(0, max(spec.replicas, counts.replicas) - counts.ready)
    var status = DeploymentStatus(deployment)
    status.counts = counts
    status.observedGeneration = deployment.meta.generation
    let isAvailable = counts.ready >= spec.replicas - spec.maxUnavailable
    let isDone = counts.ready >= spec.replicas && !isStuck
    func say(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String, _ time: Int64) {
      status.conditions.set(
        type, isTrue ? "True" : "False", reason, message, at: time, hasUpdateTime: true)
    }
    let time = time(age)
    say(
      "Available", isAvailable, isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      "Deployment \(isAvailable ? "has" : "does not have") minimum availability.", time + 12)
    let name = current.key.name
    say(
      "Progressing", isDone, isDone ? "NewReplicaSetAvailable" : "ProgressDeadlineExceeded",
      isDone
        ? "ReplicaSet \"\(name)\" has successfully progressed."
        : "ReplicaSet \"\(name)\" has timed out progressing.", isDone ? time + 12 : time + 601)
    world.rewrite(.deployments, deployment, status: status.encoded())
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
    var full: JSON = ["replicas": .int(replicas)]
    for member in spec.members { full[member.key] = member.value }
    let set = world.store.put(
      .statefulSets, meta, .members([Object.Member(key: "spec", value: full.encoded())]), at: world.now)
    let revision = world.revision(of: set, spec["template"], kind: "StatefulSet", created: time(age))
    // The first one that does not get ready holds up the others.
    for index in 0..<(storage.isBound ? replicas : 1) {
      claim("data-\(name)-\(index)", namespace, app: name, age: age, storage)
      pod(index, of: set, full, revision, age: age, isBound: storage.isBound)
    }
    StatefulSetController(meta.key, world)?.writeStatus(current: revision, update: revision)
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

  private func pod(
    _ index: Int, of set: Object, _ spec: JSON, _ revision: String, age: Age, isBound: Bool
  ) {
    guard let template = world.template(ofSet: set, spec, revision) else { return }
    let name = "\(set.meta.name)-\(index)"
    let created = time(age) + Int64(index) * 30
    let owner = Owner(apiVersion: "apps/v1", kind: "StatefulSet", name: set.meta.name, uid: set.meta.uid)
    let labels = StatefulSetController.labels(set.meta.name, index)
    if isBound {
      runningPod(
        name, generateName: set.meta.name + "-", namespace: set.meta.namespace, template: template,
        owner: owner, extraLabels: labels,
        created: created + Int64(world.dice.below(Int(age.seconds / 3) + 1)))
      return
    }
    let pod = world.putPod(
      name, generateName: set.meta.name + "-", namespace: set.meta.namespace, template: template,
      owner: owner, extraLabels: labels, created: created,
      PodState(template, tokenSuffix: world.dice.suffix()))
    refusedBefore(ObjectHandle(pod), created: created)
  }

  func daemonSet(_ name: String, _ namespace: String, age: Age, template: TemplateSketch) {
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
    let set = world.store.put(
      .daemonSets, meta, .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    let revision = world.revision(of: set, spec["template"], kind: "DaemonSet", created: time(age))
    let hash = String(revision.dropFirst(name.utf8.count + 1))
    let pods = world.template(ofDaemonSet: set, spec, hash: hash)
    let owner = Owner(apiVersion: "apps/v1", kind: "DaemonSet", name: name, uid: set.meta.uid)
    for node in world.nodes where DaemonSetController.wants(node, pods).run {
      runningPod(
        "\(name)-\(world.dice.suffix())", generateName: name + "-", namespace: namespace, template: pods,
        owner: owner, created: time(age) + Int64(world.dice.below(Int(age.seconds / 2) + 1)), node: node)
    }
    world.rewrite(.daemonSets, set, status: DaemonSetController.status(set, hash, pods, world))
  }

  /// A Job that is over, with its pods.
  func finishedJob(_ job: Object, isComplete: Bool, seconds: Int64, code: Int = 0) {
    let spec = job.json("spec") ?? [:]
    let template = PodTemplate(spec["template"], images: world.images)
    let owner = Owner(apiVersion: "batch/v1", kind: "Job", name: job.meta.name, uid: job.meta.uid)
    let attempts = isComplete ? 1 : (spec["backoffLimit"].int ?? 6) + 1
    var started = job.meta.created
    for attempt in 0..<attempts {
      if attempt > 0 { started += seconds + 10 << Int64(attempt - 1) }
      var state = PodState(template, tokenSuffix: world.dice.suffix())
      let node = roomiestNode()
      place(&state, on: node, at: started)
      node.images.insert(template.containers[0].image)
      state.containers[0].begin(id: world.dice.next() | 1, at: started + 1, isReady: false)
      state.containers[0].state = .ended(
        Ending(
          exitCode: code, reason: code == 0 ? "Completed" : "Error", startedAt: started + 1,
          finished: Moment(seconds: started + seconds), id: state.containers[0].id))
      state.containers[0].hasStarted = false
      state.settlePhase(failedInit: false, at: started + seconds)
      state.updateReadiness(at: started + seconds)
      world.putPod(
        "\(job.meta.name)-\(world.dice.suffix())", generateName: job.meta.name + "-",
        namespace: job.meta.namespace, template: template, owner: owner, created: started, state)
    }
    var status = JobStatus([:])
    status.started = job.meta.created
    status.finish(
      isComplete: isComplete, isComplete ? "CompletionsReached" : "BackoffLimitExceeded",
      isComplete
        ? "Reached expected number of succeeded pods" : "Job has reached the specified backoff limit",
      at: started + seconds + 1)
    let pods = world.family(job.meta.uid).pods(world)
    var ledger = JobLedger()
    ledger.note(pods, JobRules(spec), at: world.now)
    status.take(JobTally(spec, pods, ledger))
    world.rewrite(.jobs, job, status: status.encoded())
  }

  func job(_ name: String, _ namespace: String, age: Age, backoffLimit: Int, template: TemplateSketch)
    -> Object
  {
    var meta = meta(name, namespace, age: age, labels: [("app", name)], generation: 1)
    let spec: JSON = ["backoffLimit": .int(backoffLimit), "template": template.json]
    meta.managers = [
      FieldManager(
        name: "kubectl-client-side-apply", apiVersion: "batch/v1", time: meta.created,
        fields: ManagedFields.encoded(["spec": spec]))
    ]
    let (full, body) = World.completed(job: meta, spec)
    return world.store.put(
      .jobs, full, .members([Object.Member(key: "spec", value: body.encoded())]), at: world.now)
  }

  /// A CronJob with the jobs that it has kept.
  func cronJob(
    _ name: String, _ namespace: String, age: Age, schedule: String, isSuspended: Bool = false,
    everySeconds: Int64, runSeconds: Int64, policy: String = "Forbid", template: TemplateSketch
  ) {
    let spec: JSON = [
      "schedule": .string(schedule), "concurrencyPolicy": .string(policy), "suspend": .bool(isSuspended),
      "jobTemplate": ["metadata": [:], "spec": ["backoffLimit": 2, "template": template.json]],
      "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
    ]
    var meta = meta(name, namespace, age: age, labels: [("app", name)], generation: 1)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "batch/v1", time: meta.created,
        fields: ManagedFields.encoded(["spec": spec]))
    ]
    let object = world.store.put(
      .cronJobs, meta, .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    var status = CronJobStatus([:])
    if !isSuspended, let schedule = CronSchedule(schedule) {
      for moment in schedule.moments(from: world.now - Double(everySeconds) * 5, until: world.now).suffix(3) {
        if moment + Double(runSeconds + 3) > world.now { continue }
        let job = world.makeJob(of: object, spec, at: moment, created: moment.seconds)
        finishedJob(job, isComplete: true, seconds: runSeconds)
        status.lastSchedule = moment.seconds
        status.lastSuccess = moment.seconds + runSeconds + 1
      }
    }
    world.rewrite(.cronJobs, object, status: status.encoded(namespace))
  }
}
