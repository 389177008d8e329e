import Cluster
import Dispatch

/// Somebody who is told what objects have to do with each other. Called on the engine's queue.
protocol RelationSubscriber: AnyObject, Sendable {
  /// What it wants to have read, as far as that is known by now.
  func scopes(_ desk: RelationDesk) -> Set<RelationScope>
  /// - Parameter touched: what has changed since the last time.
  func changed(_ desk: RelationDesk, touched: Set<RelationNode>)
}

/// How much is known of a scope.
enum Coverage {
  case whole
  case loading
  /// The server's words.
  case refused(String)
  case none
}

/// Reads what belongs together, once for all who look at it. What nobody wants any more is kept up to date for a
/// while: whoever goes through a list of objects looks at the same namespace again and again.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `served`, which hop onto it.
final class RelationDesk: @unchecked Sendable {
  private static let settleSeconds = 0.06
  private static let lingerSeconds = 20.0

  private let engine: Engine
  private(set) var book = RelationBook()
  private(set) var finder = KindFinder()
  private var sources: [RelationScope: RelationSource] = [:]
  private var watchers: [RelationScope: Watcher] = [:]
  private var subscribers: [Int: any RelationSubscriber] = [:]
  private var lastID = 0
  /// Since when nobody has wanted them.
  private var unwanted: [RelationScope: Double] = [:]
  private var isScheduled = false
  private var isTidying = false

  init(engine: Engine) {
    self.engine = engine
    setFinder(KindFinder())
  }

  /// Begins to serve a subscriber; gives what ends it.
  func start(_ subscriber: any RelationSubscriber) -> Stop {
    let held = RelationTicket()
    engine.queue.async { [self] in
      guard !held.isStopped else { return }
      lastID += 1
      held.id = lastID
      subscribers[lastID] = subscriber
      read()
      subscriber.changed(self, touched: [])
      schedule()
    }
    return Stop { [self] in
      engine.queue.async { [self] in
        held.isStopped = true
        if let id = held.id { subscribers[id] = nil }
        read()
      }
    }
  }

  func served(_ kinds: [Kind]) {
    engine.queue.async { [self] in
      setFinder(KindFinder(kinds))
      if !subscribers.isEmpty {
        read()
        schedule()
      }
    }
  }

  private func setFinder(_ finder: KindFinder) {
    self.finder = finder
    book.isClusterWide = { !finder.isNamespaced($0) }
  }

  // MARK: What is known

  func coverage(_ scope: RelationScope) -> Coverage {
    let found = sources.values.filter { $0.scope.covers(scope) }
    if found.contains(where: \.isWhole) { return .whole }
    if let refused = found.compactMap(\.refusal).first { return .refused(refused) }
    return found.isEmpty ? .none : .loading
  }

  func coverage(_ key: FactKey) -> Coverage { coverage(RelationScope(one: key)) }

  /// The state of all that a subscriber wants, and what could not be read.
  func standing(_ scopes: Set<RelationScope>) -> (phase: Phase, unseen: [String], isWhole: Bool) {
    var phase = Phase.live
    var unseen: [String] = []
    var isWhole = true
    for scope in scopes.sorted(by: { ($0.words, $0.name) < ($1.words, $1.name) }) {
      let found = sources.values.filter { $0.scope.covers(scope) }
      if !found.contains(where: \.isSettled) { isWhole = false }
      if !found.contains(where: \.isWhole), let why = found.compactMap(\.refusal).first {
        let words = scope.name.isEmpty ? scope.words : "\(scope.words) \(scope.name)"
        if !unseen.contains(where: { $0.hasPrefix("\(scope.words):") }) { unseen.append("\(words): \(why)") }
      }
      for source in found { if case .stale = source.phase { phase = source.phase } }
    }
    if case .live = phase, !isWhole { phase = .listing(got: book.touched.count, of: nil) }
    return (phase, unseen, isWhole)
  }

  // MARK: Reading

  /// Starts what is wanted and not read, ends what nobody has wanted for a while.
  private func read() {
    var wanted: Set<RelationScope> = []
    for subscriber in subscribers.values { wanted.formUnion(subscriber.scopes(self)) }
    let lists = wanted.filter(\.isList)
    wanted = wanted.filter { scope in !lists.contains { $0 != scope && $0.covers(scope) } }
    for scope in wanted where sources[scope] == nil {
      if sources.keys.contains(where: { $0.isList && $0.covers(scope) && unwanted[$0] == nil }) { continue }
      begin(scope)
    }
    let now = Watcher.now
    for scope in sources.keys {
      let isNeeded = wanted.contains(scope) || wanted.contains { scope.isList && scope.covers($0) }
      unwanted[scope] = isNeeded ? nil : unwanted[scope] ?? now
    }
    let due = unwanted.filter { now - $0.value >= Self.lingerSeconds }.keys
    for scope in due { end(scope) }
    if !unwanted.isEmpty, !isTidying {
      isTidying = true
      engine.queue.asyncAfter(deadline: .now() + Self.lingerSeconds + 0.5) { [weak self] in self?.tidy() }
    }
  }

  private func tidy() {
    isTidying = false
    read()
    if sources.isEmpty { book.clear() }
  }

  private func begin(_ scope: RelationScope) {
    let source = RelationSource(scope, book, finder) { [weak self] in self?.schedule() }
    source.isHeldElsewhere = { [weak self, weak source] key in
      self?.sources.values.contains { $0 !== source && $0.held.contains(key) } ?? false
    }
    let watcher = Watcher(engine: engine, target: scope.target, consumer: source)
    sources[scope] = source
    watchers[scope] = watcher
    watcher.start()
  }

  private func end(_ scope: RelationScope) {
    watchers.removeValue(forKey: scope)?.stop()
    unwanted[scope] = nil
    sources.removeValue(forKey: scope)?.release()
  }

  /// Once others have had their turn on the queue.
  func later(at time: DispatchTime = .now(), _ body: @escaping @Sendable () -> Void) {
    engine.queue.asyncAfter(deadline: time, execute: body)
  }

  private func schedule() {
    guard !isScheduled else { return }
    isScheduled = true
    engine.queue.asyncAfter(deadline: .now() + Self.settleSeconds) { [weak self] in
      guard let self else { return }
      isScheduled = false
      let touched = book.takeTouched()
      for subscriber in subscribers.values { subscriber.changed(self, touched: touched) }
      read()
    }
  }
}

/// What was begun and can be ended. @unchecked: confined to the engine's queue.
private final class RelationTicket: @unchecked Sendable {
  var id: Int?
  var isStopped = false
}
