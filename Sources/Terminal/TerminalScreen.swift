import CNcurses

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The terminal in full-screen mode. Main thread only, and one at a time; the one place that knows ncurses.
package final class TerminalScreen {
  /// Readable when there are signals to take.
  package let signalDescriptor: CInt
  package let inputDescriptor: CInt = STDIN_FILENO
  /// Which colours are used: what the terminal has, or none with NO_COLOR.
  package let colorTier: ColorTier

  private var keys: KeyDecoder
  private var looks: LookTable
  private var shown: Canvas?
  private var isOpen = true
  private var isASCII = false

  /// Takes the terminal over: alternate screen, single keys, mouse, bracketed paste, our signal handlers.
  package init() throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    signalDescriptor = nc_signals_open()
    guard signalDescriptor >= 0 else { throw .notATerminal }
    guard nc_open() == 1 else {
      nc_signals_close()
      throw .unknownTerminal(Self.environment("TERM"))
    }
    colorTier =
      Self.environment("NO_COLOR").isEmpty ? ColorTier(colors: Int(nc_colors())) : .monochrome
    looks = LookTable(tier: colorTier, colors: Int(nc_colors()), pairs: Int(nc_pairs()))
    keys = KeyDecoder(sequences: Self.keySequences())
    _ = nc_follow_size()
  }

  deinit { close() }

  package var size: (width: Int, height: Int) {
    var width: CInt = 0
    var height: CInt = 0
    nc_size(&width, &height)
    return (Int(width), Int(height))
  }

  /// Sends what differs from what the terminal shows; nothing at all when nothing does.
  package func show(_ canvas: Canvas) {
    guard isOpen else { return }
    let (width, height) = size
    var hasChanged = shown == nil || !Self.sameCursor(shown?.cursor, canvas.cursor)
    for y in 0..<height where shown.map({ !canvas.sameRow(y, as: $0) }) ?? true {
      let row = cells(of: canvas, y: y, width: width)
      row.withUnsafeBufferPointer { nc_put_row(CInt(y), $0.baseAddress!, CInt($0.count)) }
      hasChanged = true
    }
    shown = canvas
    if looks.isExhausted {
      // More pairs of colours than the terminal has: start over with those of this frame alone.
      looks.forget()
      shown = nil
    }
    guard hasChanged else { return }
    let cursor = canvas.cursor.flatMap { $0.x >= 0 && $0.y >= 0 && $0.x < width && $0.y < height ? $0 : nil }
    nc_flush(CInt(cursor?.x ?? -1), CInt(cursor?.y ?? -1))
  }

  /// What the colours of slots look like from the next frame on.
  package func use(_ scheme: ColorScheme) {
    guard looks.scheme != scheme else { return }
    looks.scheme = scheme
    shown = nil
  }

  /// Draws lines, blocks and arrows with ASCII from the next frame on.
  package func useASCII(_ on: Bool) {
    guard isASCII != on else { return }
    isASCII = on
    shown = nil
  }

  /// Asks the terminal for its background (OSC 11); the answer comes as a key, or never does.
  package func askForBackground() {
    guard isOpen, colorTier != .monochrome, nc_is_xterm_like() == 1 else { return }
    let question = Array("\u{1B}]11;?\u{1B}\\".utf8)
    nc_write(question, question.count)
  }

  /// All keys that are there; waits only the 25 ms that tell a lone escape from the start of a sequence.
  package func readKeys() -> [Key] {
    var result: [Key] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while Self.isReadable(inputDescriptor, milliseconds: keys.isWaiting ? Self.escapeDelay : 0) {
      let count = read(inputDescriptor, &buffer, buffer.count)
      if count > 0 {
        result += keys.decode(buffer[..<count])
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        nc_signals_post(UInt32(NC_HUP))  // the terminal is gone
        return result
      }
    }
    return result + keys.resolve()
  }

  package func takeSignals() -> [TerminalSignal] {
    let signals = nc_signals_take()
    guard isOpen else { return [] }
    var result: [TerminalSignal] = []
    func has(_ signal: Int) -> Bool { Int(signals) & signal != 0 }
    if has(NC_STOP) {
      stop()
      result.append(.resumed)
    } else if has(NC_CONTINUED) {
      // Stopped by SIGSTOP: somebody else used the terminal meanwhile.
      nc_enter()
      refollow()
      result.append(.resumed)
    }
    if has(NC_RESIZED), nc_follow_size() != 0 {
      shown = nil
      result.append(.resized)
    }
    if has(NC_INT) { result.append(.terminate(SIGINT)) }
    if has(NC_TERM) { result.append(.terminate(SIGTERM)) }
    if has(NC_HUP) { result.append(.terminate(SIGHUP)) }
    return result
  }

  /// Gives the terminal back while `body` runs (an editor, a shell), then takes it again; the next `show` draws all.
  package func suspend<T>(_ body: () -> T) -> T {
    guard isOpen else { return body() }
    nc_leave()
    let result = body()
    // What the person typed at the other program was meant for it.
    let left = nc_signals_take() & UInt32(NC_TERM | NC_HUP)
    if left != 0 { nc_signals_post(left) }
    nc_enter()
    refollow()
    return result
  }

  /// Stops the program, as ctrl-z does in a shell (here that is a key like others), and comes back when it is
  /// continued; the next `show` draws all.
  package func stop() {
    guard isOpen else { return }
    nc_leave()
    nc_signals_stop()
    // Being continued is the end of this and no news.
    let left = nc_signals_take() & ~UInt32(NC_CONTINUED)
    if left != 0 { nc_signals_post(left) }
    nc_enter()
    refollow()
  }

  /// Leaves the terminal as it was before; more than one call is fine.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    nc_leave()
    nc_signals_close()
  }

  /// Off leaves the mouse to the terminal, whose own selection and copying work then.
  package func useMouse(_ on: Bool) {
    if isOpen { nc_mouse(on ? 1 : 0) }
  }

  package func bell() {
    if isOpen { nc_bell() }
  }

  /// By OSC 52, which many terminals pass on to the clipboard of the person's own machine; false where it can't work.
  @discardableResult
  package func copyToClipboard(_ text: String) -> Bool {
    // xterm takes no more in one sequence, and half a text would be worse than none.
    guard isOpen, nc_is_xterm_like() == 1, text.utf8.count <= 74_994 else { return false }
    let sequence = Array("\u{1B}]52;c;".utf8) + base64(Array(text.utf8)) + [0x07]
    nc_write(sequence, sequence.count)
    return true
  }
}

extension TerminalScreen {
  /// Rings the bell, and gives a text to the desktop (OSC 9, of rxvt and foot OSC 777) where there is one. Terminals
  /// that know neither show nothing.
  package func alert(ringsBell: Bool, text: String?) {
    guard isOpen else { return }
    var bytes: [UInt8] = ringsBell ? [0x07] : []
    if let text, nc_is_xterm_like() == 1 {
      let term = getenv("TERM").map { String(cString: $0) } ?? ""
      let isNamed = term.hasPrefix("rxvt") || term.hasPrefix("foot")
      let plain = String(Text.harmless(text).prefix(200))
      let body =
        isNamed ? "777;notify;clustertui;\(String(plain.map { $0 == ";" ? "," : $0 }))" : "9;\(plain)"
      bytes += Array("\u{1B}]\(body)".utf8) + [0x07]
    }
    if !bytes.isEmpty { nc_write(bytes, bytes.count) }
  }

  private static let escapeDelay: CInt = 25

  private func refollow() {
    _ = nc_follow_size()
    nc_repaint()
    shown = nil
  }

  /// A row as ncurses wants it: as wide as the screen, a wide character in one cell.
  private func cells(of canvas: Canvas, y: Int, width: Int) -> [nc_cell] {
    var row: [nc_cell] = []
    row.reserveCapacity(width)
    var column = 0
    while column < width {
      let cell = canvas.cell(x: column, y: y) ?? .blank
      var out = looks.look(cell.look)
      let isWide = canvas.cell(x: column + 1, y: y)?.isRightHalf ?? false
      if isWide && column + 2 > width {
        out.scalars.0 = 0x20
      } else if cell.isCluster {
        let scalars = canvas.scalars(of: cell)
        withUnsafeMutableBytes(of: &out.scalars) { bytes in
          for (index, scalar) in scalars.prefix(5).enumerated() {
            bytes.storeBytes(of: scalar, toByteOffset: index * 4, as: UInt32.self)
          }
        }
      } else {
        out.scalars.0 = cell.isRightHalf ? 0x20 : isASCII ? Glyph.ascii(cell.content) : cell.content
      }
      row.append(out)
      column += isWide ? 2 : 1
    }
    return row
  }

  private static func sameCursor(_ left: (x: Int, y: Int)?, _ right: (x: Int, y: Int)?) -> Bool {
    left?.x == right?.x && left?.y == right?.y
  }

  private static func isReadable(_ descriptor: CInt, milliseconds: CInt) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  private static func environment(_ name: String) -> String {
    getenv(name).map { String(cString: $0) } ?? ""
  }

  /// What this terminal sends, by terminfo; what most of them send the decoder knows by itself.
  private static func keySequences() -> [(bytes: [UInt8], key: Key)] {
    let names: [(String, Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
      ("kpp", .pageUp), ("knp", .pageDown), ("kich1", .insert), ("kdch1", .delete), ("kcbt", .backtab),
      ("kLFT", .shiftLeft), ("kRIT", .shiftRight), ("kind", .shiftDown), ("kri", .shiftUp), ("kent", .enter),
    ]
    let all = names + (1...12).map { ("kf\($0)", .function($0)) }
    return all.compactMap { name, key in
      guard let sequence = nc_key_sequence(name) else { return nil }
      let bytes = Array(String(cString: sequence).utf8)
      return bytes.count > 1 ? (bytes, key) : nil
    }
  }
}

/// RFC 4648.
private func base64(_ bytes: [UInt8]) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    var bits = 0
    for index in 0..<3 { bits = bits << 8 | (index < group.count ? Int(group[start + index]) : 0) }
    for index in 0..<4 {
      out.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
    }
  }
  return out
}
