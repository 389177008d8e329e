extension Canvas {
  /// The lines, their trailing blanks trimmed.
  package func text() -> String {
    var out = String.UnicodeScalarView()
    for y in 0..<height {
      if y > 0 { out.append("\n") }
      for cell in row(y, trimmed: { $0.content == 0x20 }) { append(cell, to: &out) }
    }
    return String(out)
  }

  /// The lines with SGR sequences for their styles, each reset at its end.
  package func ansi(_ scheme: ColorScheme = ColorScheme()) -> String {
    var out = String.UnicodeScalarView()
    for y in 0..<height {
      if y > 0 { out.append("\n") }
      var look: UInt32 = 0
      for cell in row(y, trimmed: { $0 == .blank }) {
        if cell.look != look, !cell.isRightHalf {
          out.append(contentsOf: scheme.resolved(Style(packed: cell.look)).sgr.unicodeScalars)
          look = cell.look
        }
        append(cell, to: &out)
      }
      if look != 0 { out.append(contentsOf: "\u{1B}[0m".unicodeScalars) }
    }
    return String(out)
  }

  /// The cells of a row without those at its end.
  private func row(_ y: Int, trimmed isBlank: (Cell) -> Bool) -> ArraySlice<Cell> {
    var end = (y + 1) * width
    while end > y * width, isBlank(cells[end - 1]) { end -= 1 }
    return cells[y * width..<end]
  }

  private func append(_ cell: Cell, to out: inout String.UnicodeScalarView) {
    if cell.isRightHalf { return }
    if cell.isCluster {
      for scalar in scalars(of: cell) { out.append(Unicode.Scalar(scalar) ?? " ") }
    } else {
      out.append(Unicode.Scalar(cell.content) ?? " ")
    }
  }
}

extension Style {
  /// The sequence that makes a terminal look so, whatever it looked like before.
  package var sgr: String {
    var codes = ["0"]
    if bold { codes.append("1") }
    if dim { codes.append("2") }
    if italic { codes.append("3") }
    if underline { codes.append("4") }
    if reverse { codes.append("7") }
    if let code = foreground.sgr(base: 30) { codes.append(code) }
    if let code = background.sgr(base: 40) { codes.append(code) }
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }
}

extension Color {
  /// `base` is 30 for the foreground, 40 for the background.
  fileprivate func sgr(base: Int) -> String? {
    guard let index = paletteIndex else { return nil }
    if case .indexed = self { return "\(base + 8);5;\(index)" }
    return index < 8 ? "\(base + index)" : "\(base + 60 + index - 8)"
  }
}
