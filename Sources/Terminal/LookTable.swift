import CNcurses

extension ColorTier {
  init(colors: Int) {
    switch colors {
    case 256...: self = .twoHundredFiftySix
    case 16...: self = .sixteen
    case 8...: self = .eight
    default: self = .monochrome
    }
  }
}

/// Which attributes and pair of colours ncurses is to use for a cell's look. Pairs are made as they are needed.
struct LookTable {
  /// All pairs are taken; what came after them is drawn without colours.
  private(set) var isExhausted = false
  private var palette: Palette
  /// The terminal takes colours as red, green and blue instead of palette numbers (xterm-direct).
  private let isDirect: Bool
  private let maxPairs: Int
  private var cells: [UInt32: nc_cell] = [:]
  private var pairs: [Pair: Int32] = [:]
  private var last: (look: UInt32, cell: nc_cell)?

  private struct Pair: Hashable {
    var foreground: Int
    var background: Int
  }

  init(tier: ColorTier, colors: Int, pairs: Int) {
    palette = Palette(tier: tier)
    isDirect = colors > 256
    // Pair numbers beyond this do not fit every version of ncurses.
    maxPairs = min(pairs, 32_767)
  }

  var scheme: ColorScheme {
    get { palette.scheme }
    set {
      palette.scheme = newValue
      forget()
    }
  }

  mutating func forget() {
    cells.removeAll(keepingCapacity: true)
    pairs.removeAll(keepingCapacity: true)
    last = nil
    isExhausted = false
  }

  /// An empty cell with that look.
  mutating func look(_ packed: UInt32) -> nc_cell {
    if let last, last.look == packed { return last.cell }
    let cell = cells[packed] ?? made(packed)
    last = (packed, cell)
    return cell
  }

  private mutating func made(_ packed: UInt32) -> nc_cell {
    let look = palette.look(Style(packed: packed))
    var attributes = 0
    if look.bold { attributes |= NC_BOLD }
    if look.dim { attributes |= NC_DIM }
    if look.italic { attributes |= NC_ITALIC }
    if look.underline { attributes |= NC_UNDERLINE }
    if look.reverse { attributes |= NC_REVERSE }
    var cell = nc_cell()
    cell.attributes = UInt32(attributes)
    cell.pair = pair(Pair(foreground: look.foreground, background: look.background))
    cells[packed] = cell
    return cell
  }

  private mutating func pair(_ pair: Pair) -> Int32 {
    if pair.foreground < 0, pair.background < 0 { return 0 }
    if let number = pairs[pair] { return number }
    let number = Int32(pairs.count + 1)
    guard number < maxPairs else {
      isExhausted = true
      return 0
    }
    nc_set_pair(number, color(pair.foreground), color(pair.background))
    pairs[pair] = number
    return number
  }

  private func color(_ index: Int) -> Int32 {
    isDirect && index >= 8 ? Int32(Palette.direct(index)) : Int32(index)
  }
}
