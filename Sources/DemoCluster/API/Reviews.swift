import Document

/// Answers to questions about oneself. Whoever asks may do everything.
enum Reviews {
  static func answer(group: String, kind: String, body: Bytes, now: Moment) throws(Failure) -> Bytes {
    // kubectl asks in protobuf, which begins with its own mark; what it asks does not change the answer.
    let isProtobuf = body.starts(with: Array("k8s\0".utf8))
    let request = isProtobuf ? JSON.null : JSON.parse(body).value ?? .null
    if !isProtobuf, request.isNull {
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; json parse error"
      )
    }
    let spec: JSON = request["spec"].isNull ? .object(JSONObject()) : request["spec"]
    let api: JSON = .string("\(group)/v1")
    switch kind {
    case "selfsubjectaccessreviews":
      return encoded("SelfSubjectAccessReview", api, spec, ["allowed": true])
    case "selfsubjectrulesreviews":
      if !isProtobuf, spec["namespace"].string ?? "" == "" {
        throw .badRequest("no namespace on request")
      }
      return encoded("SelfSubjectRulesReview", api, .object(JSONObject()), rules)
    case "selfsubjectreviews":
      let answer: JSON = [
        "kind": "SelfSubjectReview", "apiVersion": api,
        "metadata": ["creationTimestamp": .string(World.timestamp(now.seconds))],
        "status": [
          "userInfo": ["username": "harbour-master", "groups": ["system:masters", "system:authenticated"]]
        ],
      ]
      return answer.encoded()
    default: throw .unknownResource
    }
  }

  private static func encoded(_ kind: String, _ api: JSON, _ spec: JSON, _ status: JSON) -> Bytes {
    let answer: JSON = [
      "kind": .string(kind), "apiVersion": api, "metadata": .object(JSONObject()), "spec": spec,
      "status": status,
    ]
    return answer.encoded()
  }

  private static let rules: JSON = [
    "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
    "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
  ]
}
