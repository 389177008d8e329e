import Cluster
import Dispatch

/// Serves the need for what belongs to one object.
///
/// @unchecked: confined to the queue of its desk.
final class RelatedRun: RelationSubscriber, @unchecked Sendable {
  private let ref: ObjectRef
  private let outbox: Outbox
  private var asks: Set<RelationScope> = []
  private var last: Relations?
  private var phase = Phase.connecting
  private var wasWhole = false
  private var restsUntil = DispatchTime(uptimeNanoseconds: 0)
  private var isWaiting = false
  private static let restFactor = 10

  init(_ ref: ObjectRef, outbox: Outbox) {
    self.ref = ref
    self.outbox = outbox
  }

  func scopes(_ desk: RelationDesk) -> Set<RelationScope> {
    var scopes = RelationKinds.scopes(for: ref, desk.finder).scopes.union(asks)
    scopes.insert(RelationScope(one: FactKey(ref)))
    // Which pods use a volume is known only by its claim.
    let links = ref.kind == RelationKinds.volumes ? desk.book.node(FactKey(ref)).links : []
    for link in links where link.kind == RelationKinds.claims {
      scopes.insert(RelationScope(RelationKinds.pods, link.namespace))
    }
    return scopes
  }

  func changed(_ desk: RelationDesk, touched: Set<RelationNode>) {
    let begin = DispatchTime.now()
    // Thousands of pods behind a service take their time: what else waits on the queue shall have most of it.
    guard begin >= restsUntil else {
      guard !isWaiting else { return }
      isWaiting = true
      return desk.later(at: restsUntil) { [weak self, weak desk] in
        guard let self, let desk else { return }
        isWaiting = false
        changed(desk, touched: [])
      }
    }
    defer {
      let spent = DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds
      restsUntil = begin + .nanoseconds(Int(min(spent, 1_000_000_000)) * Self.restFactor)
    }
    let node = desk.book.node(FactKey(ref))
    var reading = RelatedReading(desk)
    var relations = reading.relations(of: node)
    // What was asked for stays wanted as long as it is named.
    asks = asks.filter { ask in
      desk.book.node(FactKey(ask.kind, ask.namespace, ask.name)).users.isEmpty == false
        || relations.names(ask)
    }.union(reading.asks)
    let standing = desk.standing(scopes(desk))
    relations.unseen = standing.unseen
    let leftOut = RelationKinds.scopes(for: ref, desk.finder).leftOut
    if leftOut > 0 { relations.unseen.append("\(leftOut) more kinds of custom objects: too many to read") }
    relations.isWhole = standing.isWhole && reading.asks.isEmpty
    guard node.object != nil || relations.isWhole else { return tell(standing.phase) }
    if relations != last {
      last = relations
      outbox.post(.relations(ref, relations))
    }
    var phase = standing.phase
    if node.object == nil, case .live = phase {
      phase =
        switch desk.coverage(FactKey(ref)) {
        case .refused(let why): .refused(status: 403, why: why)
        default: .ended(why: "\(ref.name) is not there any more")
        }
    }
    if !relations.isWhole, case .live = phase { phase = .listing(got: 0, of: nil) }
    tell(phase)
  }

  private func tell(_ phase: Phase) {
    guard phase != self.phase else { return }
    self.phase = phase
    outbox.post(.phase(.related(ref), phase))
  }
}

extension Relations {
  fileprivate func names(_ scope: RelationScope) -> Bool {
    groups.contains { group in
      group.items.contains {
        $0.ref.kind == scope.kind && $0.ref.name == scope.name && $0.ref.namespace == scope.namespace
      }
    }
  }
}
