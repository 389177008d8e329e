import Cluster
import Document

/// What others add to the API server: their APIs, and their say in what is written.
extension BuiltIn {
  static let apiServices = BuiltIn(
    Kind(
      id: "apiregistration.k8s.io/v1/apiservices", name: "APIService", namespaced: false,
      abilities: .document, children: .reference),
    [
      .computed("SERVICE", "spec.service") { fields in
        fields[0].map { "\($0["namespace"].line)/\($0["name"].line)" } ?? "Local"
      }.priority(7),
      .computed("AVAILABLE", "status.conditions") { fields in
        guard let available = StatusConditions(fields[0])["Available"] else { return "Unknown" }
        return available.isTrue ? "True" : "\(available.status) (\(available.reason))"
      }.status.priority(9),
    ],
    drill: Drill("spec.service") { fields in
      fields[0].map { "v1/services \($0["namespace"].line) \($0["name"].line)" } ?? ""
    },
    health: .reading("status.conditions") { fields in
      guard let available = StatusConditions(fields[0])["Available"] else { return Health(.unknown) }
      return available.isTrue
        ? .good : Health(.bad, "not available\(available.lasting): \(available.text)")
    })

  static let validatingWebhooks = webhooks("validatingwebhookconfigurations", "Validating")
  static let mutatingWebhooks = webhooks("mutatingwebhookconfigurations", "Mutating")

  private static func webhooks(_ plural: String, _ sort: String) -> BuiltIn {
    BuiltIn(
      Kind(
        id: "admissionregistration.k8s.io/v1/\(plural)", name: "\(sort)WebhookConfiguration",
        namespaced: false, abilities: .document),
      [
        .count("WEBHOOKS", "webhooks").priority(8),
        .computed("CALLS", "webhooks") { fields in
          unique(fields[0].elements) { hook in
            let config = hook["clientConfig"]
            guard let service = config?["service"] else { return config?["url"].line ?? "" }
            return "\(service["namespace"].line)/\(service["name"].line)"
          }
        }.priority(7),
        // With Fail nothing that it looks at can be written while nobody answers.
        .computed("ON FAILURE", "webhooks") { fields in
          unique(fields[0].elements) { $0["failurePolicy"].isPresent ? $0["failurePolicy"].line : "Fail" }
        }.priority(6),
        .computed("RESOURCES", "webhooks") { fields in
          unique(fields[0].elements.flatMap { $0["rules"].elements.flatMap { $0["resources"].elements } }) {
            $0.line
          }
        }.wide,
      ])
  }

  private static func unique(_ elements: [JSONSlice], _ text: (JSONSlice) -> String) -> String {
    var texts: [String] = []
    for text in elements.map(text) where !text.isEmpty && !texts.contains(text) { texts.append(text) }
    return texts.joined(separator: ",")
  }
}
