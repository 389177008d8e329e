import Cluster
import Terminal

/// Which columns a table shows and in which order: the kind's own, or those that a person wants.
extension TableLayout {
  static func columns(of screen: TableScreen, _ store: RowStore) -> [Shown] {
    let all = all(screen, store.columns)
    let shown =
      screen.view.columns.isEmpty
      ? all.filter { !$0.column.isWide || screen.isWide } : chosen(screen, all, store.columns)
    // The first step to the right only makes room, each further one moves a column out of view.
    var left = screen.columnSteps - 1
    return shown.filter { entry in
      switch entry.source {
      case .namespace, .name, .age: return true
      case .cell, .measure, .label: break
      }
      guard left > 0, entry.column.content != .status else { return true }
      left -= 1
      return false
    }
  }

  /// A kind's columns with those around the cells, in its order.
  static func ownColumns(_ kind: Kind, _ columns: [Column]) -> [Column] {
    let name = Column("NAME", wide: !kind.showsName)
    return (kind.namespaced ? [Column("NAMESPACE")] : []) + [name] + columns
      + (kind.showsAge ? [Column("AGE", .age, wide: !kind.showsName)] : [])
  }

  /// Every column that there is here, in the kind's order.
  private static func all(_ screen: TableScreen, _ columns: [Column]) -> [Shown] {
    var all: [Shown] = []
    if screen.kind.namespaced, screen.query.namespaces.count != 1 {
      all.append(
        Shown(source: .namespace, column: Column("NAMESPACE", priority: screen.kind.showsName ? 9 : 6)))
    }
    let showsName = screen.kind.showsName
    all.append(Shown(source: .name, column: Column("NAME", wide: !showsName, priority: 100)))
    var (cells, moments) = (0, 0)
    for column in columns {
      if !screen.hiddenColumns.contains(column.title) {
        if case .measure(let measure) = column.content {
          if !measure.isTrend || screen.listArea.width >= trendWidth {
            all.append(Shown(source: .measure(measure), column: column))
          }
        } else {
          all.append(Shown(source: .cell(cells, moment: moments), column: column))
        }
      }
      if column.hasCell { cells += 1 }
      if column.content == .age { moments += 1 }
    }
    if screen.kind.showsAge {
      all.append(Shown(source: .age, column: Column("AGE", .age, wide: !showsName, priority: 99)))
    }
    return all
  }

  /// What the person's view names, in its order; in the wide form the rest of the kind's behind it, as k9s does.
  private static func chosen(_ screen: TableScreen, _ all: [Shown], _ columns: [Column]) -> [Shown] {
    var shown: [Shown] = []
    var named: Set<Source> = []
    for (index, wanted) in screen.view.columns.enumerated() {
      guard var entry = entry(wanted, all) else { continue }
      named.insert(entry.source)
      let isWide = wanted.isWide || (entry.column.isWide && !wanted.isAlwaysShown)
      if wanted.isHidden || (isWide && !screen.isWide) { continue }
      entry.column.title = wanted.title
      entry.side = wanted.side
      if wanted.content == .number, entry.column.content == .text { entry.column.content = .number }
      // Who put it there wants to see it: what stands further left stays longer.
      if entry.source != .name, entry.source != .age { entry.column.priority = max(6, 60 - index) }
      shown.append(entry)
    }
    if screen.isWide { shown += all.filter { !named.contains($0.source) } }
    // A row that nobody can name is of no use.
    if screen.kind.showsName, !named.contains(.name), !shown.contains(where: { $0.source == .name }),
      let name = all.first(where: { $0.source == .name })
    {
      shown.insert(name, at: 0)
    }
    return shown
  }

  private static func entry(_ wanted: ViewColumn, _ all: [Shown]) -> Shown? {
    switch wanted.source {
    case .builtIn(let title):
      let title = title.uppercased()
      return all.first { $0.column.title.uppercased() == title }
    case .path:
      // They stand behind the kind's own.
      return all.last { $0.column.title == wanted.title && $0.column.hasCell }
    case .label(let key): return Shown(source: .label(key), column: Column(wanted.title))
    }
  }
}

extension Column.Content {
  var isTrend: Bool { if case .measure(let measure) = self { measure.isTrend } else { false } }
}
