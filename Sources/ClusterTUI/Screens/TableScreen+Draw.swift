import Cluster
import Terminal

extension TableScreen {
  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard let store = world.rows(query) else {
      drawEmpty(on: &canvas, area: area, world: world)
      return
    }
    layout.drawTitles(self, on: &canvas, area: listArea)
    for line in 0..<max(0, listArea.height - 1) where top + line < arrangement.order.count {
      let slot = arrangement.order[top + line]
      guard store.isAlive(slot) else { continue }
      let y = listArea.y + 1 + line
      layout.draw(store[slot], self, isCursor: top + line == cursorRow, y: y, on: &canvas, world: world)
    }
    if arrangement.order.isEmpty { drawEmpty(on: &canvas, area: listArea, world: world) }
    guard listArea.width < area.width else { return }
    let x = area.x + listArea.width
    for y in area.y..<area.y + area.height { canvas.put("│", x: x, y: y, style: Theme.separator) }
    detail.draw(on: &canvas, world: world)
  }

  /// No rows: says why, in the middle of the screen.
  private func drawEmpty(on canvas: inout Canvas, area: Rect, world: World) {
    var place = query.namespaces.isEmpty ? "" : " in \(query.namespaces.joined(separator: ", "))"
    if !typedLabels.isEmpty { place += " with labels \(typedLabels)" }
    let (text, style): (String, Style) =
      switch mainNeed.map(world.phase) ?? .live {
      case .connecting: ("connecting to \(world.place.context)…", Theme.ghost)
      case .listing: ("loading \(kind.plural)…", Theme.ghost)
      case .refused(403, let why) where kind.namespaced && query.namespaces.isEmpty:
        ("\(why); ':\(kind.plural) NAMESPACE' asks for one", Theme.span(.bad))
      case .refused(_, let why): (why, Theme.span(.bad))
      case .stale(_, let why): ("no connection: \(why)", Theme.span(.bad))
      case .ended(let why): (why, Theme.ghost)
      case .live, .partial:
        if filter.isActive {
          ("no \(kind.plural)\(place) match '\(filter.text)': esc clears the filter", Theme.ghost)
        } else if showsOnlyTrouble {
          ("no \(kind.plural)\(place) in trouble: ctrl-z shows all", Theme.span(.good))
        } else if kind.id == Catalog.contexts.id {
          (
            "no contexts: --kubeconfig names a file, and 'clustertui demo' shows a simulated cluster",
            Theme.ghost
          )
        } else if let missing = missingNamespace(world) {
          (missing, Theme.span(.warning))
        } else {
          (
            "no \(kind.plural)\(place)" + (typedLabels.isEmpty ? "" : ": ':\(kind.plural)' shows all"),
            Theme.ghost
          )
        }
      }
    let lines = TextWrap.lines(text, columns: max(10, area.width - 4))
    let y = area.y + max(0, (area.height - lines.count) / 2)
    for (index, line) in lines.enumerated() where y + index < area.y + area.height {
      let x = area.x + max(0, (area.width - Text.columns(line)) / 2)
      canvas.put(line, x: x, y: y + index, style: style, maxColumns: area.width)
    }
  }
}

extension TableScreen {
  /// An empty list looks the same whether its namespace is empty or does not exist.
  private func missingNamespace(_ world: World) -> String? {
    let all = Query("v1/namespaces")
    guard world.phase(.rows(all)) == .live, let store = world.rows(all) else { return nil }
    let known = store.aliveSlots.map { store[$0].name }
    guard let missing = query.namespaces.first(where: { !known.contains($0) }) else { return nil }
    let nearest = Nearest.word(to: missing, among: known).map { ": did you mean \($0)?" } ?? ""
    return "there is no namespace '\(missing)'\(nearest)"
  }
}

/// Breaks a text at blanks to fit a width.
enum TextWrap {
  static func lines(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in Text.harmless(text).split(separator: " ", omittingEmptySubsequences: true) {
      if line.isEmpty {
        line = String(word)
      } else if Text.columns(line) + 1 + Text.columns(String(word)) <= columns {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
      if Text.columns(line) > columns {
        let rows = StyledLine([(line, Style())]).rows(columns: columns, atWords: false).map(\.text)
        lines += rows.dropLast()
        line = rows.last ?? ""
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
