import Cluster

/// How the program gets at clusters: the contexts a person may choose from, and the way into each.
struct Connector {
  struct ContextRow {
    var name: String
    var cluster: String
    var user: String
    var namespace: String
  }

  var contexts: [ContextRow]
  /// Never blocks: whatever takes time happens behind the reader. The text says why there is no such way.
  var open: (_ context: String) -> Result<Link, ConnectionProblem>

  /// Other rules about which contexts need care, for those that are opened from then on.
  var follow: (Configuration) -> Void = { _ in }

  /// A way into a cluster.
  struct Link {
    var reader: any Reader
    /// Makes what can change things; nil where nothing may.
    var writer: (() -> Writer)?
    /// A change there wants its object's name typed.
    var isProtected = false
    /// Shows several clusters as one: only lists, no object alone.
    var isMerged = false
    /// Contexts that were asked for and are not among what is shown, and why.
    var problem: String?
  }
}

struct ConnectionProblem: Error {
  var text: String
}

extension Connector {
  /// The names in "eu,us"; one where there is no comma.
  static func names(in text: String) -> [String] { text.split(separator: ",").map(String.init) }

  /// A way into one context, or into several at once.
  func connect(_ text: String) -> Result<Link, ConnectionProblem> {
    let names = Self.names(in: text)
    guard names.count > 1 else { return open(text) }
    var parts: [(name: String, reader: any Reader)] = []
    var isProtected = false
    var problems: [String] = []
    var clusters: [String: String] = [:]
    for name in names {
      let cluster = contexts.first { $0.name == name }?.cluster ?? name
      if let other = clusters[cluster] {
        problems.append("\(name) is the same cluster as \(other)")
        continue
      }
      switch open(name) {
      case .failure(let problem): problems.append("\(name): \(problem.text)")
      case .success(let link):
        clusters[cluster] = name
        parts.append((name, link.reader))
        isProtected = isProtected || link.isProtected || link.writer == nil
      }
    }
    let problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
    guard let first = parts.first else {
      return .failure(ConnectionProblem(text: problem ?? "no context is named"))
    }
    if parts.count == 1 {
      first.reader.close()
      return open(first.name)
    }
    return .success(
      Link(reader: MergedReader(parts), isProtected: isProtected, isMerged: true, problem: problem))
  }
}

extension Connector {
  /// The contexts as the rows of a table.
  func rows(current: String?) -> RowBatch {
    var writer = RowWriter()
    writer.beginList()
    for context in contexts {
      writer.begin(uid: context.name, namespace: "", name: context.name)
      writer.cell(context.name == current ? "*" : "")
      writer.cell(context.cluster)
      writer.cell(context.user)
      writer.cell(context.namespace)
      writer.end()
    }
    writer.completeList()
    return writer.takeBatch()
  }
}
