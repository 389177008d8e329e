import Cluster
import Document
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `clustertui why KIND/NAME`: what is wrong with one object, for people, scripts and gates after a deploy. It can only
/// read, and masks credentials.
enum WhyCommand {
  private static let columns = 100
  /// How long the server may take to tell its kinds where the object's is known anyway.
  private static let kindsMilliseconds: Int64 = 5_000

  static func run(_ arguments: Arguments, _ connector: Connector, context: String) -> Int32 {
    let session = Session(connector: connector)
    defer { session.close() }
    if Run.keepJournal(arguments, session) != nil { return 2 }
    return run(arguments, session, context: context) { print($0) }
  }

  /// - Parameter say: prints to the standard output.
  static func run(
    _ arguments: Arguments, _ session: Session, context: String, say: (String) -> Void
  ) -> Int32 {
    session.isRedacted = true
    session.open(
      context: context, namespaces: arguments.namespaces, command: "", first: NeedsScreen([]),
      isReadOnly: true)
    if let problem = session.problem { return Run.misused(problem.text) }
    var gate = WhyGate(waitSeconds: arguments.waitSeconds, now: session.milliseconds)
    let ref: ObjectRef
    switch object(arguments, session, patience: gate.patience) {
    case .success(let found): ref = found
    case .failure(let problem): return Run.misused(problem.text)
    }
    let isIngress = ref.kind == "networking.k8s.io/v1/ingresses"
    session.show(
      NeedsScreen(isIngress ? [.kinds, .diagnosis(ref), .certificates(ref)] : [.kinds, .diagnosis(ref)]))
    var told = ""
    while true {
      session.takeIn()
      let diagnosis = session.world.diagnoses[ref]
      if gate.waits, let diagnosis { tell(diagnosis, session.world, &told) }
      switch gate.saw(diagnosis, session.world.phase(.diagnosis(ref)), now: session.milliseconds) {
      case .goOn: Headless.wait(session, atMost: gate.milliseconds(now: session.milliseconds))
      case .fail(let why): return Run.misused("\(session.world.kinds.words(for: ref)): \(why)")
      case .end(let code):
        guard var diagnosis else { return 2 }
        if !session.world.kinds.isComplete {
          diagnosis.unseen.append("custom objects: the server did not tell its kinds")
        }
        say(text(diagnosis, session.world, arguments.output))
        guard fflush(nil) == 0 else {
          return Run.misused("cannot write: \(String(cString: strerror(errno)))")
        }
        return code
      }
    }
  }

  /// "deploy/web" or "deploy web". A kind that no table of ours knows is asked for.
  private static func object(
    _ arguments: Arguments, _ session: Session, patience: Int64
  ) -> Result<ObjectRef, ConnectionProblem> {
    let words = arguments.words.flatMap { $0.split(separator: "/", maxSplits: 1).map(String.init) }
    guard words.count == 2 else { return .failure(ConnectionProblem(text: "why takes an object")) }
    // What is wrong with an object of a built-in kind may be told by a custom one, which is watched when its kind is
    // known.
    let isKnown = session.world.kinds.find(words[0]) != nil
    let why = Headless.waitForKinds(
      session, patienceMilliseconds: isKnown ? min(patience / 2, kindsMilliseconds) : min(patience, 30_000),
      outlastsFailures: arguments.waitSeconds != nil)
    if let why, !isKnown { return .failure(ConnectionProblem(text: why)) }
    let kinds = session.world.kinds
    guard let kind = kinds.find(words[0]) else {
      let nearest = kinds.nearest(to: words[0]).map { ": did you mean \($0)?" } ?? ""
      return .failure(ConnectionProblem(text: "the server knows no kind '\(words[0])'\(nearest)"))
    }
    let place = arguments.namespaces?.first ?? session.world.place.namespace ?? "default"
    return .success(ObjectRef(kind: kind.id, namespace: kind.namespaced ? place : "", name: words[1]))
  }

  /// Says on the standard error what has become of it, when that changed.
  private static func tell(_ diagnosis: Diagnosis, _ world: World, _ told: inout String) {
    let sentence = ReportWords.sentence(diagnosis, world.kinds)
    guard diagnosis.isWhole, sentence != told else { return }
    told = sentence
    let line = "\(Timestamp(seconds: world.now).text) \(Moment.dated(sentence))\n"
    _ = FileWriter.writeAll(Array(line.utf8), to: STDERR_FILENO)
  }

  static func text(_ diagnosis: Diagnosis, _ world: World, _ output: Arguments.Output) -> String {
    if output == .json {
      let report = ReportJSON(world.kinds, world.place, now: world.now).why(diagnosis)
      return String(decoding: report.encoded(pretty: true), as: UTF8.self)
    }
    let text = WhyText(
      diagnosis, kinds: world.kinds, now: world.now, zoneOffsetSeconds: world.zoneOffsetSeconds,
      width: columns, isFull: true, isInteractive: false)
    return text.plainText
  }
}
