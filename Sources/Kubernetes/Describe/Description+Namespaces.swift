import Cluster
import Document
import HTTP

extension Description {
  static let namespace = Description(
    requests: { namespace in
      ["resourcequotas", "limitranges"].map {
        RelatedRequest(
          key: $0, path: "/api/v1/namespaces/\(namespace.name)/\($0)", query: [.init("limit", "500")])
      }
    }, hasEvents: false, write: Limits.writeNamespace)
  static let resourceQuota = Description(hasEvents: false) { quota, page in
    page.name(quota)
    Limits.writeScopes(quota.spec, bullet: " * ", to: &page)
    page.underlinedTitles(["Resource", "Used", "Hard"])
    Limits.writeUse(quota.status, inFormatOfHard: true, to: &page)
  }
  static let limitRange = Description(hasEvents: false) { range, page in
    page.name(range)
    page.underlinedTitles(Limits.rangeTitles)
    Limits.write(range: range.spec, to: &page)
  }
}

/// What a namespace may use, in all and per container.
enum Limits {
  @Sendable static func writeNamespace(_ namespace: Subject, to page: inout PageWriter) {
    page.name(namespace, namespace: false)
    page.labelsAndAnnotations(namespace.metadata)
    page.field("Status", .state(namespace.status["phase"]))
    ConfigDescription.writeDatedConditions(namespace, to: &page)
    page.blank()
    writeQuotas(namespace, to: &page)
    page.blank()
    writeRanges(namespace, to: &page)
  }

  private static func writeQuotas(_ namespace: Subject, to page: inout PageWriter) {
    guard let quotas = items("resourcequotas", of: namespace, to: &page) else { return }
    if quotas.isEmpty { return page.line("No resource quota.") }
    page.line(Marked("Resource Quotas", .heading))
    page.nested { page in
      for quota in quotas.stableSorted(by: { $0["metadata"]["name"].words < $1["metadata"]["name"].words }) {
        let name = quota["metadata"]["name"].words
        page.field("Name", namespace.link("v1/resourcequotas", name, namespace: namespace.name))
        writeScopes(quota["spec"], bullet: "* ", to: &page)
        page.titles(["Resource", "Used", "Hard"], dashes: ["--------", "---", "---"])
        writeUse(quota["status"], inFormatOfHard: false, to: &page)
      }
    }
  }

  private static func writeRanges(_ namespace: Subject, to page: inout PageWriter) {
    guard let ranges = items("limitranges", of: namespace, to: &page) else { return }
    if ranges.isEmpty { return page.line("No LimitRange resource.") }
    page.line(Marked("Resource Limits", .heading))
    page.folded { page in
      page.nested(0, offset: " ") { page in
        page.underlinedTitles(rangeTitles)
        for range in ranges { write(range: range["spec"], to: &page) }
      }
    }
  }

  private static func items(_ key: String, of namespace: Subject, to page: inout PageWriter) -> [JSON]? {
    if let items = namespace.related.lists[key] { return items }
    let why = namespace.related.failures[key]
    page.line("\(key): \(why.map { Marked("<error: \($0)>", .bad) } ?? Marked("<not read>", .dim))")
    return nil
  }

  static func writeScopes(_ spec: JSON, bullet: String, to page: inout PageWriter) {
    let scopes = spec["scopes"].strings.sorted()
    if scopes.isEmpty { return }
    page.field("Scopes", Marked(scopes.joined(separator: ", ")))
    for scope in scopes {
      if let meaning = scopeMeanings[scope] { page.line(Marked(bullet + meaning, .dim)) }
    }
  }

  /// kubectl's words.
  private static let scopeMeanings = [
    "Terminating":
      "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being"
      + " actively terminated by the system.",
    "NotTerminating":
      "Matches all pods that do not have an active deadline. These pods usually include long running pods whose"
      + " container command is not expected to terminate.",
    "BestEffort":
      "Matches all pods that do not have resource requirements set. These pods have a best effort quality of"
      + " service.",
    "NotBestEffort":
      "Matches all pods that have at least one resource requirement set. These pods have a burstable or"
      + " guaranteed quality of service.",
  ]

  static func writeUse(_ status: JSON, inFormatOfHard: Bool, to page: inout PageWriter) {
    for hard in status["hard"].sortedMembers {
      let used = status["used"][hard.key]
      let isFull = (used.quantity?.double ?? 0) >= (hard.value.quantity?.double ?? .infinity)
      var text = used.words
      if inFormatOfHard, let amount = used.quantity, let limit = hard.value.quantity {
        text = amount.text(inFormatOf: limit)
      }
      page.row([
        Marked(hard.key), Marked(text.isEmpty ? "0" : text, isFull ? .warning : .number),
        Marked(hard.value.words, .number),
      ])
    }
  }

  static let rangeTitles = [
    "Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio",
  ]

  static func write(range spec: JSON, to page: inout PageWriter) {
    let members = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"]
    for limit in spec["limits"].array {
      let resources = Set(members.flatMap { limit[$0].members.map(\.key) }).sorted()
      for resource in resources {
        page.row(
          [limit["type"].marked, Marked(resource)]
            + members.map { Marked(limit[$0][resource].words, .number).or("-") })
      }
    }
  }
}
