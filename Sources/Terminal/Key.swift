/// What a person pressed, pasted or clicked.
package enum Key: Hashable, Sendable {
  case character(Character)
  /// The letter is lower case: `.control("w")`; also `[ \ ] ^ _` and space.
  case control(Character)
  case alt(Character)
  case enter, escape, tab, backtab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case shiftLeft, shiftRight, shiftUp, shiftDown
  /// F1 is 1.
  case function(Int)
  case paste(String)
  case mouse(Mouse)
}

/// A click or a turn of the wheel; columns and rows count from 0.
package struct Mouse: Hashable, Sendable {
  package enum Action: Hashable, Sendable { case press, release, wheelUp, wheelDown }

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
  /// Reads "ctrl-w", "alt-1", "shift-left", "enter", "F5", "space", "a": the names of scripts and help.
  package init?(name: String) { return nil }

  package var description: String { "" }
}
