import Document

/// The printers of kinds that few people look at.
extension TableDefinition {
  static let componentStatuses = TableDefinition([
    .name, .text("Status", "Whether the component is well."), .text("Message", "What it says of itself."),
    .text("Error", "What is wrong with it."),
  ]) { object, row in
    let healthy = object["conditions"]?.elements.first { $0["type"]?.isText("Healthy") == true }
    row.name()
    row.text(healthy?["status"]?.isText("True") == true ? "Healthy" : "Unhealthy")
    row.text(healthy?["message"]?.string ?? "")
    row.text(healthy?["error"]?.string ?? "")
  }

  static let podTemplates = TableDefinition([
    .name, .text("Containers", "The names of the template's containers."),
    .text("Images", "The images of the template's containers."),
    .text("Pod Labels", "The labels that its pods get."),
  ]) { object, row in
    let template = object["template"]
    let containers = template?["spec"]?["containers"]?.elements ?? []
    row.name()
    row.text(containers.compactMap { $0["name"]?.string }.joined(separator: ","))
    row.text(containers.compactMap { $0["image"]?.string }.joined(separator: ","))
    row.text(template?["metadata"]?["labels"]?.pairs, or: "<none>")
  }

  static let webhooks = TableDefinition([
    .name, .integer("Webhooks", "How many webhooks are asked."), .age,
  ]) { object, row in
    row.name()
    row.integer(object["webhooks"]?.elements.count ?? 0)
    row.age()
  }

  static let apiServices = TableDefinition([
    .name, .text("Service", "What serves the group version."), .text("Available", "Whether it is served."),
    .age,
  ]) { object, row in
    let service = row.spec?["service"]
    let place = "\(service?["namespace"]?.string ?? "")/\(service?["name"]?.string ?? "")"
    let available = row.status?["conditions"]?.elements.first { $0["type"]?.isText("Available") == true }
    let status = available?["status"]?.string ?? "Unknown"
    let reason = available?["reason"]?.string ?? ""
    row.name()
    row.text(service == nil ? "Local" : place)
    row.text(status == "True" || reason.isEmpty ? status : "\(status) (\(reason))")
    row.age()
  }

  static let signingRequests = TableDefinition([
    .name, .age, .text("SignerName", "Who is to sign it."), .text("Requestor", "Who asked for it."),
    .text("RequestedDuration", "How long it is to be good for."),
    .text("Condition", "What became of it."),
  ]) { object, row in
    let words = (row.status?["conditions"]?.elements ?? []).compactMap { $0["type"]?.string }
    let isIssued = row.status?["certificate"]?.string?.isEmpty == false
    row.name()
    row.age()
    row.text(row.spec?["signerName"]?.string, or: "<none>")
    row.text(row.spec?["username"]?.string ?? "")
    row.text(
      row.spec?["expirationSeconds"]?.int.map { HumanDuration.text(seconds: Int64($0)) }, or: "<none>")
    row.text((words.isEmpty ? ["Pending"] : words + (isIssued ? ["Issued"] : [])).joined(separator: ","))
  }

  static let flowSchemas = TableDefinition([
    .name, .text("PriorityLevel", "Where its requests wait."),
    .text("MatchingPrecedence", "Of those that match, the lowest is taken."),
    .text("DistinguisherMethod", "What makes two requests one flow."), .age,
    .text("MissingPL", "Whether its priority level is missing."),
  ]) { object, row in
    let dangling = row.status?["conditions"]?.elements.first { $0["type"]?.isText("Dangling") == true }
    row.name()
    row.text(row.spec?["priorityLevelConfiguration"]?["name"]?.string, or: "<none>")
    row.integer(row.spec?["matchingPrecedence"]?.int ?? 0)
    row.text(row.spec?["distinguisherMethod"]?["type"]?.string, or: "<none>")
    row.age()
    row.text(dangling?["status"]?.string, or: "?")
  }

  static let priorityLevels = TableDefinition([
    .name, .text("Type", "Whether its requests are limited."),
    .text("NominalConcurrencyShares", "Its share of the server."), .text("Queues", "How many queues it has."),
    .text("HandSize", "How many queues one flow may use."),
    .text("QueueLengthLimit", "How many requests may wait in one queue."), .age,
  ]) { object, row in
    let limited = row.spec?["limited"]
    let queuing = limited?["limitResponse"]?["queuing"]
    row.name()
    row.text(row.spec?["type"]?.string ?? "")
    for number in [
      limited?["nominalConcurrencyShares"]?.int, queuing?["queues"]?.int, queuing?["handSize"]?.int,
      queuing?["queueLengthLimit"]?.int,
    ] {
      if let number { row.integer(number) } else { row.text("<none>") }
    }
    row.age()
  }

  static let ipAddresses = TableDefinition([
    .name, .text("ParentRef", "What has the address."),
  ]) { object, row in
    let parent = row.spec?["parentRef"]
    row.name()
    row.text(
      (["resource", "namespace", "name"] as [StaticString]).compactMap { parent?[$0]?.string }.filter {
        !$0.isEmpty
      }
      .joined(separator: "/"))
    row.age()
  }

  static let serviceCIDRs = TableDefinition([
    .name, .text("CIDRs", "The addresses that services get."), .age,
  ]) { object, row in
    row.name()
    row.text((row.spec?["cidrs"]?.strings ?? []).joined(separator: ","))
    row.age()
  }

  static let runtimeClasses = TableDefinition([
    .name, .text("Handler", "What runs the containers."), .age,
  ]) { object, row in
    row.name()
    row.text(object["handler"]?.string ?? "")
    row.age()
  }

  static let csiNodes = TableDefinition([
    .name, .integer("Drivers", "How many volume drivers the node has."), .age,
  ]) { object, row in
    row.name()
    row.integer(row.spec?["drivers"]?.elements.count ?? 0)
    row.age()
  }

  /// The scale of an object of any kind.
  static let scales = TableDefinition([
    .name, .integer("Desired", "How many pods are wanted."),
    .integer("Available", "How many pods there are."), .age,
  ]) { object, row in
    row.name()
    row.integer(row.spec?["replicas"]?.int ?? 0)
    row.integer(row.status?["replicas"]?.int ?? 0)
    row.age()
  }
}
