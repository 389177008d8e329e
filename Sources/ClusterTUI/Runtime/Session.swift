import Cluster
import Terminal

/// The program without its terminal: readers, what they told, the screens over it. The full-screen loop, `print`
/// and scripts all drive the same session.
final class Session {
  /// The cluster that is on the screen.
  private var current = Attachment()
  /// Those that were left, the last one at the end: a switch waits for nothing, and the way back finds them live.
  private var warm: [Attachment] = []
  private static let maxWarm = 2
  private static let maxOwners = 1_000
  private static let warmMilliseconds: Int64 = 15 * 60_000
  var world: World { current.world }
  var shell: Shell { current.shell }
  private let connector: Connector
  var audit: Audit?
  /// Where what is to be remembered goes; nil remembers it for this session alone.
  private var stateFile: StateFile?
  /// The person's own wish, whatever the context says.
  private var wantsReadOnly = false
  /// Masks credentials in all that is told, whatever screen shows it. Counts from the next `open` on.
  var isRedacted = false
  /// The screen that all begins with, in place of the problems.
  var home: ((_ namespaces: [String]) -> any Screen)?
  /// Why there is no way into the context that was asked for.
  private(set) var problem: ConnectionProblem?
  private let mailbox = Mailbox<Outbox.Letter>()
  private var starts = 0
  /// Who made which start.
  private var owners: [Int: Attachment] = [:]
  private var files = SavedFiles()
  private let clock: Clock
  /// Where `--log-file` goes.
  var journal: Journal?

  init(connector: Connector, clock: Clock = .system) {
    self.connector = connector
    self.clock = clock
    tick()
    current.world.setOwnRows(Query(Catalog.contexts.id), connector.rows(current: nil))
  }

  /// Takes up what was remembered, and keeps what will be. A file that can't be understood is told.
  func remember(in file: StateFile) {
    let (remembered, problem) = file.load()
    stateFile = file
    current.shell.remembered = remembered
    if let problem { current.shell.fail(problem) }
  }

  /// Readable when there is something to take in.
  var descriptor: CInt { mailbox.descriptor }
  /// The moment to draw again although nothing came.
  var wakeAt: Int64 {
    // Who writes a file goes on below another screen too, and the server waits for that.
    let writing = files.isEmpty ? .max : drawnAt + Self.writingMilliseconds
    return min(shell.wakeAt ?? .max, drawnAt + shell.redrawIn(world), writing)
  }
  private static let writingMilliseconds: Int64 = 100
  private var drawnAt: Int64 = 0
  var milliseconds: Int64 { clock.milliseconds() }

  // MARK: Contexts

  /// Connects and runs the first command there; a context that was left a while ago is as it was. One that can't be used is
  /// told on the screen of contexts.
  ///
  /// - Parameter first: a screen to begin with in place of a command.
  func open(
    context name: String, namespaces: [String]?, command: String, first: (any Screen)? = nil,
    isReadOnly: Bool = false
  ) {
    journal?.write("open context '\(name)': \(command)")
    wantsReadOnly = isReadOnly
    problem = nil
    if namespaces == nil, first == nil, resume(name) {
      if !command.isEmpty { perform(current.shell.run(command, world)) }
    } else {
      attach(name, namespaces: namespaces, command: command, first: first)
    }
    reconcile()
  }

  private func attach(_ name: String, namespaces: [String]?, command: String, first: (any Screen)?) {
    leave(for: name)
    switch connector.connect(name) {
    case .failure(let problem):
      self.problem = problem
      _ = current.shell.run("contexts", world)
      current.shell.fail(problem.text)
      journal?.write("no way there: \(problem.text)")
    case .success(let link):
      let reader = link.reader
      current = Attachment(name, link, mayChange: !wantsReadOnly, world: world, shell: shell)
      current.world.canChange = current.writer != nil
      current.world.isProtected = link.isProtected
      current.world.isMerged = link.isMerged
      current.world.isReadOnly = wantsReadOnly || link.writer == nil && !link.isMerged
      current.world.setOwnRows(Query(Catalog.contexts.id), connector.rows(current: name))
      current.world.isConnected = true
      current.world.place = reader.place
      current.world.kinds.add(reader.kinds, complete: false)
      current.take(world.setup)
      current.shell.namespaces = namespaces ?? reader.place.namespace.map { [$0] } ?? []
      if let first = first ?? home?(shell.namespaces) { current.shell.begin(with: first) }
      if first == nil, home == nil || !command.isEmpty {
        perform(current.shell.run(command.isEmpty ? world.setup.settings.defaultView : command, world))
      }
      if let problem = link.problem { current.shell.fail(problem) }
    }
  }

  // MARK: Visits

  /// Shows a screen in another context, from where the way back leads here.
  private func visit(_ name: String, _ screen: any Screen) {
    let from = current
    if !resume(name) {
      attach(name, namespaces: [], command: "", first: screen)
      guard current.context == name else { return }
      current.shell.stack = []
    }
    current.visitedFrom = from.context
    current.shell.beginVisit(screen)
  }

  private func endVisit() {
    guard let from = current.visitedFrom else { return }
    current.visitedFrom = nil
    current.shell.endVisit()
    if !resume(from) { attach(from, namespaces: nil, command: "", first: nil) }
  }

  /// Goes back to a context that was left; false where there is none to go back to.
  private func resume(_ name: String) -> Bool {
    guard current.context != name, let at = warm.firstIndex(where: { $0.context == name }) else {
      return false
    }
    let next = warm.remove(at: at)
    let (ledger, old) = (world.ledger, current)
    current = next
    current.world.ledger = ledger
    current.shell.takeOver(old.shell)
    if current.shell.stack.isEmpty { perform(current.shell.run("problems", world)) }
    current.world.setOwnRows(Query(Catalog.contexts.id), connector.rows(current: name))
    keepWarm(old)
    tick()
    return true
  }

  /// Makes room for another context: what is left stays warm, unless it is opened anew.
  private func leave(for name: String) {
    let old = current
    current = Attachment()
    current.world = old.world.withoutCluster
    current.shell = old.shell
    current.shell.clear()
    current.world.isReadOnly = wantsReadOnly
    current.world.isRedacted = isRedacted
    current.world.setOwnRows(Query(Catalog.contexts.id), connector.rows(current: nil))
    if old.context == name { end(old) } else { keepWarm(old) }
    for old in warm where old.context == name { end(old) }
    warm.removeAll { $0.context == name }
  }

  private func keepWarm(_ old: Attachment) {
    guard old.reader != nil else { return }
    old.leftAt = clock.milliseconds()
    warm.append(old)
    while warm.count > Self.maxWarm { end(warm.removeFirst()) }
  }

  /// Who has not come back for so long will not.
  private func endForgotten() {
    while let old = warm.first, clock.milliseconds() - old.leftAt > Self.warmMilliseconds {
      end(warm.removeFirst())
    }
  }

  private func end(_ old: Attachment) {
    // What is under way is followed no more: the record says so.
    for id in current.world.ledger.leave(old.world.place.context, now: world.now) {
      world.ledger[id].map(record)
    }
    old.close()
    owners = owners.filter { $0.value !== old }
  }

  /// Puts a screen in the place of all others.
  func show(_ screen: any Screen) {
    current.shell.begin(with: screen)
    reconcile()
  }

  func close() {
    for old in warm + [current] { end(old) }
    warm = []
    current.world.forgetCluster()
    current.shell.clear()
    files.finish()
  }

  // MARK: What runs

  private func reconcile() {
    for (file, problem) in files.serve(shell.files, Outbox(mailbox, start: 0)) {
      current.shell.fail(problem)
      current.shell.stopWriting(file)
    }
    let owner = current
    owner.reconcile(journal: journal) {
      starts += 1
      owners[starts] = owner
      if owners.count > Self.maxOwners { forgetEnded() }
      return (starts, Outbox(mailbox, start: starts, isRedacted: isRedacted))
    }
  }

  /// What ended tells nothing more.
  private func forgetEnded() {
    let starts = Set(owners.keys)
    let ongoing = (warm + [current]).reduce(into: Set<Int>()) { $0.formUnion($1.runs(starts)) }
    owners = owners.filter { ongoing.contains($0.key) || $0.key == self.starts }
  }

  /// Takes in what came; false when that was nothing.
  @discardableResult
  func takeIn() -> Bool {
    tick()
    let letters = mailbox.drain()
    for letter in letters { take(letter) }
    perform(current.shell.took(world))
    return !letters.isEmpty
  }

  private func take(_ letter: Outbox.Letter) {
    let delta = letter.delta
    if let id = delta.submission {
      journal?.heard(delta)
      let before = world.ledger[id]?.progress.state
      _ = current.world.apply(delta)
      if let entry = world.ledger[id], entry.progress.state != before { record(entry) }
      return
    }
    // What the program's own files have to say.
    if letter.start == 0, case .notice(let text) = delta { return current.shell.inform(text, world) }
    guard let owner = owners[letter.start], delta.need.map({ owner.serves($0, start: letter.start) }) ?? true
    else { return }
    journal?.heard(delta)
    let notice = owner.world.apply(delta)
    guard owner === current else { return }
    if let notice { current.shell.inform(notice, world) }
    if case .kinds = delta { perform(current.shell.kindsCame(world)) }
  }

  private func tick() {
    if !files.isEmpty || !world.files.isEmpty {
      current.world.files = files.statuses
    }
    current.world.now = clock.epochSeconds()
    current.world.milliseconds = clock.milliseconds()
    (current.world.clock, current.world.zoneOffsetSeconds) = clock.local(world.now)
    current.measureTraffic()
    endForgotten()
  }

  // MARK: Keys and frames

  /// What is left to do for the one who holds the terminal: copy, save, quit.
  private(set) var pending: [Effect] = []
  func takePending() -> [Effect] {
    defer { pending = [] }
    return pending
  }

  func handle(_ key: Key) {
    tick()
    perform(current.shell.handle(key, world))
    reconcile()
  }

  private func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .submit(let previews):
        submit(previews)
        continue
      case .remember(let note):
        if let problem = stateFile?.note(note) { current.shell.fail(problem) }
        continue
      case .refresh:
        current.restart(journal: journal)
        continue
      case .readChanges:
        current.world.ledger.markRead()
        continue
      case .write(let file, let bytes):
        files.write(bytes, to: file)
        continue
      case .finished(let file):
        files.finish(file)
        continue
      default: break
      }
      if case .visit(let name, let screen) = effect {
        visit(name, screen)
      } else if case .endVisit = effect {
        endVisit()
      } else if case .switchContext(let text, let command) = effect {
        let known = connector.contexts.map(\.name)
        let names = Connector.names(in: text)
        if let name = names.first(where: { !known.contains($0) }) {
          // A slip of the fingers must not cost the connection.
          let nearest = Nearest.word(to: name, among: known).map { ": did you mean \($0)?" } ?? ""
          current.shell.fail("there is no context '\(name)'\(nearest)")
          continue
        }
        open(context: text, namespaces: nil, command: command, isReadOnly: wantsReadOnly)
      } else {
        pending.append(effect)
      }
    }
  }

  // MARK: Changes

  private func submit(_ previews: [Preview]) {
    guard let writer = current.writer else {
      return current.shell.fail("nothing was sent: there is no connection that may change anything")
    }
    for preview in previews {
      let submission = current.world.ledger.add(preview, world.place, now: world.now)
      if let entry = world.ledger[submission.id] { record(entry) }
      current.submissions[submission.id] = writer.submit(submission, Outbox(mailbox, start: 0))
    }
  }

  private func record(_ entry: Ledger.Entry) {
    if let problem = audit?.write(entry, now: world.now) { current.shell.fail(problem) }
  }

  /// A text that a screen wants to have edited, and its outcome.
  var editorText: String? { shell.editorText }
  func edited(_ outcome: EditorOutcome) {
    tick()
    perform(current.shell.edited(outcome, world))
    reconcile()
  }

  /// Takes what the person configured. Who has become careful gets no more changes through; who was, only when the
  /// context is opened again.
  func configure(_ setup: Setup) {
    connector.follow(setup.configuration)
    let mended = warm.filter { $0.writer == nil && !setup.configuration.isReadOnly($0.context) }
    for old in mended { end(old) }
    warm.removeAll { old in mended.contains { $0 === old } }
    for attachment in warm + [current] { attachment.take(setup) }
  }

  /// Where what runs beside the program tells its end.
  var outbox: Outbox { Outbox(mailbox, start: 0, isRedacted: isRedacted) }

  func inform(_ text: String) { current.shell.inform(text, world) }
  func fail(_ text: String) { current.shell.fail(text) }

  /// The screen as it should look now.
  func frame(width: Int, height: Int) -> Canvas {
    tick()
    drawnAt = world.milliseconds
    current.shell.prepare(world, width: width, height: height)
    reconcile()
    return shell.draw(world, width: width, height: height)
  }

  /// Whether everything that is needed is there and nothing is on its way: what tests and `print` wait for.
  var isIdle: Bool {
    guard mailbox.isEmpty else { return false }
    if current.reader == nil { return true }
    if let wakeAt = shell.wakeAt, wakeAt <= clock.milliseconds() + 1_000, wakeAt != .max { return false }
    return shell.needs(world).allSatisfy { need in
      switch world.phase(need) {
      case .connecting, .listing: need == .kinds && world.kinds.isComplete
      case .live, .partial, .stale, .refused, .ended: true
      }
    }
  }
}

extension Delta {
  /// The change that this tells about.
  fileprivate var submission: Int? { if case .progress(let id, _) = self { id } else { nil } }
}
