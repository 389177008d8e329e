import Document

extension Kubeconfig {
  /// Reads the files that `--kubeconfig`, else KUBECONFIG, else ~/.kube/config name.
  package static func load(explicit: String? = nil, environment: Environment = .process) -> Kubeconfig {
    var config = Kubeconfig()
    for path in paths(explicit: explicit, environment: environment) {
      let file = LocalFile.absolute(path)
      do {
        let bytes = try LocalFile.read(file)
        config.add(bytes, file: file)
      } catch {
        if error.isMissing && explicit == nil {
          config.missing.append(file)
        } else {
          config.problems.append(KubeconfigProblem(file: file, message: "can't be read: \(error.why)"))
        }
      }
    }
    return config
  }

  /// Where to look, in order of precedence, each path once.
  static func paths(explicit: String?, environment: Environment) -> [String] {
    if let explicit { return [explicit] }
    if let list = environment["KUBECONFIG"] {
      var seen: Set<Substring> = []
      return list.split(separator: ":").filter { seen.insert($0).inserted }.map(String.init)
    }
    return environment["HOME"].map { [LocalFile.resolve(".kube/config", in: $0)] } ?? []
  }

  /// Adds what one more file says to what the files before it said.
  package mutating func add(_ bytes: [UInt8], file: String) {
    files.append(file)
    let (documents, found) = YAML.parse(bytes)
    problems += found.map {
      KubeconfigProblem(file: file, line: $0.line, column: $0.column, message: $0.message)
    }
    var reading = KubeconfigReading(file: file)
    if let document = documents.first { reading.read(document) }
    if documents.count > 1 { reading.complain("holds \(documents.count) documents; only the first counts") }
    problems += reading.problems
    contexts = Self.merged(contexts, reading.contexts, by: \.name)
    clusters = Self.merged(clusters, reading.clusters, by: \.name)
    users = Self.merged(users, reading.users, by: \.name)
    currentContext = currentContext ?? reading.currentContext
  }

  private static func merged<Entry>(
    _ old: [Entry], _ new: [Entry], by name: (Entry) -> String
  ) -> [Entry] {
    let known = Set(old.map(name))
    return old + new.filter { !known.contains(name($0)) }
  }
}
