import Cluster
import Terminal

extension Shell {
  mutating func handle(_ pressed: Key, _ world: World) -> [Effect] {
    let scope = prompt == nil ? KeyScope(top) : .prompt
    guard let key = isCard ? pressed : world.setup.keymap.meaning(of: pressed, in: scope) else { return [] }
    if prompt != nil { return type(key, world) }
    if case .mouse(let mouse) = key, let tabBar, mouse.y == headerRows, mouse.action == .press {
      if let index = tabBar.index(atX: mouse.x, width: area.width) { tabAt = index }
      return []
    }
    let hadError = flash?.isError == true
    flash = nil
    if hadError, key == .escape { return [] }
    guard !stack.isEmpty else { return key == .control("c") ? [.quit] : [] }
    // What a key means goes by the rows of now, not by those that were drawn.
    stack[stack.count - 1].prepare(world, area: area)
    if let effects = ownKey(pressed, world) { return effects }
    let reaction = stack[stack.count - 1].handle(key, world: world)
    if case .unhandled = reaction { return common(key, world) }
    return perform(reaction, world)
  }

  /// Keys that mean the same everywhere.
  private mutating func common(_ key: Key, _ world: World) -> [Effect] {
    switch key {
    case .character(":"): prompt = Prompt(.command, history: remembered.commands)
    case .character("."):
      if let targets = top?.targets(world) {
        return present(ActionMenu(targets), world)
      } else {
        inform("nothing here to act on", world)
      }
    case .character("?"): _ = showHelp(world)
    case .character("w"):
      if let refusal = world.refusal(of: top?.mainNeed) {
        stack.append(refusal)
      } else if let ref = top?.targets(world)?.refs.first {
        return present(WhyScreen(ref), world)
      }
    case .character("T"):
      if let ref = top?.targets(world)?.refs.first {
        return present(TimelineScreen(of: ref), world)
      } else {
        _ = showTimeline(world)
      }
    case .character(let letter) where "XuJo".contains(letter):
      let ref = top?.targets(world)?.refs.first
      return perform(ref.flatMap { ObjectKeys.relation(letter, of: $0) } ?? .none, world)
    case .control("c"): return [.quit]
    case .control("a"): stack.append(PageScreen(.fixed(Help.kinds(world.kinds))))
    case .character("0"): use(namespaces: [], kind: nil, world)
    case .character(let digit) where digit.isWholeNumber:
      learnDigits(world)
      let names = digits
      let index = (digit.wholeNumberValue ?? 0) - 1
      if names.indices.contains(index) { use(namespaces: [names[index]], kind: nil, world) }
      let keys = names.enumerated().map { "\($0 + 1) \($1)" }
      inform((["0 all"] + keys).joined(separator: "  "), world)
    case .character("q"), .escape: return perform(.pop, world)
    case .character("-"): return go(to: { $0.last() }, world)
    case .character("["): return go(to: { $0.step(-1) }, world)
    case .character("]"): return go(to: { $0.step(1) }, world)
    case .control("t"): openTab(world)
    case .alt("w"): closeTab(world)
    case .alt(let digit) where digit.isWholeNumber: chooseTab(digit.wholeNumberValue ?? 0, world)
    case .control("r"):
      inform("asking for everything again", world)
      return [.refresh]
    case .alt("m"):
      turnsMouse.toggle()
      inform(
        usesMouse ? "the mouse chooses and scrolls" : "the mouse is the terminal's: select and copy with it",
        world)
    case .control("e"): hidesHeader.toggle()
    case .control("g"): hidesCrumbs.toggle()
    case .control("p"): inform("columns, order, bookmarks and commands are kept by themselves", world)
    default: break
    }
    return []
  }

  mutating func perform(_ reaction: Reaction, _ world: World) -> [Effect] {
    switch reaction {
    case .none, .unhandled: break
    case .push(let screen): return present(screen, world)
    case .pop:
      if endsVisit { return [.endVisit] }
      if stack.count > 1 { stack.removeLast() }
    case .replace(let screen):
      if !stack.isEmpty { stack.removeLast() }
      stack.append(opened(screen))
    case .ask(let asked, let question):
      (prompt, asksFor) = (Prompt(asked, question), top?.targets(world))
    case .submit(let previews):
      if stack.count > 1 { stack.removeLast() }
      return [.submit(previews)]
    case .revisions(let ref): return present(RolloutScreen(ref), world)
    case .inform(let text): inform(text, world)
    case .fail(let text): fail(text)
    case .command(let text): prompt = Prompt(.command, text: text, history: remembered.commands)
    case .prompt(.answer): break
    case .prompt(.filter): prompt = Prompt(.filter, text: top?.filterText ?? "")
    case .prompt(let mode): prompt = Prompt(mode, before: top?.findText ?? "")
    case .useNamespaces(let names, let kind): use(namespaces: names, kind: kind, world)
    case .switchContext(let name): return [.switchContext(name, command: "")]
    case .copy(let text, let what): return [.copy(text, what: what)]
    case .save(let name, let text): return [.save(name: name, text: text)]
    case .write(let file, let bytes): return [.write(file, bytes)]
    case .finished(let file): return [.finished(file)]
    case .alert(let alert): return [.alert(alert)]
    case .remember(let note):
      remembered.note(note)
      return [.remember(note)]
    case .chosen(let view):
      if stack.count > 1 { stack.removeLast() }
      guard let table = top as? TableScreen else { break }
      let note = Remembered.Note.view(table.kind.id, view)
      remembered.note(note)
      stack[stack.count - 1].opened(views)
      return [.remember(note)]
    case .plugin(let call, let leavesCard):
      if leavesCard, stack.count > 1 { stack.removeLast() }
      return [.plugin(call)]
    }
    return []
  }

  private mutating func type(_ key: Key, _ world: World) -> [Effect] {
    guard var open = prompt else { return [] }
    let outcome = open.handle(key)
    prompt = open
    switch outcome {
    case .stays: break
    case .changed:
      switch open.mode {
      case .command: suggest(world)
      case .filter, .find:
        let suggestions = top?.filterSuggestions(open.text, world) ?? []
        prompt?.suggestions = suggestions
        search(open.text, open.mode, world)
      case .answer: break
      }
    case .cancelled(let before):
      prompt = nil
      if open.mode == .filter || open.mode == .find, !stack.isEmpty {
        stack[stack.count - 1].giveUpSearch(before, find: open.mode == .find, world: world)
      }
    case .accepted(let text):
      prompt = nil
      if case .answer(let question) = open.mode, !stack.isEmpty {
        return perform(stack[stack.count - 1].answered(question, text, asksFor, world: world), world)
      }
      guard open.mode == .command else {
        search(text, open.mode, world)
        break
      }
      guard !text.isEmpty, remembered.commands.last != text else { return run(text, world) }
      remembered.note(.command(text))
      return [.remember(.command(text))] + run(text, world)
    }
    return []
  }

  mutating func suggest(_ world: World) {
    guard let text = prompt?.text else { return }
    let names = namespaceNames(world)
    let completion = Completion(world: world, shown: namespaces, remembered: remembered)
    let suggestions = completion.suggestions(for: text, namespaces: names)
    prompt?.suggestions = suggestions
  }

  private mutating func search(_ text: String, _ mode: Prompt.Mode, _ world: World) {
    guard !stack.isEmpty, mode == .filter || mode == .find else { return }
    stack[stack.count - 1].search(text, find: mode == .find, world: world)
  }
}
