import Cluster
import Document

/// What the program remembers from one time to the next: commands, bookmarks, how tables are to look.
struct Remembered: Equatable {
  struct Bookmark: Equatable {
    var name: String
    var command: String
  }

  /// One thing to be remembered, or to be forgotten.
  enum Note: Equatable {
    case command(String)
    /// nil forgets the bookmark.
    case bookmark(String, command: String?)
    /// An empty one forgets what was chosen for the kind.
    case view(Kind.ID, ViewSpec)
  }

  /// What was typed into `:`, the newest last.
  private(set) var commands: [String] = []
  private(set) var bookmarks: [Bookmark] = []
  private(set) var views: [Kind.ID: ViewSpec] = [:]

  private static let maxCommands = 200

  mutating func note(_ note: Note) {
    switch note {
    case .command(let text):
      guard !text.isEmpty else { return }
      commands.removeAll { $0 == text }
      commands = commands.suffix(Self.maxCommands - 1) + [text]
    case .bookmark(let name, let command):
      bookmarks.removeAll { $0.name == name }
      if let command { bookmarks.append(Bookmark(name: name, command: command)) }
      bookmarks.sort { $0.name < $1.name }
    case .view(let kind, let view): views[kind] = view.isEmpty ? nil : view
    }
  }
}

// MARK: As a file

extension Remembered {
  /// What can't be understood is left out and told; the rest counts.
  init(_ json: JSON, problems: inout [String]) {
    for command in json["commands"].array {
      if let text = command.string { commands.append(text) } else { problems.append("a command is no text") }
    }
    for bookmark in json["bookmarks"].members {
      guard let command = bookmark.value.string else {
        problems.append("the bookmark '\(bookmark.key)' has no command")
        continue
      }
      bookmarks.append(Bookmark(name: bookmark.key, command: command))
    }
    for view in json["views"].members {
      var spec = ViewSpec()
      for column in view.value["columns"].array {
        let (column, problem) = ViewColumn.parse(k9s: column.string ?? "")
        if let problem { problems.append("views.\(view.key): \(problem)") }
        if let column { spec.columns.append(column) }
      }
      spec.sort = view.value["sort"].string.flatMap { ViewSort(k9s: $0) }
      if !spec.isEmpty { views[view.key] = spec }
    }
  }

  var json: JSON {
    var bookmarked: JSON = [:]
    for bookmark in bookmarks { bookmarked[bookmark.name] = .string(bookmark.command) }
    var kinds: JSON = [:]
    for (kind, view) in views.sorted(by: { $0.key < $1.key }) {
      var spec: JSON = [:]
      if !view.columns.isEmpty { spec["columns"] = .array(view.columns.map { .string($0.k9s) }) }
      if let sort = view.sort { spec["sort"] = .string(sort.k9s) }
      kinds[kind] = spec
    }
    return ["commands": .array(commands.map { .string($0) }), "bookmarks": bookmarked, "views": kinds]
  }
}
