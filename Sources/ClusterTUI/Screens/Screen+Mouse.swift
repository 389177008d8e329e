/// Where there is text to read, the mouse is left to the terminal: its own selection and copying work there.
extension PageScreen {
  var usesMouse: Bool { false }
}

extension LogScreen {
  var usesMouse: Bool { false }
}
