/// What a frame looks like: a grid of cells. Drawing outside of it is clipped and never fails.
package struct Canvas: Sendable {
  package let width: Int
  package let height: Int
  /// Where the terminal's cursor stands; nil hides it.
  package var cursor: (x: Int, y: Int)?

  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// Draws text made harmless; the columns it took, clipped ones not counted.
  @discardableResult
  package mutating func put(
    _ text: String, x: Int, y: Int, style: Style = Style(), maxColumns: Int? = nil
  ) -> Int {
    0
  }

  /// The same from bytes that somebody else keeps alive.
  @discardableResult
  package mutating func put(
    utf8 bytes: UnsafeRawBufferPointer, x: Int, y: Int, style: Style = Style(), maxColumns: Int? = nil
  ) -> Int {
    0
  }

  package mutating func fill(_ rect: Rect, style: Style, character: Character = " ") {}

  package mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {}

  /// The lines, their trailing blanks trimmed.
  package func text() -> String { "" }

  /// The lines with SGR sequences for their styles.
  package func ansi() -> String { "" }
}
