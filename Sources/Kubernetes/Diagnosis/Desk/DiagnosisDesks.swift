import Cluster
import Synchronization

/// The desks of a reader, one for each scope that somebody asks about.
final class DiagnosisDesks: Sendable {
  private struct State {
    var desks: [[String]: DiagnosisDesk] = [:]
    var served: [Kind] = []
  }

  private let engine: Engine
  private let state = Mutex(State())

  init(engine: Engine) { self.engine = engine }

  /// The desk that sees these namespaces (all when empty), or a wider one where there is one already.
  private func desk(_ namespaces: [String], orWider: Bool) -> (DiagnosisDesk, served: [Kind]) {
    let scope = Set(namespaces).sorted()
    return state.withLock { state in
      var desk = state.desks[scope]
      if desk == nil, orWider, !scope.isEmpty {
        desk = state.desks.first { $0.key.isEmpty || Set(scope).isSubset(of: $0.key) }?.value
      }
      let found = desk ?? DiagnosisDesk(namespaces: scope, engine: engine)
      if desk == nil { state.desks[scope] = found }
      return (found, state.served)
    }
  }

  func served(_ kinds: [Kind]) {
    let desks = state.withLock { state in
      state.served = kinds
      return Array(state.desks.values)
    }
    for desk in desks { desk.served(kinds) }
  }

  /// Nobody uses it any more.
  func ended(_ desk: DiagnosisDesk) {
    state.withLock { state in
      if state.desks[desk.namespaces] === desk { state.desks[desk.namespaces] = nil }
    }
  }

  /// Begins to serve a subscriber; gives what ends it.
  func start(_ subscriber: any DiagnosisSubscriber, namespaces: [String], orWider: Bool) -> Stop {
    let ticket = Ticket()
    start(subscriber, namespaces, orWider, ticket)
    return Stop { ticket.stop()?() }
  }

  private func start(
    _ subscriber: any DiagnosisSubscriber, _ namespaces: [String], _ orWider: Bool, _ ticket: Ticket
  ) {
    let (desk, served) = desk(namespaces, orWider: orWider)
    desk.add(subscriber) { [weak self] id in
      guard let self else { return }
      guard let id else {
        ended(desk)
        if !ticket.isStopped { start(subscriber, namespaces, orWider, ticket) }
        return
      }
      let end: @Sendable () -> Void = { desk.remove(id) { self.ended(desk) } }
      if ticket.came(end) { end() }
    }
    desk.served(served)
  }
}

/// What is stopped before it has begun ends as soon as it has.
private final class Ticket: Sendable {
  private let state = Mutex<(end: (@Sendable () -> Void)?, isStopped: Bool)>((nil, false))

  var isStopped: Bool { state.withLock(\.isStopped) }

  /// True when it was stopped meanwhile.
  func came(_ end: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      state.end = end
      return state.isStopped
    }
  }

  func stop() -> (@Sendable () -> Void)? {
    state.withLock { state in
      state.isStopped = true
      return state.end
    }
  }
}
