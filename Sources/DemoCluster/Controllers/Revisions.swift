import Document

/// ControllerRevisions: the templates that StatefulSets and DaemonSets have had.
extension World {
  /// The name of the revision of a template, which becomes the newest; made if there is none.
  @discardableResult
  func revision(of set: Object, _ template: JSON, kind: String, created: Int64? = nil) -> String {
    let hash = PodTemplate.hash(template, of: set.meta.name)
    let name = "\(set.meta.name)-\(hash)"
    let known = revisions(of: set)
    let newest = known.map(\.number).max() ?? 0
    if let found = known.first(where: { $0.object.meta.name == name }) {
      if found.number < newest {
        store.put(
          .revisions, found.object.meta, found.object.replacing(["revision": .int(newest + 1)]), at: now)
      }
      return name
    }
    var meta = Meta(
      name: name, namespace: set.meta.namespace, uid: dice.uid(), created: created ?? now.seconds)
    meta.labels =
      (PodTemplate.pairs(template["metadata"]["labels"]) + [Pair("controller.kubernetes.io/hash", hash)])
      .sorted { $0.key < $1.key }
    meta.annotations = set.meta.annotations.filter {
      $0.key == "kubernetes.io/change-cause" || $0.key == "deprecated.daemonset.template.generation"
    }
    meta.owners = [Owner(apiVersion: "apps/v1", kind: kind, name: set.meta.name, uid: set.meta.uid)]
    var replaced = template
    replaced["$patch"] = "replace"
    make(
      .revisions, meta, ["data": ["spec": ["template": replaced]], "revision": .int(newest + 1)])
    return name
  }

  func revisions(of set: Object) -> [(object: Object, number: Int)] {
    (belongings[set.meta.uid] ?? []).filter { $0.resource == .revisions }.sorted { $0.key < $1.key }
      .compactMap { belonging in
        store[.revisions][belonging.key].map { ($0, $0.json("revision")?.int ?? 0) }
      }
  }

  /// Drops the oldest revisions that no pod is of.
  func forgetRevisions(of set: Object, keeping limit: Int) {
    let used = Set(
      family(set.meta.uid).pods(self).compactMap { $0.object.meta.label("controller-revision-hash") })
    let old = revisions(of: set).sorted { $0.number < $1.number }.filter {
      !used.contains($0.object.meta.name)
        && !used.contains($0.object.meta.label("controller.kubernetes.io/hash") ?? "")
    }
    for revision in old.dropLast(limit) { store.remove(.revisions, revision.object.meta.key, at: now) }
  }

  /// The pods' template of a revision of a StatefulSet, with what the controller adds: the mounts' claims, the
  /// name in the network, the revision.
  func template(ofSet set: Object, _ spec: JSON, _ revision: String) -> PodTemplate? {
    let cacheKey = SpecReadings.TemplateKey(owner: set.meta.uid, hash: revision)
    if let known = readings.templates[cacheKey] { return known }
    var source = templateSource(set, spec, revision)
    source["metadata"]["labels"]["controller-revision-hash"] = .string(revision)
    let claims = spec["volumeClaimTemplates"].array.compactMap { $0["metadata"]["name"].string }
    let own = source["spec"]["volumes"].array.filter { !claims.contains($0["name"].string ?? "") }
    if !claims.isEmpty {
      source["spec"]["volumes"] = .array(
        own
          + claims.map { name in
            [
              "name": .string(name),
              "persistentVolumeClaim": ["claimName": .string("\(name)-\(PodText.podNameMark)")],
            ]
          })
    }
    source["spec"]["hostname"] = .string(PodText.podNameMark)
    if !spec["serviceName"].isNull { source["spec"]["subdomain"] = spec["serviceName"] }
    let template = PodTemplate(source, images: images)
    readings.templates[cacheKey] = template
    return template
  }

  private func templateSource(_ set: Object, _ spec: JSON, _ revision: String) -> JSON {
    let found = store[.revisions][ObjectKey(namespace: set.meta.namespace, name: revision)]
    var source = found?.json("data")?["spec"]["template"] ?? spec["template"]
    source = .object(JSONObject(source.members.filter { $0.key != "$patch" }))
    return PodTemplate.clean(source)
  }

  /// The same of a DaemonSet, whose pods stay on nodes that are short of something or unreachable.
  func template(ofDaemonSet set: Object, _ spec: JSON, hash: String) -> PodTemplate {
    let cacheKey = SpecReadings.TemplateKey(owner: set.meta.uid, hash: hash)
    if let known = readings.templates[cacheKey] { return known }
    var source = templateSource(set, spec, "\(set.meta.name)-\(hash)")
    source["metadata"]["labels"]["controller-revision-hash"] = .string(hash)
    let generation =
      set.meta.annotation("deprecated.daemonset.template.generation") ?? "\(set.meta.generation)"
    source["metadata"]["labels"]["pod-template-generation"] = .string(generation)
    let tolerated = [
      ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
      ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
    ]
    source["spec"]["tolerations"] = .array(
      source["spec"]["tolerations"].array
        + tolerated.map {
          ["key": .string("node.kubernetes.io/\($0.0)"), "operator": "Exists", "effect": .string($0.1)]
        })
    // Each pod is made for one node.
    source["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] = [
      "nodeSelectorTerms": [
        [
          "matchFields": [
            ["key": "metadata.name", "operator": "In", "values": [.string(PodText.nodeNameMark)]]
          ]
        ]
      ]
    ]
    let template = PodTemplate(source, images: images)
    readings.templates[cacheKey] = template
    return template
  }
}
