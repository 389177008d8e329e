import Cluster

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `--log-file`: what the program asked for and what became of it, a line each. Names of objects and the server's
/// own words, never a credential: nothing that holds one gets here.
final class Journal {
  private let file: CInt

  /// Appends to the file, which only its owner may read; nil with `errno` set where that can't be.
  init?(path: String) {
    file = FileWriter.create(path, O_APPEND, mode: 0o600)
    if file < 0 { return nil }
  }

  deinit { FileWriter.close(file) }

  func write(_ text: String) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var seconds = now.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func padded(_ value: some BinaryInteger, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
    let time = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
    let line = "\(date)T\(time).\(padded(now.tv_nsec / 1_000_000, 3))Z \(Moment.plain(text))\n"
    _ = FileWriter.writeAll(Array(line.utf8), to: file)
  }

  func started(_ need: Need) { write("start \(Self.words(need))") }
  func stopped(_ need: Need) { write("stop \(Self.words(need))") }

  func heard(_ delta: Delta) {
    switch delta {
    case .phase(let need, .listing(let got, let all)):
      write("listing \(Self.words(need)) \(got)/\(all.map(String.init) ?? "?")")
    case .phase(let need, .stale(_, let why)): write("stale \(Self.words(need)): \(why)")
    case .phase(let need, .refused(let status, let why)):
      write("refused \(Self.words(need)): \(status) \(why)")
    case .phase(let need, .ended(let why)): write("ended \(Self.words(need)): \(why)")
    case .phase(let need, .live): write("live \(Self.words(need))")
    case .phase(_, .connecting): break
    case .notice(let text): write("notice \(text)")
    case .kinds(let kinds): write("kinds \(kinds.count)")
    case .progress(let id, let progress): write("change \(id) \(progress.state): \(progress.text)")
    case .problems(_, let board):
      write(
        "problems \(board.problems.count), \(board.unseen.count) unseen\(board.isWhole ? "" : ", not whole")")
    case .diagnosis(let ref, let diagnosis): write("diagnosis \(ref.name): \(diagnosis.state.word)")
    default: break
    }
  }

  private static func words(_ query: Query) -> String {
    let place = query.namespaces.isEmpty ? "all" : query.namespaces.joined(separator: ",")
    let selectors = [query.labelSelector, query.fieldSelector].filter { !$0.isEmpty }
    return "\(query.kind) in \(place)" + (selectors.isEmpty ? "" : " (\(selectors.joined(separator: " ")))")
  }

  private static func words(_ need: Need) -> String {
    switch need {
    case .rows(let query): return "rows \(words(query))"
    case .usage(let query): return "usage of \(words(query.rows))\(query.isDetailed ? ", detailed" : "")"
    case .chart(let query):
      let past = "of \(query.rangeSeconds) s"
      switch query.subject {
      case .object(let ref): return "charts of \(ref.kind) \(ref.namespace)/\(ref.name) \(past)"
      case .cluster: return "charts of the cluster \(past)"
      case .expression(let text): return "chart \(past): \(text)"
      }
    case .object(let ref): return "object \(ref.kind) \(ref.namespace)/\(ref.name)"
    case .description(let ref): return "description \(ref.kind) \(ref.namespace)/\(ref.name)"
    case .olderLog(let query): return "older lines of log \(query.log.namespace)/\(query.log.pod)"
    case .log(let query):
      return "log \(query.namespace)/\(query.pod) \(query.containers.joined(separator: ","))"
    case .rollout(let ref): return "rollout \(ref.kind) \(ref.namespace)/\(ref.name)"
    case .preview(let change, _):
      return "preview \(change.target.kind) \(change.target.namespace)/\(change.target.name)"
    case .problems(let query):
      return "problems in \(query.namespaces.isEmpty ? "all" : query.namespaces.joined(separator: ","))"
    case .diagnosis(let ref): return "diagnosis \(ref.kind) \(ref.namespace)/\(ref.name)"
    case .related(let ref): return "relations of \(ref.kind) \(ref.namespace)/\(ref.name)"
    case .tree(let query): return "tree of \(query.kind)"
    case .access: return "permissions"
    case .timeline(let query): return "timeline of \(query.subject?.name ?? "everything")"
    case .rights(let query): return "rights \(query.kind) in \(query.namespace)"
    case .release(let ref): return "release \(ref.namespace)/\(ref.name)"
    case .certificates(let ref): return "certificates of \(ref.kind) \(ref.namespace)/\(ref.name)"
    case .kinds: return "kinds"
    }
  }
}
