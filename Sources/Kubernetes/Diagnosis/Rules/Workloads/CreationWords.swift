import Cluster
import Document

/// What a refusal means for a person: the cause in one line, what it comes from, whether waiting helps.
struct CreationWords {
  private(set) var rule = "create-refused"
  private(set) var headline: String
  private(set) var key: String
  private(set) var verdict: Finding.Verdict
  private(set) var cause: Finding.Cause?
  private(set) var evidence: [Evidence] = []
  private(set) var offer: Offer?

  private let since: Int64?

  private static let retry = "the controller tries again for ever, and the answer stays the same"

  /// What is missing while everything is set up: webhooks answer when their own pods are ready, and the pods that a
  /// rollout replaces hold a quota until they have ended.
  private static let settleSeconds: Int64 = 120

  /// - Parameter since: when its pods were refused first.
  init(_ refusal: CreationRefusal, _ subject: Case, since: Int64?) {
    self.since = since
    headline = "the server refuses its pods: \(refusal.message)"
    key = "create-refused"
    verdict = .hopeless(Self.retry)
    switch refusal.ground {
    case .quota(let name, let needs): quota(name, needs, subject)
    case .quotaUnsaid(let name, let what):
      set("quota-unsaid", "quota \(name) wants every container to say \(what)".shortened())
      cause = Self.quotaCause(name, subject, "quota \(name) wants what its pods do not say")
    case .quotaUnknown(let name):
      set("quota-unknown", "quota \(name) has not been counted yet")
      verdict = .heals("the quota controller counts it within moments, and the pods are tried again")
    case .limitRange(let what): limitRange(what, subject)
    case .webhookDenied(let name, let why):
      set("webhook-denied", "webhook \(name) denies its pods: \(why)".shortened(to: 110))
    case .webhookDown(let name, let service, let space, let why): webhook(name, service, space, why, subject)
    case .policy(let name, let why):
      set("policy-denied", "admission policy \(name) denies its pods: \(why)".shortened(to: 110))
    case .podSecurity(let level, let violations): podSecurity(level, violations, subject)
    case .securityConstraint(let what):
      set("security-constraint", "no security constraint allows its pods: \(what)".shortened(to: 110))
    case .serviceAccount(let name):
      missing(
        "service-account-missing", "service account", "v1/serviceaccounts", name, subject.ref.namespace,
        subject)
    case .priorityClass(let name):
      missing(
        "priority-class-missing", "priority class", "scheduling.k8s.io/v1/priorityclasses", name, "", subject)
    case .runtimeClass(let name):
      missing("runtime-class-missing", "runtime class", "node.k8s.io/v1/runtimeclasses", name, "", subject)
    case .namespaceEnding(let name):
      set("namespace-ending", "namespace \(name) is being deleted: nothing new is made in it")
      let space = ObjectRef(kind: "v1/namespaces", namespace: "", name: name)
      cause = Finding.Cause(space, "namespace \(name) is being deleted")
    case .invalid(let why): set("pod-invalid", "its pod template is not valid: \(why)".shortened(to: 110))
    case .rights(let what):
      set("create-forbidden", "its controller may not make pods: \(what)".shortened(to: 110))
    case .exists(let what):
      set("name-taken", "a pod of that name is still there: \(what)".shortened(to: 110))
      verdict = .heals("it is made as soon as the old one is gone")
    case .overloaded(let what):
      set("server-busy", "the server does not answer its controller: \(what)".shortened(to: 110))
      verdict = .heals("the controller tries again")
    case .other(let what): set("create-refused", "the server refuses its pods: \(what)".shortened(to: 110))
    }
  }

  private mutating func set(_ rule: String, _ headline: String, key: String? = nil) {
    self.rule = rule
    self.headline = headline
    // The words may name the pod, which is another one at each try.
    self.key = key ?? rule
  }

  /// Hopeless only once it has lasted: at first it may just not be there yet.
  private func lasting(_ ground: String, else early: String, _ subject: Case) -> Finding.Verdict {
    subject.hasLasted(Self.settleSeconds, since: since ?? subject.created)
      ? .hopeless(ground) : .unclear(early)
  }

  private static func quotaCause(_ name: String, _ subject: Case, _ headline: String) -> Finding.Cause {
    let uid = subject.fact("v1/resourcequotas", name)?.ref.uid ?? ""
    return Finding.Cause(
      ObjectRef(kind: "v1/resourcequotas", namespace: subject.ref.namespace, name: name, uid: uid), headline)
  }

  private mutating func quota(_ name: String, _ needs: [CreationRefusal.Need], _ subject: Case) {
    let status = subject.look("v1/resourcequotas", name).object?["status"] ?? .null
    let texts = needs.map { need in
      let used = status["used"][need.resource].string ?? need.used
      let hard = status["hard"][need.resource].string ?? need.limited
      return "\(need.resource) \(need.requested) asked for, \(used) of \(hard) used"
    }
    let what = texts.first.map { ": \($0)" } ?? ""
    let more = texts.count > 1 ? " (and \(texts.count - 1) more)" : ""
    set("quota-exceeded", "quota \(name) is exceeded\(what)\(more)", key: "quota \(name)")
    verdict = lasting(
      "the quota has no room until it is raised or something else asks for less",
      else: "pods that are being replaced may leave room", subject)
    for text in texts.dropFirst() { evidence.append(Evidence(.field("status of quota \(name)"), text)) }
    let resources = needs.map(\.resource).joined(separator: ", ")
    cause = Self.quotaCause(name, subject, "quota \(name) leaves no room for \(resources)")
  }

  private mutating func limitRange(_ what: String, _ subject: Case) {
    set("limit-range", "a limit range forbids its pods: \(what)".shortened(to: 110))
    verdict = .hopeless("the pod template has to ask for something else, or the limit range to allow it")
    guard let ranges = subject.list("v1/limitranges"), ranges.count == 1,
      let name = ranges[0]["metadata"]["name"].string
    else { return }
    let object = ObjectRef(
      kind: "v1/limitranges", namespace: subject.ref.namespace, name: Moment.plain(name))
    offer = Offer("look at limit range \(object.name)", .view(.describe(object)))
  }

  private mutating func webhook(
    _ name: String, _ service: String, _ space: String, _ why: String, _ subject: Case
  ) {
    let headline = "webhook \(name) cannot be called: \(why)".shortened(to: 110)
    set("webhook-unreachable", headline, key: "webhook \(name)")
    verdict = lasting(
      "no pod is made until the webhook answers or its configuration lets failures pass",
      else: "the webhook may still be on its way", subject)
    if let found = Webhook(name, subject) {
      evidence += found.evidence(subject.now)
      offer = Offer("look at its configuration", .view(.yaml(found.ref)))
    }
    guard !service.isEmpty else { return }
    cause = Finding.Cause(ObjectRef(kind: "v1/services", namespace: space, name: service), headline)
  }

  private mutating func podSecurity(_ level: String, _ violations: [String], _ subject: Case) {
    let names = violations.map { $0.part(before: " != ") ?? $0 }.joined(separator: ", ")
    let plain = level.part(before: ":") ?? level
    set(
      "pod-security", "pod security \(plain) of its namespace forbids its pods: \(names)".shortened(to: 110))
    verdict = .hopeless("the pod template has to be changed, or the namespace's label to allow it")
    let object = ObjectRef(kind: "v1/namespaces", namespace: "", name: subject.ref.namespace)
    offer = Offer("look at the namespace's labels", .view(.yaml(object)))
  }

  private mutating func missing(
    _ rule: String, _ noun: String, _ kind: Kind.ID, _ name: String, _ namespace: String,
    _ subject: Case
  ) {
    set(rule, "\(noun) \(name) is missing", key: "\(noun) \(name)")
    verdict = lasting(
      "no pod is made until the \(noun) is there", else: "the \(noun) may still be on its way", subject)
    evidence.append(Evidence(.absence("\(noun) \(name)"), "the server has no such object"))
    cause = Finding.Cause(
      ObjectRef(kind: kind, namespace: namespace, name: name), "\(noun) \(name) is missing")
  }
}
