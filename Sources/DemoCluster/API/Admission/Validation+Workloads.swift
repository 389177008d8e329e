import Document

/// What runs pods.
extension Validation {
  mutating func checkPod() {
    add(contentsOf: PodValidation.causes(spec, "spec"))
    guard old != nil else { return }
    func kept(_ spec: JSON) -> JSON {
      var spec = spec.without(
        "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "ephemeralContainers")
      for list in ["containers", "initContainers"] where !spec[list].isNull {
        spec[list] = .array(spec[list].array.map { $0.without("image", "resources") })
      }
      return spec.canonical
    }
    if kept(spec) == kept(oldSpec) { return }
    add(
      .forbidden(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
          + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"))
  }

  private mutating func checkReplicas() {
    if let replicas = spec["replicas"].int, replicas < 0 {
      add(.wrong("spec.replicas", .int(replicas), "must be greater than or equal to 0"))
    }
  }

  mutating func checkWorkload() {
    checkReplicas()
    let selector = spec["selector"]
    let labels = spec["template"]["metadata"]["labels"]
    if selector["matchLabels"].members.isEmpty && selector["matchExpressions"].array.isEmpty {
      add(
        selector.isNull
          ? .required("spec.selector")
          : .wrong("spec.selector", selector, "empty selector is invalid for \(resource.kind.lowercased())"))
    }
    // No selector matches nothing, an empty one everything.
    if selector.isNull || labels.isNull || !LabelSelector(selector).matches(PodTemplate.pairs(labels)) {
      add(.wrong("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"))
    }
    for label in labels.members {
      add(contentsOf: Names.labelCauses(label.key, label.value.string ?? "", "spec.template.metadata.labels"))
    }
    let claims = spec["volumeClaimTemplates"].array.compactMap { $0["metadata"]["name"].string }
    add(contentsOf: PodValidation.causes(spec["template"]["spec"], "spec.template.spec", claims: claims))
    if let policy = spec["template"]["spec"]["restartPolicy"].string, policy != "Always" {
      add(.notSupported("spec.template.spec.restartPolicy", "\"\(policy)\"", ["Always"]))
    }
    checkStrategy()
    guard old != nil else { return }
    if resource.kind == "StatefulSet" {
      let free = [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
      ]
      func kept(_ spec: JSON) -> JSON {
        JSON.object(JSONObject(spec.members.filter { !free.contains($0.key) })).canonical
      }
      if kept(spec) != kept(oldSpec) {
        let list = free.dropLast().map { "'\($0)'" }.joined(separator: ", ")
        add(
          .forbidden(
            "spec",
            "updates to statefulset spec for fields other than \(list) and 'minReadySeconds' are forbidden"))
      }
    } else if selector.canonical != oldSpec["selector"].canonical {
      add(.wrong("spec.selector", selector, "field is immutable"))
    }
  }

  private mutating func checkStrategy() {
    let key = resource.kind == "Deployment" ? "strategy" : "updateStrategy"
    let known =
      resource.kind == "Deployment" ? ["Recreate", "RollingUpdate"] : ["OnDelete", "RollingUpdate"]
    guard let type = spec[key]["type"].string else { return }
    if !known.contains(type) { add(.notSupported("spec.\(key).type", "\"\(type)\"", known)) }
    if type == "Recreate", !spec[key]["rollingUpdate"].isNull {
      add(.forbidden("spec.\(key).rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"))
    }
    for part in ["maxSurge", "maxUnavailable"] {
      let value = spec[key]["rollingUpdate"][part]
      if let number = value.int, number < 0 {
        add(.wrong("spec.\(key).rollingUpdate.\(part)", value, "must be greater than or equal to 0"))
      }
      if let text = value.string, text.last != "%" || UInt(text.dropLast()) == nil {
        add(
          .wrong(
            "spec.\(key).rollingUpdate.\(part)", value,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex "
              + "used for validation is '[0-9]+%')"))
      }
    }
  }

  mutating func checkJob() {
    for key in [
      "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished",
    ] {
      if let number = spec[key].int, number < 0 {
        add(.wrong("spec.\(key)", .int(number), "must be greater than or equal to 0"))
      }
    }
    checkJobTemplate(spec["template"], "spec.template")
    guard old != nil else { return }
    func kept(_ template: JSON) -> JSON { template.canonical }
    if kept(spec["template"]) != kept(oldSpec["template"]), oldSpec["suspend"].bool != true {
      add(.wrong("spec.template", spec["template"], "field is immutable"))
    }
    if spec["selector"].canonical != oldSpec["selector"].canonical {
      add(.wrong("spec.selector", spec["selector"], "field is immutable"))
    }
    if spec["completions"] != oldSpec["completions"], spec["completionMode"] != "Indexed" {
      add(.wrong("spec.completions", spec["completions"], "field is immutable"))
    }
  }

  private mutating func checkJobTemplate(_ template: JSON, _ path: String) {
    add(contentsOf: PodValidation.causes(template["spec"], "\(path).spec"))
    if let policy = template["spec"]["restartPolicy"].string, policy == "Always" {
      add(.required("\(path).spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""))
    }
  }

  mutating func checkCronJob() {
    let schedule = spec["schedule"].string ?? ""
    if schedule.isEmpty {
      add(.required("spec.schedule"))
    } else if let why = Validation.fault(inSchedule: schedule) {
      add(.wrong("spec.schedule", .string(schedule), why))
    }
    let known = ["Allow", "Forbid", "Replace"]
    if let policy = spec["concurrencyPolicy"].string, !known.contains(policy) {
      add(.notSupported("spec.concurrencyPolicy", "\"\(policy)\"", known))
    }
    if (object["metadata"]["name"].string ?? "").utf8.count > 52 {
      add(.wrong("metadata.name", object["metadata"]["name"], "must be no more than 52 characters"))
    }
    checkJobTemplate(spec["jobTemplate"]["spec"]["template"], "spec.jobTemplate.spec.template")
  }

  /// What is wrong with a cron schedule, as the real server's parser says it.
  private static func fault(inSchedule text: String) -> String? {
    if text.hasPrefix("@") {
      let known = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]
      if known.contains(text) || text.hasPrefix("@every ") { return nil }
      return "unrecognized descriptor: \(text)"
    }
    let parts = text.split(separator: " ")
    if parts.count != 5 { return "expected exactly 5 fields, found \(parts.count): [\(text)]" }
    for (part, range) in zip(parts, [0...59, 0...23, 1...31, 1...12, 0...6]) {
      for item in part.split(separator: ",", omittingEmptySubsequences: false) {
        if let why = fault(inField: item, range) { return why }
      }
    }
    return nil
  }

  private static func fault(inField item: Substring, _ range: ClosedRange<Int>) -> String? {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    let halves = item.split(separator: "/", omittingEmptySubsequences: false)
    if halves.count > 2 { return "too many slashes: \(item)" }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    if ends.count > 2 { return "too many hyphens: \(item)" }
    var numbers: [Int] = []
    for end in ends where end != "*" && end != "?" {
      let word = end.lowercased()
      if range.upperBound == 12, names.contains(word) { continue }
      if range.upperBound == 6, days.contains(word) { continue }
      guard let number = Int(end) else {
        return
          "failed to parse int from \(end): strconv.Atoi: parsing \(JSON.string(String(end)).text): invalid syntax"
      }
      numbers.append(number)
    }
    if halves.count == 2 {
      guard let step = Int(halves[1]) else {
        return "failed to parse int from \(halves[1]): strconv.Atoi: parsing "
          + "\(JSON.string(String(halves[1])).text): invalid syntax"
      }
      if step == 0 { return "step of range should be a positive number: \(item)" }
      if step < 0 { return "negative number (\(step)) not allowed: \(halves[1])" }
    }
    if let first = numbers.first, first < range.lowerBound {
      return "beginning of range (\(first)) below minimum (\(range.lowerBound)): \(item)"
    }
    if let last = numbers.last, last > range.upperBound {
      return "end of range (\(last)) above maximum (\(range.upperBound)): \(item)"
    }
    if let first = numbers.first, let last = numbers.last, first > last {
      return "beginning of range (\(first)) beyond end of range (\(last)): \(item)"
    }
    return nil
  }
}
