import Cluster
import Document

extension Rule {
  /// What a container's account may not do in the cluster, by the refusals in its log.
  ///
  /// Source: Kubernetes, "Using RBAC Authorization"; k8s.io/apiserver, the message of a 403.
  static let forbidden = Rule(
    "forbidden", "Refusals by the API server in the logs of containers that are not well", of: ["v1/pods"]
  ) { subject in
    subject.troubles.flatMap { ForbiddenRule.findings(subject, $0) }
  }
}

private enum ForbiddenRule {
  static func findings(_ subject: Case, _ troubled: TroubledContainer) -> [Finding] {
    let container = troubled.container
    let log: LogTail?
    switch troubled.trouble {
    case .exit, .probe:
      log = subject.log(container.name, previous: !container.hasEnded, run: container.restarts)
    case .unready, .working:
      // A starting container is not asked for its log.
      guard subject.hasLasted(container.startSeconds, since: container.runningSince) else { return [] }
      log = subject.log(container.name, previous: false, run: container.restarts)
    default: return []
    }
    var seen: Set<Refusal> = []
    let refusals = (log?.lines ?? []).compactMap { Refusal($0) }.filter { seen.insert($0).inserted }
    let telling = log?.telling.flatMap { Refusal($0.raw) }
    return refusals.prefix(3).map { finding(subject, troubled, $0, isTelling: $0 == telling) }
  }

  /// - Parameter isTelling: whether nothing else in the log tells more; many programs live with a refusal.
  private static func finding(
    _ subject: Case, _ troubled: TroubledContainer, _ refusal: Refusal, isTelling: Bool
  ) -> Finding {
    let container = troubled.container
    let isRunning = troubled.trouble == .unready || troubled.trouble == .working
    let isLasting = isTelling && (isRunning || container.restarts >= Arrival.restarts)
    var finding = Finding(
      "forbidden", of: subject.ref, part: container.name, key: refusal.what,
      subject.naming(container) + "service account \(refusal.account) may not \(refusal.what)",
      troubled.isFailing && isTelling ? .error : .warning, since: subject.brokenSince(container),
      isLasting
        ? .hopeless("the server refuses it until a role grants it")
        : isTelling
          ? .unclear("the server refuses it until a role grants it, which may still be on its way")
          : .unclear("the server refuses it until a role grants it; its log tells of more than that"))
    finding.evidence = [
      Evidence(
        .log(container.name), Wording.shortened(Moment.plain(refusal.line), to: 300),
        at: container.end?.finished),
      Evidence(.field("spec.serviceAccountName"), subject.spec["serviceAccountName"].line),
    ]
    finding.offers = refusal.commands.map { Offer($0.title, .command($0.line)) }
    return finding
  }
}

/// `pods is forbidden: User "system:serviceaccount:shop:web" cannot list resource "pods" in API group "" in the namespace "shop"`
struct Refusal: Hashable {
  let account: String
  let accountNamespace: String
  let verb: String
  let resource: String
  let group: String
  /// nil at the cluster's scope.
  let namespace: String?
  let line: String

  static func == (a: Refusal, b: Refusal) -> Bool { a.what == b.what && a.account == b.account }
  func hash(into hasher: inout Hasher) { hasher.combine(what) }

  init?(_ line: String) {
    guard line.contains("is forbidden") else { return nil }
    // Quotes inside of JSON and logfmt are escaped.
    let said = Wording(line.replacing("\\\"", with: "\""))
    guard let user = said.quoted(behind: "is forbidden: user"), user.hasPrefix("system:serviceaccount:"),
      let verb = said.word(behind: "cannot "), let resource = said.quoted(behind: "resource ")
    else { return nil }
    let parts = user.split(separator: ":")
    guard parts.count == 4 else { return nil }
    self.line = line
    accountNamespace = String(parts[2])
    account = String(parts[3])
    self.verb = verb
    self.resource = resource
    group = said.quoted(behind: "api group ") ?? ""
    namespace = said.has("at the cluster scope") ? nil : said.quoted(behind: "in the namespace ")
  }

  /// "list pods in namespace shop"
  var what: String {
    "\(verb) \(resource)\(group.isEmpty ? "" : ".\(group)") "
      + (namespace.map { "in namespace \($0)" } ?? "in the whole cluster")
  }

  /// The lines that grant it.
  var commands: [(title: String, line: String)] {
    let base = resource.split(separator: "/").first.map(String.init) ?? resource
    let sub = resource.split(separator: "/").dropFirst().first.map { "/\($0)" } ?? ""
    let what = base + (group.isEmpty ? "" : ".\(group)") + sub
    let name = "\(account)-\(verb)-\(base)"
    let account = "--serviceaccount=\(accountNamespace):\(self.account)"
    if let namespace {
      return [
        ("make a role", "kubectl -n \(namespace) create role \(name) --verb=\(verb) --resource=\(what)"),
        (
          "give it to the account",
          "kubectl -n \(namespace) create rolebinding \(name) --role=\(name) \(account)"
        ),
      ]
    }
    return [
      ("make a cluster role", "kubectl create clusterrole \(name) --verb=\(verb) --resource=\(what)"),
      (
        "give it to the account", "kubectl create clusterrolebinding \(name) --clusterrole=\(name) \(account)"
      ),
    ]
  }
}
