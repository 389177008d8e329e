import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// The promise of lists and watches: whatever happens to the connection, at the end the rows are those that a fresh
/// list has; none lost, none doubled, none stale.
@Suite struct ReaderSoakTests {
  /// Numbers that are the same in each run.
  private final class Dice: Sendable {
    private let state: Mutex<UInt64>
    init(_ seed: UInt64) { state = Mutex(seed &* 0x9E37_79B9_7F4A_7C15) }
    func roll(_ bound: Int) -> Int {
      state.withLock { state in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
      }
    }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func rowsEqualAFreshListHoweverTheConnectionBreaks(seed: UInt64) throws {
    let dice = Dice(seed)
    var options = DemoOptions()
    options.pods = 40
    options.seed = seed
    options.churnPerSecond = 100
    options.clock = .driven(startEpochSeconds: 1_795_230_000)
    // Short, so that some watches find their version forgotten.
    options.historyLimit = 150
    let demo = try DemoServer(options)
    defer { demo.stop() }
    let isCalm = Atomic(false)
    let proxy = CutProxy(to: demo.port) {
      if isCalm.load(ordering: .relaxed) { return nil }
      return dice.roll(2) == 0 ? 200 + dice.roll(60_000) : 200_000 + dice.roll(600_000)
    }
    defer { proxy.stop() }
    let reader = KubernetesReader(upstream: Self.upstream(proxy.port), maxBackoffSeconds: 0.5)
    defer { reader.close() }
    let world = World(reader)
    let queries = Self.queries
    for query in queries { world.start(query) }

    for _ in 0..<24 {
      demo.advance(seconds: 0.1 + Double(dice.roll(30)) / 100)
      if dice.roll(5) == 0 { demo.dropConnections() }
      // At times the reader is at rest when the next thing happens, at others in the middle of something.
      let seen = world.batches
      let rests = dice.roll(2) == 0
      world.waitBriefly { rests ? $0.isLive(queries[0]) : $0.batches > seen || !$0.isLive(queries[0]) }
    }
    isCalm.store(true, ordering: .relaxed)
    demo.advance(seconds: 1)

    for query in queries {
      let fresh = try Self.freshRows(query, demo)
      #expect(!fresh.isEmpty)
      world.wait("the rows of a fresh list of \(query.kind)") { $0.isLive(query) && $0.rows(query) == fresh }
      let rows = world.rows(query)
      #expect(rows.filter { fresh[$0.key] == nil }.isEmpty, "rows that are no more")
      #expect(fresh.filter { rows[$0.key] == nil }.isEmpty, "rows that are missing")
      #expect(
        rows.filter { fresh[$0.key] != nil && fresh[$0.key] != $0.value }.isEmpty, "rows that are stale")
    }
    #expect(proxy.cuts > 1)
    #expect(world.batches > 10)
  }

  private static let queries: [Query] = {
    var selected = Query("v1/pods", namespaces: ["market"])
    selected.labelSelector = "app"
    return [Query("v1/pods"), selected, Query("v1/events"), Query("apps/v1/replicasets")]
  }()

  private static func upstream(_ port: Int) -> Upstream {
    let server = Server(base: "http://127.0.0.1:\(port)")
    return Upstream(
      place: Place(context: "demo", cluster: "demo", user: "demo", namespace: nil),
      getter: { .success(Getter(session: $0, server: server)) })
  }

  /// All rows by UID, each as text, of a list that nothing disturbs.
  private static func freshRows(_ query: Query, _ demo: DemoServer) throws -> [String: String] {
    let session = HTTPSession()
    defer { session.shutdown() }
    let getter = Getter(session: session, server: Server(base: "http://127.0.0.1:\(demo.port)"))
    let target = WatchTarget(
      ResourcePath(query.kind), namespace: query.namespaces.first ?? "", labelSelector: query.labelSelector)
    let answer = try getter.fetch(target.list(continueToken: nil, limit: 100_000))
    var writer = RowWriter()
    writer.beginList()
    let decoder = Kinds.builtIn(query.kind)?.decoder
    answer.body.withUnsafeBytes { bytes in ListBody(bytes).eachItem { decoder?.write($0, &writer) } }
    writer.completeList()
    let store = RowStore()
    store.apply(writer.takeBatch())
    return World.texts(store)
  }

  /// What a program would show.
  private final class World {
    private let reader: KubernetesReader
    private let mailbox = Mailbox<Outbox.Letter>()
    private var stores: [Query: RowStore] = [:]
    private var phases: [Query: Phase] = [:]
    private var stops: [Stop] = []
    private(set) var batches = 0

    init(_ reader: KubernetesReader) { self.reader = reader }

    func start(_ query: Query) { stops.append(reader.start(.rows(query), into: Outbox(mailbox, start: 1))) }
    func isLive(_ query: Query) -> Bool { phases[query] == .live }
    func rows(_ query: Query) -> [String: String] { stores[query].map(Self.texts) ?? [:] }

    static func texts(_ store: RowStore) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: store.aliveSlots.map { slot in
          let row = store[slot]
          let cells = (0..<row.cellCount).map { row.cell($0) }.joined(separator: "|")
          return (row.uid, "\(row.namespace)/\(row.name) \(row.created) \(row.tone) \(cells) \(row.labels)")
        })
    }

    func pump() {
      for delta in mailbox.drain().map(\.delta) {
        switch delta {
        case .rows(let query, let batch):
          let store = stores[query] ?? RowStore()
          stores[query] = store
          store.apply(batch)
          batches += 1
        case .phase(.rows(let query), let phase): phases[query] = phase
        default: break
        }
      }
    }

    func waitBriefly(until isSo: (World) -> Bool) { _ = waits(seconds: 2, isSo) }

    private func waits(seconds: Double, _ isSo: (World) -> Bool) -> Bool {
      waitUntil(seconds: seconds) {
        pump()
        return isSo(self)
      }
    }

    func wait(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, until isSo: (World) -> Bool)
    {
      let found = waits(seconds: 60, isSo)
      #expect(found, "never: \(what); \(phases)", sourceLocation: sourceLocation)
    }
  }
}
