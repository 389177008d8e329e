/// What a person pressed, pasted or clicked.
package enum Key: Hashable, Sendable {
  case character(Character)
  /// The letter is lower case: `.control("w")`; also `\ ] ^ _` and space. ctrl-i, ctrl-m and ctrl-j are tab and enter.
  case control(Character)
  case alt(Character)
  case enter, escape, tab, backtab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case shiftLeft, shiftRight, shiftUp, shiftDown
  /// F1 is 1; shift adds 12 and ctrl 24.
  case function(Int)
  case paste(String)
  case mouse(Mouse)
  /// Nobody pressed it: the terminal's answer to what its background is.
  case background(isLight: Bool)
}

/// A click or a turn of the wheel; columns and rows count from 0.
package struct Mouse: Hashable, Sendable {
  package enum Action: String, Hashable, Sendable, CaseIterable {
    case press = "click"
    case release
    case wheelUp = "wheel-up"
    case wheelDown = "wheel-down"
  }

  package var action: Action
  package var x: Int
  package var y: Int
  /// 1 is the left button, 2 the middle one, 3 the right one.
  package var button: Int

  package init(_ action: Action, x: Int, y: Int, button: Int = 1) {
    self.action = action
    self.x = x
    self.y = y
    self.button = button
  }
}

extension Key: CustomStringConvertible {
  /// Reads "ctrl-w", "alt-1", "shift-left", "enter", "F5", "space", "a", "paste:text", "click:10,3": the names of
  /// scripts and help.
  package init?(name: String) {
    if name.count == 1, let character = name.first, character != " " {
      self = .character(character)
      return
    }
    let lower = name.lowercased()
    if let key = Self.named[lower] {
      self = key
    } else if let rest = lower.after("ctrl-"), let character = Self.single(rest) {
      self = .control(character)
    } else if let rest = name.after("alt-"), let character = Self.single(rest) {
      self = .alt(character)
    } else if let rest = lower.after("f"), let number = Int(rest), (1...63).contains(number) {
      self = .function(number)
    } else if let rest = name.after("paste:") {
      self = .paste(rest)
    } else if let mouse = Mouse(name: lower) {
      self = .mouse(mouse)
    } else {
      return nil
    }
  }

  package var description: String {
    switch self {
    case .character(" "): "space"
    case .character(let character): String(character)
    case .control(let character): "ctrl-\(character == " " ? "space" : String(character))"
    case .alt(let character): "alt-\(character == " " ? "space" : String(character))"
    case .function(let number): "F\(number)"
    case .paste(let text): "paste:\(text)"
    case .mouse(let mouse): mouse.name
    case .background(let isLight): "background:\(isLight ? "light" : "dark")"
    default: Self.names.first { $0.key == self }?.name ?? ""
    }
  }

  /// The first name of a key is the one that is shown.
  private static let names: [(name: String, key: Key)] = [
    ("enter", .enter), ("esc", .escape), ("tab", .tab), ("shift-tab", .backtab), ("backspace", .backspace),
    ("delete", .delete), ("insert", .insert), ("up", .up), ("down", .down), ("left", .left),
    ("right", .right),
    ("home", .home), ("end", .end), ("pgup", .pageUp), ("pgdn", .pageDown), ("shift-left", .shiftLeft),
    ("shift-right", .shiftRight), ("shift-up", .shiftUp), ("shift-down", .shiftDown),
    ("space", .character(" ")), ("return", .enter), ("escape", .escape), ("backtab", .backtab),
    ("del", .delete),
    ("pageup", .pageUp), ("pagedown", .pageDown),
  ]

  private static let named = Dictionary(uniqueKeysWithValues: names.map { ($0.name, $0.key) })

  private static func single(_ name: String) -> Character? {
    name == "space" ? " " : name.count == 1 ? name.first : nil
  }
}

extension Mouse {
  /// "click:10,3", "wheel-up:0,0"; buttons but the left one as a third number.
  fileprivate init?(name: String) {
    for action in Action.allCases {
      guard let rest = name.after(action.rawValue + ":") else { continue }
      let numbers = rest.split(separator: ",").compactMap { Int($0) }
      guard numbers.count == 2 || numbers.count == 3 else { return nil }
      self.init(action, x: numbers[0], y: numbers[1], button: numbers.count == 3 ? numbers[2] : 1)
      return
    }
    return nil
  }

  fileprivate var name: String { "\(action.rawValue):\(x),\(y)" + (button == 1 ? "" : ",\(button)") }
}

extension String {
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
