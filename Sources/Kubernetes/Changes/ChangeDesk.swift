import Cluster
import Dispatch
import Document
import HTTP

/// Where changes are previewed and sent: the one part of the program that holds a `Client`.
final class ChangeDesk: Sendable {
  let engine: Engine
  let courier: Courier
  let place: Place
  let kind: @Sendable (Kind.ID) -> Kind
  private let session: HTTPSession
  /// Each change may wait for the server, and none for another.
  private let queue = DispatchQueue(label: "changes", attributes: .concurrent)

  init(
    engine: Engine, session: HTTPSession, place: Place, kind: @escaping @Sendable (Kind.ID) -> Kind,
    client: @escaping @Sendable (HTTPSession) -> Result<Client, Unavailable>,
    refresh: @escaping @Sendable () -> Unavailable?
  ) {
    self.engine = engine
    self.session = session
    self.place = place
    self.kind = kind
    courier = Courier(client: { client(session) }, refresh: refresh)
  }

  var writer: Writer {
    Writer(
      preview: { [self] need, outbox in
        guard case .preview(let change, _) = need else { return Stop {} }
        let run = PreviewRun(need, change, desk: self, outbox: outbox)
        run.start()
        return Stop { run.stop() }
      },
      submit: { [self] submission, outbox in
        let run = SubmitRun(submission, desk: self, outbox: outbox)
        run.start()
        return Stop { run.stop() }
      },
      close: { [session] in session.shutdown() })
  }

  /// Off the engine's queue, where it may block.
  func work(_ body: @escaping @Sendable () -> Void) {
    queue.async(execute: body)
  }

  func preview(_ change: Change) -> ChangePreview {
    ChangePreview(
      change: change, kind: kind(change.target.kind), place: place, courier: courier, now: Int64(engine.now())
    )
  }
}

/// Serves the need for a preview: asks once, then watches whether the object stays as it was.
///
/// @unchecked: confined to the engine's queue.
final class PreviewRun: @unchecked Sendable {
  private let need: Need
  private let change: Change
  private let desk: ChangeDesk
  private let outbox: Outbox
  private var watcher: Watcher?
  private var preview: Preview?
  private var base: JSON?
  private var latest: JSON?
  private var isStopped = false

  init(_ need: Need, _ change: Change, desk: ChangeDesk, outbox: Outbox) {
    self.need = need
    self.change = change
    self.desk = desk
    self.outbox = outbox
  }

  func start() {
    let source = ObjectSource(
      change.target, engine: desk.engine, change: { [weak self] in self?.objectChanged($0) },
      tell: { [weak self] in self?.phaseChanged($0) }, notice: { [outbox] in outbox.post(.notice($0)) })
    let watcher = Watcher(engine: desk.engine, target: source.target, consumer: source)
    desk.engine.queue.async { [self] in
      guard !isStopped else { return }
      self.watcher = watcher
      watcher.start()
    }
  }

  func stop() {
    desk.engine.queue.async { [self] in
      isStopped = true
      watcher?.stop()
      watcher = nil
    }
  }

  private func phaseChanged(_ phase: Phase) {
    // While the server is asked what would be, the object alone is no answer.
    if case .live = phase, preview == nil { return }
    outbox.post(.phase(need, phase))
  }

  private func objectChanged(_ object: JSON?) {
    guard !isStopped else { return }
    guard let object else { return gone() }
    latest = object
    guard base == nil else { return compare() }
    base = object
    desk.work { [self] in
      let preview = desk.preview(change).ask(object)
      desk.engine.queue.async { self.answered(preview) }
    }
  }

  private func answered(_ preview: Preview) {
    guard !isStopped else { return }
    self.preview = preview
    outbox.post(.preview(need, preview))
    outbox.post(.phase(need, .live))
    compare()
  }

  private func compare() {
    guard var preview, let base, let latest else { return }
    let isSame = FieldOwners.changed(from: change.shown(base), to: change.shown(latest)).isEmpty
    if isSame, preview.changedSince.isEmpty { return }
    let lines = SecretMask.difference(
      FieldOwners.essence(change.shown(base)), FieldOwners.essence(change.shown(latest)))
    guard lines != preview.changedSince else { return }
    preview.changedSince = lines
    self.preview = preview
    outbox.post(.preview(need, preview))
  }

  private func gone() {
    let words = ChangeWords(change: change, kind: desk.kind(change.target.kind))
    let why = "\(change.target.name) is not there any more"
    preview = Preview(change, .refused(why), title: words.title, command: words.command(desk.place))
    if let preview { outbox.post(.preview(need, preview)) }
    outbox.post(.phase(need, .live))
  }
}
