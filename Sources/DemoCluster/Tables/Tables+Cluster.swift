import Document

extension TableDefinition {
  static let nodes = TableDefinition([
    .name,
    .text("Status", "Whether the node is ready and takes new pods."),
    .text("Roles", "What the node is for."),
    .age,
    .text("Version", "The version of its kubelet."),
    .wide("Internal-IP", "Its address inside."),
    .wide("External-IP", "Its address outside."),
    .wide("OS-Image", "Its operating system."),
    .wide("Kernel-Version", "Its kernel."),
    .wide("Container-Runtime", "What runs its containers."),
  ]) { object, row in
    let facts = row.status?["nodeInfo"]
    row.name()
    row.text(nodeWord(object))
    row.text(roles(object), or: "<none>")
    row.age()
    row.text(facts?["kubeletVersion"]?.string ?? "")
    row.text(address(object, "InternalIP"), or: "<none>")
    row.text(address(object, "ExternalIP"), or: "<none>")
    row.text(facts?["osImage"]?.string, or: "<unknown>")
    let kernel = facts?["kernelVersion"]?.string
    row.text(kernel.map { "\($0) (\(facts?["architecture"]?.string ?? ""))" }, or: "<unknown>")
    row.text(facts?["containerRuntimeVersion"]?.string, or: "<unknown>")
  }

  private static func nodeWord(_ node: JSONSlice) -> String {
    var words: [String] = []
    for condition in node["status"]?["conditions"]?.elements ?? []
    where condition["type"]?.isText("Ready") == true {
      words.append(condition["status"]?.isText("True") == true ? "Ready" : "NotReady")
    }
    if words.isEmpty { words = ["Unknown"] }
    if node["spec"]?["unschedulable"]?.bool == true { words.append("SchedulingDisabled") }
    return words.joined(separator: ",")
  }

  private static func roles(_ node: JSONSlice) -> String {
    var roles: Set<String> = []
    node["metadata"]?["labels"]?.eachMember { key, value in
      let key = String(decoding: key, as: UTF8.self)
      let prefix = "node-role.kubernetes.io/"
      if key.hasPrefix(prefix), key.count > prefix.count { roles.insert(String(key.dropFirst(prefix.count))) }
      if key == "kubernetes.io/role", let role = value.string, !role.isEmpty { roles.insert(role) }
    }
    return roles.sorted().joined(separator: ",")
  }

  private static func address(_ node: JSONSlice, _ type: StaticString) -> String? {
    (node["status"]?["addresses"]?.elements ?? []).first { $0["type"]?.isText(type) == true }?["address"]?
      .string
  }

  static let namespaces = TableDefinition([
    .name, .text("Status", "Whether the namespace is in use or going away."), .age,
  ]) { object, row in
    row.name()
    row.text(row.status?["phase"]?.string ?? "")
    row.age()
  }

  static let leases = TableDefinition([
    .name, .text("Holder", "Who has it."), .age,
  ]) { object, row in
    row.name()
    row.text(row.spec?["holderIdentity"]?.string ?? "")
    row.age()
  }

  static let priorityClasses = TableDefinition([
    .name,
    .integer("Value", "The priority of its pods."),
    .boolean("Global-Default", "Whether pods that name none get it."),
    .age,
    .text("PreemptionPolicy", "Whether its pods push others off a node."),
  ]) { object, row in
    row.name()
    row.integer(object["value"]?.int ?? 0)
    row.boolean(object["globalDefault"]?.bool ?? false)
    row.age()
    row.text(object["preemptionPolicy"]?.string ?? "")
  }

  static let events = TableDefinition([
    .text("Last Seen", "The time since it last happened."),
    .text("Type", "Normal or Warning."),
    .text("Reason", "What happened, in one word."),
    .text("Object", "What it happened to."),
    .wide("Subobject", "The part of the object it happened to."),
    .wide("Source", "Who reported it."),
    .text("Message", "What happened, in a sentence."),
    .wide("First Seen", "The time since it first happened."),
    .wide("Count", "How often it happened."),
    TableDefinition.Column(
      name: "Name", type: "string", format: "name", description: "The object's name, unique among its kind.",
      priority: 1),
  ]) { object, row in
    // Served in two groups with two sets of names for the same fields.
    let series = object["series"]
    let first = object["firstTimestamp"] ?? object["deprecatedFirstTimestamp"]
    let last = object["lastTimestamp"] ?? object["deprecatedLastTimestamp"]
    let began = first?.isString == true ? first : object["eventTime"]
    let latest = series?["lastObservedTime"] ?? (last?.isString == true ? last : began)
    let regarding = object["involvedObject"] ?? object["regarding"]
    row.text(row.since(latest))
    row.text(object["type"]?.string ?? "")
    row.text(object["reason"]?.string ?? "")
    row.text("\((regarding?["kind"]?.string ?? "").lowercased())/\(regarding?["name"]?.string ?? "")")
    row.text(regarding?["fieldPath"]?.string ?? "")
    row.text(eventSource(object))
    row.text(object["message"]?.string ?? object["note"]?.string ?? "")
    row.text(row.since(began))
    row.integer(series?["count"]?.int ?? object["count"]?.int ?? object["deprecatedCount"]?.int ?? 1)
    row.name()
  }

  private static func eventSource(_ event: JSONSlice) -> String {
    let source = event["source"] ?? event["deprecatedSource"]
    let component =
      source?["component"]?.string ?? event["reportingComponent"]?.string
      ?? event["reportingController"]?.string
    let host =
      source?["host"]?.string ?? (source?["component"] == nil ? event["reportingInstance"]?.string : nil)
    return [component, host].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
