import Document

/// Answers to questions about who one is and what one may do.
struct Reviews {
  let world: World
  let identity: Identity
  /// Who asks, in the words of managedFields.
  var manager = "unknown"

  func answer(group: String, kind: String, body: Bytes) throws(Failure) -> Bytes {
    guard let request = Protobuf.document(body) ?? JSON.parse(body).value, request.object != nil else {
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; json parse error"
      )
    }
    let spec: JSON = request["spec"].isNull ? .object(JSONObject()) : request["spec"]
    let api: JSON = .string("\(group)/v1")
    switch (group, kind) {
    case ("authorization.k8s.io", "selfsubjectaccessreviews"):
      return encoded("SelfSubjectAccessReview", api, spec, access(spec, identity))
    case ("authorization.k8s.io", "subjectaccessreviews"),
      ("authorization.k8s.io", "localsubjectaccessreviews"):
      let groups = spec["groups"].array.compactMap(\.string) + ["system:authenticated"]
      let other = Identity(name: spec["user"].string ?? "", groups: groups)
      let name = kind.hasPrefix("local") ? "LocalSubjectAccessReview" : "SubjectAccessReview"
      return encoded(name, api, spec, access(spec, other))
    case ("authorization.k8s.io", "selfsubjectrulesreviews"):
      guard let namespace = spec["namespace"].string, !namespace.isEmpty else {
        throw .badRequest("no namespace on request")
      }
      return encoded("SelfSubjectRulesReview", api, .object(JSONObject()), rules(namespace))
    case ("authentication.k8s.io", "selfsubjectreviews"):
      let answer: JSON = [
        "kind": "SelfSubjectReview", "apiVersion": api,
        "metadata": ["creationTimestamp": .string(World.timestamp(world.now.seconds))],
        "status": ["userInfo": user(identity)],
      ]
      return answer.encoded()
    case ("authentication.k8s.io", "tokenreviews"):
      return encoded("TokenReview", api, spec, token(spec["token"].string ?? ""))
    default: throw .unknownResource
    }
  }

  private func user(_ identity: Identity) -> JSON {
    ["username": .string(identity.name), "groups": .array(identity.groups.map { .string($0) })]
  }

  private func token(_ text: String) -> JSON {
    guard let known = Identity.identity(token: text, now: world.now) else {
      return ["user": [:], "error": "[invalid bearer token]"]
    }
    return ["authenticated": true, "user": user(known)]
  }

  private func access(_ spec: JSON, _ identity: Identity) -> JSON {
    let wanted = spec["resourceAttributes"]
    var action = Authorizer.Action(verb: wanted["verb"].string ?? "")
    if wanted.isNull {
      action.verb = spec["nonResourceAttributes"]["verb"].string ?? ""
      action.path = spec["nonResourceAttributes"]["path"].string ?? ""
    } else {
      func text(_ key: String) -> String? { wanted[key].string.flatMap { $0.isEmpty ? nil : $0 } }
      action.group = text("group") ?? ""
      action.resource = (text("resource") ?? "") + (text("subresource").map { "/\($0)" } ?? "")
      action.name = text("name")
      action.namespace = text("namespace")
    }
    guard let reason = Authorizer(world: world, identity: identity).permission(for: action) else {
      return ["allowed": false]
    }
    return reason.isEmpty ? ["allowed": true] : ["allowed": true, "reason": .string(reason)]
  }

  private func rules(_ namespace: String) -> JSON {
    let all = Authorizer(world: world, identity: identity).rules(in: namespace)
    let own: [JSON] = [
      [
        "verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
      ],
      ["verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]],
    ]
    let open: JSON = [
      "verbs": ["get"],
      "nonResourceURLs": [
        "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
        "/version",
        "/version/",
      ],
    ]
    return [
      "resourceRules": .array(all.filter { !$0["resources"].isNull } + own),
      "nonResourceRules": .array(all.filter { !$0["nonResourceURLs"].isNull } + [open]), "incomplete": false,
    ]
  }

  private func encoded(_ kind: String, _ api: JSON, _ spec: JSON, _ status: JSON) -> Bytes {
    var meta = JSON.object(JSONObject())
    // Like whatever is created, it notes who wrote it.
    if !spec.members.isEmpty {
      meta["managedFields"] = [
        [
          "manager": .string(manager), "operation": "Update", "apiVersion": api,
          "time": .string(World.timestamp(world.now.seconds)), "fieldsType": "FieldsV1",
          "fieldsV1": JSON.parse(ManagedFields.encoded(["spec": spec])).value ?? [:],
        ]
      ]
    }
    let answer: JSON = [
      "kind": .string(kind), "apiVersion": api, "metadata": meta, "spec": spec, "status": status,
    ]
    return answer.encoded()
  }
}
