import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program for the tests: shows each line of a file between bars, the keys it got, its size, and fails in every way
/// there is.
@main
struct Probe {
  private var lines: [[UInt8]] = []
  private var keys: [String] = []
  private var resumed = 0
  private var frame = 0
  private var animates = false
  private var status = "ready"

  static func main() {
    var probe = Probe()
    let arguments = CommandLine.arguments.dropFirst()
    if let file = arguments.last { probe.lines = read(file) }
    do throws(TerminalError) {
      let screen = try TerminalScreen()
      let farewell = arguments.first == "--frames" ? probe.replay(screen) : probe.run(screen)
      screen.close()
      print(farewell)
    } catch {
      print(error.advice)
      exit(2)
    }
  }

  private static func read(_ path: String) -> [[UInt8]] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
  }

  private mutating func run(_ screen: TerminalScreen) -> String {
    while true {
      screen.show(canvas(screen))
      frame += animates ? 1 : 0
      var ready = [
        pollfd(fd: screen.inputDescriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: screen.signalDescriptor, events: Int16(POLLIN), revents: 0),
      ]
      poll(&ready, 2, animates ? 0 : -1)
      for signal in screen.takeSignals() {
        switch signal {
        case .resized: break
        case .resumed: resumed += 1
        case .terminate(let number): return "terminated by \(number)"
        }
      }
      for key in ready[0].revents == 0 ? [] : screen.readKeys() {
        if key == .character("q") { return "bye" }
        keys.append(key.description)
        react(to: key, screen)
      }
    }
  }

  /// Shows a frame for each key. A line of the file is "x y foreground background attributes text"; an empty line
  /// ends a frame.
  private func replay(_ screen: TerminalScreen) -> String {
    for (number, frame) in lines.split(separator: [], omittingEmptySubsequences: false).enumerated() {
      let (width, height) = screen.size
      var canvas = Canvas(width: width, height: height)
      for line in frame {
        let parts = line.split(separator: 0x20, maxSplits: 5, omittingEmptySubsequences: false)
        let numbers = parts.prefix(5).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard parts.count == 6, numbers.count == 5 else { continue }
        func color(_ index: Int) -> Color { index < 0 ? .standard : .indexed(UInt8(index)) }
        let style = Style(
          foreground: color(numbers[2]), background: color(numbers[3]), bold: numbers[4] & 1 != 0,
          italic: numbers[4] & 2 != 0, underline: numbers[4] & 4 != 0, reverse: numbers[4] & 8 != 0)
        _ = parts[5].withUnsafeBytes { canvas.put(utf8: $0, x: numbers[0], y: numbers[1], style: style) }
      }
      canvas.put("frame \(number) ", x: 0, y: height - 1)
      screen.show(canvas)
      var ready = pollfd(fd: screen.inputDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&ready, 1, -1)
      _ = screen.readKeys()
    }
    return "all shown"
  }

  private mutating func react(to key: Key, _ screen: TerminalScreen) {
    switch key {
    case .function(1): fatalError("a planted failure")
    case .function(2): UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
    case .function(3): abort()
    case .function(4): exit(3)
    case .function(5): animates.toggle()
    case .function(6):
      animates = true
      crashOnAnotherThread()
    case .function(7):
      status = screen.suspend {
        print("in between, enter goes on")
        return readLine().map { "came back with \($0)" } ?? "came back"
      }
    case .function(8): screen.copyToClipboard("copied text")
    case .function(9): perror("noise on standard error")
    case .function(10):
      status = "hanging"
      screen.show(canvas(screen))
      while true { pause() }
    case .function(11):
      screen.stop()
      resumed += 1
    case .function(12): _ = overflow(1)
    case .character("m"): screen.useMouse(false)
    case .character("M"): screen.useMouse(true)
    case .character("b"): screen.bell()
    default: break
    }
  }

  private func overflow(_ depth: Int) -> Int {
    depth == 0 ? 0 : overflow(depth + 1) + overflow(depth + 2)
  }

  private func crashOnAnotherThread() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        usleep(30_000)
        abort()
      }, nil)
  }

  private func canvas(_ screen: TerminalScreen) -> Canvas {
    let (width, height) = screen.size
    var canvas = Canvas(width: width, height: height)
    for (y, line) in lines.enumerated() {
      canvas.put("|", x: 0, y: y)
      _ = line.withUnsafeBytes {
        canvas.put(utf8: $0, x: 1, y: y, style: Style(foreground: .red), maxColumns: 30)
      }
      canvas.put("|", x: 31, y: y)
      canvas.put("row \(y)", x: 33, y: y, style: Style(foreground: .brightGreen, bold: true))
    }
    if animates {
      for y in 0..<height {
        for x in 0..<width {
          let color = Color.indexed(UInt8((x + y + frame) % 256))
          canvas.put("x", x: x, y: y, style: Style(background: color, bold: x % 3 == 0))
        }
      }
    }
    canvas.put("keys: " + keys.suffix(8).joined(separator: " "), x: 0, y: height - 2)
    let tier = "\(screen.colorTier)"
    canvas.put("\(status) size \(width)x\(height) resumed \(resumed) \(tier)", x: 0, y: height - 1)
    if keys.last == "c" { canvas.cursor = (x: 3, y: 2) }
    return canvas
  }
}
