import Cluster
import Document

extension BuiltIn {
  static let serviceAccounts = BuiltIn(
    Kind(
      id: "v1/serviceaccounts", name: "ServiceAccount", short: ["sa"], role: .config, abilities: .document),
    [
      .count("SECRETS", "secrets").priority(5),
      .list("PULL SECRETS", "imagePullSecrets", "name").priority(5),
      .computed("TOKEN MOUNTED", "automountServiceAccountToken") {
        $0[0]?.bool == false ? "no" : "by default"
      }.priority(3),
      // The clouds' own identities, which pods of the account act as.
      .computed(
        "CLOUD IDENTITY", "metadata.annotations['eks.amazonaws.com/role-arn']",
        "metadata.annotations['iam.gke.io/gcp-service-account']",
        "metadata.annotations['azure.workload.identity/client-id']"
      ) { fields in (0..<3).map { fields[$0].line }.first { !$0.isEmpty } ?? "" }.wide,
    ])

  static let certificateSigningRequests = BuiltIn(
    Kind(
      id: "certificates.k8s.io/v1/certificatesigningrequests", name: "CertificateSigningRequest",
      short: ["csr"], namespaced: false, abilities: .document),
    [
      .text("SIGNERNAME", "spec.signerName").priority(6),
      .text("REQUESTOR", "spec.username").priority(7),
      .computed("REQUESTEDDURATION", "spec.expirationSeconds") { fields in
        fields[0]?.int.map { Age.text(seconds: Int64($0)) } ?? "<none>"
      }.priority(3),
      .computed("CONDITION", "status.conditions", "status.certificate", text: requestCondition).status
        .priority(9),
    ],
    health: .reading("status.conditions") { fields in
      let conditions = StatusConditions(fields[0])
      for type in ["Denied", "Failed"] as [StaticString] {
        if let end = conditions[type] { return Health(.bad, "\(end.type)\(end.ago): \(end.text)") }
      }
      return conditions["Approved"] == nil
        ? Health(.pending, "nobody has approved or denied it yet") : Health(.done)
    })

  /// "Approved,Issued", as kubectl puts it.
  private static let requestCondition: @Sendable (Fields) -> String = { fields in
    let types = Set(StatusConditions(fields[0]).all.map(\.type))
    var words = ["Approved", "Denied", "Failed"].filter(types.contains)
    if words.isEmpty { words = ["Pending"] }
    if fields[1].isPresent { words.append("Issued") }
    return words.joined(separator: ",")
  }
}
