import Document

/// What the API server says to pods that controllers make, besides quotas.
extension World {
  /// The template with what the limits of a namespace add.
  func limited(_ template: PodTemplate, _ name: String, _ namespace: String) throws(Refusal) -> PodTemplate {
    if isBuilding { return template }
    let account = ObjectKey(namespace: namespace, name: template.serviceAccount)
    if template.serviceAccount != "default", store[StoreKey("serviceaccounts")][account] == nil {
      throw Refusal(
        message:
          "pods \"\(name)\" is forbidden: error looking up service account \(namespace)/\(account.name): "
          + "serviceaccount \"\(account.name)\" not found")
    }
    var priority: Int?
    if let wanted = template.priorityClass, template.ownPriority == nil {
      priority = self.priority(ofClass: wanted)
      if priority == nil {
        throw Refusal(
          message: "pods \"\(name)\" is forbidden: no PriorityClass with name \(wanted) was found")
      }
    }
    let isFree = store[StoreKey("limitranges")].range(namespace: namespace).isEmpty
    if isFree && priority == nil { return template }
    let key = SpecReadings.LimitedKey(template: ObjectIdentifier(template), namespace: namespace)
    if let known = readings.limited[key] { return known.result }
    var pod = template.source
    pod["metadata"]["namespace"] = .string(namespace)
    pod["metadata"]["name"] = .string(name)
    if let priority { pod["spec"]["priority"] = .int(priority) }
    pod = LimitRanger.limited(pod, self)
    do throws(Failure) { try LimitRanger.check(pod, self) } catch { throw Refusal(message: error.message) }
    var metadata = pod["metadata"]
    for key in ["name", "namespace"] { metadata[key] = .null }
    pod["metadata"] = .object(JSONObject(metadata.members.filter { !$0.value.isNull }))
    let result = PodTemplate(pod, images: images)
    readings.limited[key] = SpecReadings.LimitedTemplate(original: template, result: result)
    return result
  }

  /// The number behind a name; nil: there is no such class.
  func priority(ofClass name: String) -> Int? {
    let found = store[StoreKey("priorityclasses", "scheduling.k8s.io")][ObjectKey(namespace: "", name: name)]
    return found?.json("value")?.int
  }
}
