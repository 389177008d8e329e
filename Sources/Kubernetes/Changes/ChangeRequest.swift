import Cluster
import Document
import HTTP

/// A change as the request that kubectl sends for it.
struct ChangeRequest: Sendable, Hashable {
  var method: String
  var path: String
  var query: [QueryItem] = []
  var contentType = "application/json"
  var body: JSON

  static let jsonPatch = "application/json-patch+json"
  static let mergePatch = "application/merge-patch+json"
  static let strategicPatch = "application/strategic-merge-patch+json"

  /// Why there is no such request for this object, in words for a person.
  struct Impossible: Error, Hashable {
    var why: String
    /// The object is already so.
    var isDone = false
  }

  /// The same without effect: the server answers with what would be (Kubernetes API Concepts, "Dry-run").
  var dryRun: ChangeRequest {
    var request = self
    if method == "DELETE" {
      request.body["dryRun"] = ["All"]
      // Where a gateway drops the bodies of deletions, trying must not be doing.
      request.query.append(QueryItem("dryRun", "All"))
    } else if isEviction {
      request.body["deleteOptions"]["dryRun"] = ["All"]
    } else {
      request.query.insert(QueryItem("dryRun", "All"), at: 0)
    }
    return request
  }

  /// The same for this object in this state and no other: the server answers 409 where it has become another.
  func bound(to object: JSON) -> ChangeRequest {
    var request = self
    let metadata = object["metadata"]
    switch (method, contentType) {
    case ("DELETE", _): request.body["preconditions"] = ["uid": metadata["uid"]]
    case ("PATCH", Self.jsonPatch):
      request.body = .array(
        body.array + [
          ["op": "replace", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]]
        ])
    case ("PATCH", _): request.body["metadata"]["resourceVersion"] = metadata["resourceVersion"]
    default:
      if isEviction { request.body["deleteOptions"]["preconditions"] = ["uid": metadata["uid"]] }
    }
    return request
  }

  private var isEviction: Bool { body["kind"].string == "Eviction" }

  var http: Request {
    var request = Request(method: method, path: path)
    request.query = query
    request.headers = [Header("Content-Type", contentType), Header("Accept", "application/json")]
    request.body = body.encoded()
    request.maxBytes = 64 << 20
    return request
  }

  // MARK: From a change

  /// - Parameters:
  ///   - base: the object as it is.
  ///   - revision: for a rollback, the ReplicaSet or ControllerRevision that keeps the template.
  ///   - now: seconds since 1970.
  static func make(
    _ change: Change, base: JSON, revision: JSON = .null, now: Int64
  ) throws(Impossible) -> ChangeRequest {
    let target = change.target
    let path = ResourcePath(target.kind)
    let object = path.object(namespace: target.namespace, name: target.name)
    func patch(_ type: String, _ body: JSON, manager: String? = nil) -> ChangeRequest {
      ChangeRequest(
        method: "PATCH", path: object, query: manager.map { [QueryItem("fieldManager", $0)] } ?? [],
        contentType: type, body: body)
    }
    switch change.action {
    case .scale(let replicas):
      return ChangeRequest(
        method: "PATCH", path: object + "/scale", contentType: mergePatch,
        body: ["spec": ["replicas": .int(replicas)]])
    case .restart:
      if base["spec"]["paused"].bool == true {
        throw Impossible(why: "it is paused: resume it first, a paused rollout replaces no pods")
      }
      let stamp = Timestamp(seconds: now).text
      let annotations: JSON = ["kubectl.kubernetes.io/restartedAt": .string(stamp)]
      return patch(
        strategicPatch, ["spec": ["template": ["metadata": ["annotations": annotations]]]],
        manager: "kubectl-rollout")
    case .pause, .resume:
      let isPaused = base["spec"]["paused"].bool == true
      let wanted = change.action == .pause
      if isPaused == wanted {
        throw Impossible(why: wanted ? "it is already paused" : "it is not paused", isDone: true)
      }
      return patch(strategicPatch, ["spec": ["paused": wanted ? true : .null]], manager: "kubectl-rollout")
    case .rollback: return try rollback(change, base, revision, patch)
    case .setImage(let container, let image): return try setImage(container, image, base, patch)
    case .delete(let deletion): return ChangeRequest(method: "DELETE", path: object, body: body(of: deletion))
    case .evict:
      let name: JSON = ["name": .string(target.name), "namespace": .string(target.namespace)]
      return ChangeRequest(
        method: "POST", path: object + "/eviction",
        body: ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": name])
    case .cordon, .uncordon, .drain:
      let isCordoned = base["spec"]["unschedulable"].bool == true
      let wanted = change.action != .uncordon
      if isCordoned == wanted, !change.isDrain {
        throw Impossible(why: wanted ? "it is already cordoned" : "it is not cordoned", isDone: true)
      }
      return patch(strategicPatch, ["spec": ["unschedulable": wanted ? true : .null]])
    case .suspend, .unsuspend:
      let isSuspended = base["spec"]["suspend"].bool == true
      let wanted = change.action == .suspend
      if isSuspended == wanted {
        throw Impossible(why: wanted ? "it is already suspended" : "it is not suspended", isDone: true)
      }
      return patch(strategicPatch, ["spec": ["suspend": .bool(wanted)]])
    case .trigger(let name): return trigger(name, base, target)
    case .label(let key, let value):
      return patch(mergePatch, mark("labels", key, value), manager: "kubectl-label")
    case .annotate(let key, let value):
      return patch(mergePatch, mark("annotations", key, value), manager: "kubectl-annotate")
    case .edit(let old, let new):
      var request = patch(mergePatch, try ObjectEditor.patch(from: old, to: new), manager: "kubectl-edit")
      request.query.append(QueryItem("fieldValidation", "Strict"))
      return request
    }
  }

  private static func mark(_ member: String, _ key: String, _ value: String?) -> JSON {
    var map = JSON.object(JSONObject())
    map[key] = value.map { .string($0) } ?? .null
    return ["metadata": [member: map]]
  }

  private static func body(of deletion: Change.Deletion) -> JSON {
    var body: JSON = ["propagationPolicy": .string(deletion.propagation.rawValue)]
    if deletion.isForced {
      body["gracePeriodSeconds"] = 0
    } else if let grace = deletion.graceSeconds {
      // 0 means "at once" and is for the forced ones; kubectl sends 1 in its stead.
      body["gracePeriodSeconds"] = .int(max(1, grace))
    }
    return body
  }
}

extension ChangeRequest {
  private typealias Patch = (String, JSON, String?) -> ChangeRequest

  /// The pod template's containers, or a pod's own.
  private static func setImage(
    _ container: String, _ image: String, _ base: JSON, _ patch: Patch
  ) throws(Impossible) -> ChangeRequest {
    let isPod = base["spec"]["template"].isNull
    let spec = isPod ? base["spec"] : base["spec"]["template"]["spec"]
    for member in ["containers", "initContainers"] {
      let names = spec[member].array.compactMap { $0["name"].string }
      guard let old = spec[member].array.first(where: { $0["name"].string == container }) else { continue }
      if old["image"].string == image { throw Impossible(why: "it has this image already", isDone: true) }
      let order = JSON.array(names.map { ["name": .string($0)] })
      let changed: JSON = [["image": .string(image), "name": .string(container)]]
      let inner: JSON = ["$setElementOrder/\(member)": order, member: changed]
      return patch(
        strategicPatch, ["spec": isPod ? inner : ["template": ["spec": inner]]], "kubectl-set")
    }
    throw Impossible(why: "it has no container '\(container)'")
  }

  /// As `kubectl rollout undo`: two replaces for a Deployment, the kept patch for the others.
  private static func rollback(
    _ change: Change, _ base: JSON, _ revision: JSON, _ patch: Patch
  ) throws(Impossible) -> ChangeRequest {
    if revision.isNull { throw Impossible(why: "this revision is not kept any more") }
    if base["spec"]["paused"].bool == true {
      throw Impossible(why: "it is paused: resume it first, then go back")
    }
    // A ControllerRevision keeps the patch itself.
    if !revision["data"].isNull {
      if isSame(template(of: base), revision["data"]["spec"]["template"].without("$patch")) {
        throw Impossible(why: "its template is already that of this revision", isDone: true)
      }
      return patch(strategicPatch, revision["data"], nil)
    }
    var kept = revision["spec"]["template"]
    kept["metadata"]["labels"] = kept["metadata"]["labels"].without("pod-template-hash")
    if isSame(kept, template(of: base)) {
      throw Impossible(why: "its template is already that of this revision", isDone: true)
    }
    var annotations = JSON.object(JSONObject())
    for member in base["metadata"]["annotations"].members where staying.contains(member.key) {
      annotations[member.key] = member.value
    }
    for member in revision["metadata"]["annotations"].members where !staying.contains(member.key) {
      annotations[member.key] = member.value
    }
    return patch(
      jsonPatch,
      [
        ["op": "replace", "path": "/spec/template", "value": kept],
        ["op": "replace", "path": "/metadata/annotations", "value": annotations],
      ], nil)
  }

  /// Whatever the order of the members.
  private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
    ObjectEditor.mergePatch(from: left, to: right) == nil
  }

  private static func template(of object: JSON) -> JSON { object["spec"]["template"] }

  /// A Deployment's own annotations, which no revision brings back.
  private static let staying: Set<String> = [
    "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history", "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas", "deprecated.daemonset.template.generation",
  ]

  /// As `kubectl create job --from=cronjob/NAME`.
  private static func trigger(_ name: String, _ base: JSON, _ target: ObjectRef) -> ChangeRequest {
    let template = base["spec"]["jobTemplate"]
    var metadata: JSON = ["name": .string(name), "namespace": .string(target.namespace)]
    if !template["metadata"]["labels"].isNull { metadata["labels"] = template["metadata"]["labels"] }
    var annotations = template["metadata"]["annotations"]
    annotations["cronjob.kubernetes.io/instantiate"] = "manual"
    metadata["annotations"] = annotations
    metadata["ownerReferences"] = [
      [
        "apiVersion": "batch/v1", "kind": "CronJob", "name": .string(target.name),
        "uid": base["metadata"]["uid"], "controller": true,
      ]
    ]
    let job: JSON = [
      "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"],
    ]
    return ChangeRequest(
      method: "POST", path: ResourcePath("batch/v1/jobs").list(namespace: target.namespace),
      query: [QueryItem("fieldManager", "kubectl-create")], body: job)
  }
}

extension JSON {
  func without(_ key: String) -> JSON {
    guard var object else { return self }
    object[key] = nil
    return .object(object)
  }
}
