import Cluster
import Kubernetes

/// Everything that screens may read: what the reader told so far, where we are, and what time it is. Only the main
/// thread holds it; only `Session` changes it.
struct World {
  var kinds = Catalog()
  var place = Place(context: "", cluster: "", user: "", namespace: nil)
  var traffic = Traffic()
  /// Requests a second over the last seconds.
  var requestRate = 0.0
  /// Whether there is a cluster to ask.
  var isConnected = false
  var isReadOnly = false
  /// Several clusters are shown as one.
  var isMerged = false
  /// Whether credentials are masked in all that is told.
  var isRedacted = false
  /// Whether there is a writer: a connection, and a person's consent to changes.
  var canChange = false
  /// A change in this context wants its object's name typed.
  var isProtected = false
  /// Seconds since 1970.
  var now: Int64 = 0
  /// A clock for what happens by itself.
  var milliseconds: Int64 = 0
  /// "14:02" in the person's time zone.
  var clock = ""
  /// Seconds that local time is ahead of UTC.
  var zoneOffsetSeconds = 0

  /// What the person configured.
  var setup = Setup()

  /// The changes of this session and what became of them.
  var ledger = Ledger()

  /// The files that are being written, by their ids.
  var files: [UInt64: FileStatus] = [:]

  private(set) var stores: [Query: RowStore] = [:]
  private(set) var objects: [ObjectRef: WholeObject] = [:]
  /// The versions of an object seen before the present one, the oldest first, as long as it is looked at.
  private(set) var earlier: [ObjectRef: [WholeObject]] = [:]
  private static let maxEarlier = 20
  /// Rises with every change of an object or page.
  private(set) var revisions: [Need: Int] = [:]
  /// Goes on when a need is forgotten: what comes then is another revision than those before.
  private var revisionCount = 0
  private(set) var pages: [ObjectRef: Page] = [:]
  private(set) var logs: [LogQuery: LogRing] = [:]
  /// Whether there is still more before what was fetched.
  private(set) var olderLogs: [OlderLogQuery: Bool] = [:]
  private(set) var rollouts: [ObjectRef: Rollout] = [:]
  private(set) var usages: [UsageQuery: UsageTable] = [:]
  private(set) var charts: [ChartQuery: ChartBoard] = [:]
  private(set) var boards: [ProblemsQuery: ProblemBoard] = [:]
  private(set) var diagnoses: [ObjectRef: Diagnosis] = [:]
  private(set) var timelines: [TimelineQuery: Timeline] = [:]
  private(set) var releases: [ObjectRef: Release] = [:]
  private(set) var relations: [ObjectRef: Relations] = [:]
  private(set) var trees: [TreeQuery: RelationForest] = [:]
  private(set) var access: [AccessQuery: AccessBoard] = [:]
  private(set) var previews: [Need: Preview] = [:]
  /// Why an action on a kind's objects is refused, as far as the server was asked.
  private(set) var refusals: [RightsQuery: [Kind.Ability: String]] = [:]
  private(set) var phases: [Need: Phase] = [:]

  func rows(_ query: Query) -> RowStore? { stores[query] }
  func phase(_ need: Need) -> Phase { phases[need] ?? .connecting }

  /// Whether there is anything of it to show, however old.
  func holds(_ need: Need) -> Bool {
    switch need {
    case .rows(let query): stores[query] != nil
    case .object(let ref): objects[ref] != nil
    case .description(let ref): pages[ref] != nil
    case .log(let query): logs[query] != nil
    case .olderLog(let query): olderLogs[query] != nil
    case .rollout(let ref): rollouts[ref] != nil
    case .usage(let query): usages[query] != nil
    case .chart(let query): charts[query] != nil
    case .problems(let query): boards[query] != nil
    case .diagnosis(let ref): diagnoses[ref] != nil
    case .timeline(let query): timelines[query] != nil
    case .release(let ref): releases[ref] != nil
    case .related(let ref): relations[ref] != nil
    case .tree(let query): trees[query] != nil
    case .access(let query): access[query] != nil
    case .preview: previews[need] != nil
    case .rights(let query): refusals[query] != nil
    case .kinds: kinds.isComplete
    case .certificates: false
    }
  }

  /// Takes in what a reader told. Returns what a person should be told once.
  mutating func apply(_ delta: Delta) -> String? {
    switch delta {
    case .kinds(let kinds): self.kinds.add(kinds)
    case .rows(let query, let batch):
      let columns = kinds[query.kind]?.columns ?? []
      let store = stores[query] ?? RowStore(columns: columns)
      store.apply(batch)
      stores[query] = store
    case .object(let ref, let object):
      renew(.object(ref))
      // The last version of what is gone stays: it is what one wants to read then.
      if let object {
        if let old = objects[ref], !ObjectDifference.lines(from: old.json, to: object.json).isEmpty {
          earlier[ref] = (earlier[ref] ?? []).suffix(Self.maxEarlier - 1) + [old]
        }
        objects[ref] = object
      }
    case .page(let ref, let page):
      renew(.description(ref))
      pages[ref] = page
    case .log(let query, let chunk):
      let ring = logs[query] ?? LogRing(capacityBytes: setup.settings.log.bufferMebibytes << 20)
      ring.append(chunk)
      logs[query] = ring
    case .olderLog(let query, let chunk, let hasMore):
      logs[query.log]?.insert(older: chunk)
      olderLogs[query] = hasMore
    case .rollout(let ref, let rollout):
      renew(.rollout(ref))
      rollouts[ref] = rollout
    case .usage(let query, let batch): usages[query, default: UsageTable()].apply(batch)
    case .chart(let query, let board):
      renew(.chart(query))
      charts[query] = board
    case .problems(let query, let board):
      renew(.problems(query))
      boards[query] = board
    case .diagnosis(let ref, let diagnosis):
      renew(.diagnosis(ref))
      diagnoses[ref] = diagnosis
    case .timeline(let query, let timeline):
      renew(.timeline(query))
      timelines[query] = timeline
    case .release(let ref, let release):
      renew(.release(ref))
      releases[ref] = release
    case .relations(let ref, let relations):
      renew(.related(ref))
      self.relations[ref] = relations
    case .tree(let query, let batch):
      renew(.tree(query))
      let forest = trees[query] ?? RelationForest()
      forest.apply(batch)
      trees[query] = forest
    case .access(let query, let board):
      renew(.access(query))
      access[query] = board
    case .preview(let need, let preview): previews[need] = preview
    case .rights(let query, let refused): refusals[query] = refused
    case .progress(let id, let progress): ledger.told(id, progress, now: now)
    case .phase(let need, let phase): phases[need] = phase
    case .notice(let text): return text
    }
    return nil
  }

  private mutating func renew(_ need: Need) {
    revisionCount += 1
    revisions[need] = revisionCount
  }

  /// Lets go of what no screen needs any more.
  mutating func forget(_ need: Need) {
    phases[need] = nil
    revisions[need] = nil
    switch need {
    case .rows(let query): stores[query] = nil
    case .object(let ref): (objects[ref], earlier[ref]) = (nil, nil)
    case .description(let ref): pages[ref] = nil
    case .log(let query): logs[query] = nil
    case .olderLog(let query): olderLogs[query] = nil
    case .rollout(let ref): rollouts[ref] = nil
    case .usage(let query): usages[query] = nil
    case .chart(let query): charts[query] = nil
    case .problems(let query): boards[query] = nil
    case .diagnosis(let ref): diagnoses[ref] = nil
    case .timeline(let query): timelines[query] = nil
    case .release(let ref): releases[ref] = nil
    case .related(let ref): relations[ref] = nil
    case .tree(let query): trees[query] = nil
    case .access(let query): access[query] = nil
    case .preview: previews[need] = nil
    case .rights(let query): refusals[query] = nil
    case .kinds, .certificates: break
    }
  }

  /// Rows the program itself makes: the contexts.
  mutating func setOwnRows(_ query: Query, _ batch: RowBatch) {
    _ = apply(.rows(query, batch))
    phases[.rows(query)] = .live
  }

  mutating func forgetCluster() { self = withoutCluster }

  /// What is the program's own, and nothing of a cluster.
  var withoutCluster: World {
    var world = World()
    (world.ledger, world.setup) = (ledger, setup)
    (world.now, world.milliseconds) = (now, milliseconds)
    (world.clock, world.zoneOffsetSeconds) = (clock, zoneOffsetSeconds)
    world.stores = stores.filter { $0.key.kind == Catalog.contexts.id }
    for query in world.stores.keys { world.phases[.rows(query)] = .live }
    return world
  }
}
