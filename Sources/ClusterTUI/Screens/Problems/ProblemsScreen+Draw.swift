import Cluster
import Terminal

extension ProblemsScreen {
  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard world.boards[query] != nil else { return drawWaiting(on: &canvas, area: area, world: world) }
    var y = listArea.y
    let end = listArea.y + listArea.height
    for text in head where y < end {
      text.draw(on: &canvas, x: listArea.x, y: y, width: listArea.width)
      y += 1
    }
    if !items.isEmpty, y < end {
      line.titles.draw(on: &canvas, x: listArea.x, y: y, width: listArea.width)
      y += 1
    }
    for (offset, item) in items.dropFirst(top).prefix(pageSize).enumerated() where y < end {
      draw(item, isCursor: top + offset == cursor, y: y, on: &canvas, world)
      y += 1
    }
    // Of a list at its foot; of an empty one below what is said of it.
    y = items.isEmpty ? y : max(y, end - foot.count)
    for text in foot where y < end {
      text.draw(on: &canvas, x: listArea.x, y: y, width: listArea.width)
      y += 1
    }
    guard listArea.width < area.width else { return }
    for y in area.y..<area.y + area.height {
      canvas.put("│", x: area.x + listArea.width, y: y, style: Theme.separator)
    }
    detail.draw(on: &canvas, world: world)
  }

  private func draw(_ item: Item, isCursor: Bool, y: Int, on canvas: inout Canvas, _ world: World) {
    guard let problem = problems[item.problem] else { return }
    let rect = Rect(x: listArea.x, y: y, width: listArea.width, height: 1)
    var text = line.line(ProblemWords(problem, world.kinds, now: world.now))
    if case .consequence(_, let ref) = item {
      let each = problem.consequences.first { $0.subject == ref }
      let name = world.kinds.words(for: ref, each?.kindName ?? "")
      let headline = Text.harmless(Moment.rendered(each?.headline ?? "", now: world.now))
      text = StyledLine([("    \(name)", Theme.ghost), ("  \(headline)", Theme.ghost)])
    }
    text.draw(on: &canvas, x: rect.x, y: y, width: rect.width)
    guard isCursor else { return }
    canvas.restyle(rect) { $0 = Style(bold: $0.bold, reverse: true) }
  }

  /// Before anything came.
  private func drawWaiting(on canvas: inout Canvas, area: Rect, world: World) {
    let (text, style): (String, Style) =
      switch world.phase(.problems(query)) {
      case .connecting: ("connecting to \(world.place.context)…", Theme.ghost)
      case .listing, .live, .partial: ("looking for what is broken…", Theme.ghost)
      case .refused(403, let why) where query.namespaces.isEmpty:
        ("\(why); ':ns NAMESPACE' looks in one", Theme.span(.bad))
      case .refused(_, let why): (why, Theme.span(.bad))
      case .stale(_, let why): ("no connection: \(why)", Theme.span(.bad))
      case .ended(let why): (why, Theme.ghost)
      }
    let lines = TextWrap.lines(text, columns: max(10, area.width - 4))
    let y = area.y + max(0, (area.height - lines.count) / 2)
    for (index, line) in lines.enumerated() where y + index < area.y + area.height {
      let x = area.x + max(0, (area.width - Text.columns(line)) / 2)
      canvas.put(line, x: x, y: y + index, style: style, maxColumns: area.width)
    }
  }
}
