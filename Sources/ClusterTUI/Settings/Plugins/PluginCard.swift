import Cluster
import Terminal

/// What a plug-in is about to start, word for word, with what it asks for. Nothing runs before enter.
struct PluginCard: Screen {
  let plugin: Plugin
  private let values: PluginValues
  private var texts: [String]
  private var field = 0
  private var isProtected: Bool

  init(_ plugin: Plugin, _ values: PluginValues, isProtected: Bool) {
    (self.plugin, self.values, self.isProtected) = (plugin, values, isProtected)
    texts = plugin.inputs.map(\.initial)
  }

  var crumb: String { plugin.name }
  func needs(_ world: World) -> Set<Need> { [] }

  var keyHints: [KeyHint] {
    var hints = [KeyHint("enter", "run it"), KeyHint("esc", "leave it")]
    if plugin.inputs.count > 1 { hints.append(KeyHint("tab", "next field")) }
    if let input, input.form == .bool || input.form == .dropdown {
      hints.append(KeyHint("space", "another value"))
    }
    return hints
  }

  private var input: Plugin.Input? {
    plugin.inputs.indices.contains(field) ? plugin.inputs[field] : nil
  }

  private var call: Result<PluginCall, PluginCall.Refusal> {
    var values = values
    for (input, text) in zip(plugin.inputs, texts) { values["INPUT_\(input.name)"] = text }
    do throws(PluginCall.Refusal) { return .success(try PluginCall(plugin, values)) } catch {
      return .failure(error)
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    var y = area.y
    func put(_ text: String, _ style: Style, x: Int = 2) {
      guard y < area.y + area.height else { return }
      canvas.put(text, x: area.x + x, y: y, style: style, maxColumns: area.width - x)
      y += 1
    }
    func wrapped(_ text: String, _ style: Style, x: Int = 2) {
      let rows = StyledLine([(Text.harmless(text), style)]).rows(
        columns: max(8, area.width - x - 1), atWords: false)
      for row in rows { put(row.text, style, x: x) }
    }
    wrapped(plugin.words, Theme.span(.heading))
    put(plugin.runsInBackground ? "runs behind the screen" : "takes the terminal until it ends", Theme.ghost)
    if plugin.isDangerous { put("dangerous, its file says", Theme.span(.warning)) }
    if isProtected { put("this context is protected", Theme.span(.warning)) }
    y += 1
    for (index, input) in plugin.inputs.enumerated() {
      let isHere = index == field
      let value = input.form == .bool || input.form == .dropdown ? "< \(texts[index]) >" : texts[index]
      put(
        "\(isHere ? ">" : " ") \(Text.harmless(input.label)): \(Text.harmless(value))\(isHere ? "_" : "")",
        isHere ? Theme.prompt : Style())
    }
    if !plugin.inputs.isEmpty { y += 1 }
    switch call {
    case .success(let call): for line in call.lines { wrapped(line, Style()) }
    case .failure(let refusal): wrapped(refusal.text, Theme.row(.bad))
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .escape: return .pop
    case .enter: return run()
    case .tab, .down: field = plugin.inputs.isEmpty ? 0 : (field + 1) % plugin.inputs.count
    case .backtab, .up:
      field = plugin.inputs.isEmpty ? 0 : (field + plugin.inputs.count - 1) % plugin.inputs.count
    case .control("c"): return .pop
    default: type(key)
    }
    return .none
  }

  private mutating func type(_ key: Key) {
    guard let input else { return }
    if input.form == .bool || input.form == .dropdown {
      let options = input.form == .bool ? ["false", "true"] : input.options
      guard [.character(" "), .left, .right].contains(key), !options.isEmpty else { return }
      let at = options.firstIndex(of: texts[field]) ?? 0
      texts[field] = options[(at + (key == .left ? options.count - 1 : 1)) % options.count]
      return
    }
    switch key {
    case .character(let character): texts[field].append(character)
    case .paste(let text): texts[field] += text.filter { !$0.isNewline }
    case .backspace: if !texts[field].isEmpty { texts[field].removeLast() }
    case .control("u"), .control("w"): texts[field] = ""
    default: break
    }
  }

  private mutating func run() -> Reaction {
    for (index, input) in plugin.inputs.enumerated() {
      let text = texts[index]
      if input.isRequired, text.isEmpty {
        field = index
        return .fail("'\(Text.harmless(input.label))' is wanted")
      }
      if input.form == .number, !text.isEmpty, Double(text) == nil {
        field = index
        return .fail("'\(Text.harmless(input.label))' is a number")
      }
    }
    switch call {
    case .success(let call): return .plugin(call, leavesCard: true)
    case .failure(let refusal): return .fail(refusal.text)
    }
  }
}
