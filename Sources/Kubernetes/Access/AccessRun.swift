import Cluster
import Dispatch
import Document
import HTTP

/// Serves questions about permissions: from the roles and bindings that can be read, live, or for what the person may
/// do from the server's own review, which is asked once.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class AccessRun: @unchecked Sendable {
  private struct Part {
    let kind: Kind.ID
    let namespace: String
    let source: ItemsSource<JSON>
    let watcher: Watcher
  }

  private let query: AccessQuery
  private let engine: Engine
  private let outbox: Outbox
  private var parts: [Part] = []
  private var board = PhaseBoard(count: 0)
  private var fetch: PendingFetch?
  private var last: AccessBoard?
  private var isScheduled = false
  private var isStopped = false

  init(_ query: AccessQuery, engine: Engine, outbox: Outbox) {
    self.query = query
    self.engine = engine
    self.outbox = outbox
  }

  func start() {
    engine.queue.async { [self] in
      guard !isStopped else { return }
      if case .own(let namespace) = query { return review(namespace) }
      for (kind, namespace) in scopes { watch(kind, namespace) }
    }
  }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      fetch?.cancel()
      parts.forEach { $0.watcher.stop() }
      parts = []
    }
  }

  // MARK: Own rights

  private func review(_ namespace: String) {
    let review: JSON = [
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
      "spec": ["namespace": .string(namespace)],
    ]
    let request = ReadRequest(review: .selfSubjectRulesReviews, body: review.encoded())
    fetch = engine.fetch(request) { [weak self] result in
      guard let self, !isStopped else { return }
      switch result {
      case .failure(let answer):
        outbox.post(
          .phase(
            .access(query),
            answer.status == 0
              ? .stale(since: Int64(Watcher.now), why: answer.message)
              : .refused(status: answer.status, why: answer.message)))
      case .success(let answer): reviewed(JSON.parse(answer.body).value?["status"] ?? .null)
      }
    }
  }

  private func reviewed(_ status: JSON) {
    let rules = (status["resourceRules"].array + status["nonResourceRules"].array).map(Authority.Rule.init)
    var board = AccessBoard()
    board.rules = Authority.merged(Authority.flat(rules, namespace: "", nil))
    board.isWhole = true
    if status["incomplete"].bool == true {
      let why = status["evaluationError"].string.map { ": \(Moment.plain($0))" } ?? ""
      board.unseen.append("the server could not tell all\(why)")
    }
    outbox.post(.access(query, board))
    outbox.post(.phase(.access(query), .live))
  }

  // MARK: Roles and bindings

  private var scopes: [(Kind.ID, String)] {
    let (roles, clusterRoles) = (Authority.roleKinds[0], Authority.roleKinds[1])
    let (bindings, clusterBindings) = (Authority.bindingKinds[0], Authority.bindingKinds[1])
    func of(_ namespaces: [String]) -> [(Kind.ID, String)] {
      (namespaces.isEmpty ? [""] : namespaces).flatMap { [(roles, $0), (bindings, $0)] }
    }
    switch query {
    case .own: return []
    case .subject(_, let namespaces), .subjects(_, let namespaces):
      return of(namespaces) + [(clusterRoles, ""), (clusterBindings, "")]
    case .role(let ref):
      return ref.namespace.isEmpty
        ? [(clusterRoles, ""), (bindings, ""), (clusterBindings, "")]
        : [(roles, ref.namespace), (bindings, ref.namespace)]
    case .who(let action):
      let own = action.namespace.isEmpty ? [] : of([action.namespace])
      return own + [(clusterRoles, ""), (clusterBindings, "")]
    case .grant(let action, _):
      return (action.namespace.isEmpty ? [] : [(roles, action.namespace)]) + [(clusterRoles, "")]
    }
  }

  private func watch(_ kind: Kind.ID, _ namespace: String) {
    let index = parts.count
    board.add()
    let source = ItemsSource<JSON>(
      read: { $0.materialized() }, change: { [weak self] in self?.schedule() },
      tell: { [weak self] in self?.phaseChanged(index, $0) })
    let watcher = Watcher(
      engine: engine, target: WatchTarget(ResourcePath(kind), namespace: namespace), consumer: source)
    parts.append(Part(kind: kind, namespace: namespace, source: source, watcher: watcher))
    watcher.start()
  }

  private func phaseChanged(_ index: Int, _ phase: Phase) {
    outbox.post(.phase(.access(query), board.change(index, to: phase)))
    schedule()
  }

  private func schedule() {
    guard !isScheduled else { return }
    isScheduled = true
    engine.queue.asyncAfter(deadline: .now() + 0.05) { [weak self] in
      guard let self, !isStopped else { return }
      isScheduled = false
      tell()
    }
  }

  private func tell() {
    guard parts.allSatisfy({ $0.source.items != nil || $0.source.refusal != nil }) else { return }
    var authority = Authority()
    var unseen: [String] = []
    for part in parts {
      if let refusal = part.source.refusal { unseen.append(refusal) }
      for json in (part.source.items ?? [:]).values {
        if Authority.roleKinds.contains(part.kind) {
          authority.add(role: json, kind: part.kind)
        } else {
          authority.add(binding: json, kind: part.kind)
        }
      }
    }
    var board = answer(authority)
    board.unseen = unseen
    board.isWhole = true
    guard board != last else { return }
    last = board
    outbox.post(.access(query, board))
  }

  private func answer(_ authority: Authority) -> AccessBoard {
    var board = AccessBoard()
    switch query {
    case .own: break
    case .subject(let subject, _):
      let (rules, missing) = authority.rules(of: subject)
      board.rules = rules
      board.notes = missing.map { "\($0.words) is named by a binding and was not read or is not there" }
      let groups = Authority.standing(for: subject).subtracting([subject]).map(\.words).sorted()
      if subject.sort == .user {
        board.notes.append(
          "groups that an identity provider tells are not known here; counted with: \(groups.joined(separator: ", "))"
        )
      }
    case .role(let ref):
      board.rules = authority.rules(ofRole: ref)
      board.holders = authority.holders(ofRole: ref)
    case .who(let action): board.holders = authority.holders(of: action)
    case .subjects(let sort, _): board.holders = authority.holders(sort: sort)
    case .grant(let action, let subject):
      board.offers = authority.offers(for: action, to: subject)
      board.command = AccessCommand.role(action, to: subject)
    }
    return board
  }
}
