import Cluster
import Document
import Terminal

/// What the measured columns of a table show: readings, and shares of what the row's own cells say it may use.
struct Measured {
  private var readings: UsageTable?
  private var now: Int64 = 0
  private var kind: Kind?
  private var settings = Settings()
  /// The pod whose containers the rows are.
  private var pod = ""
  /// Cells that tell what a row asked for and may use, or has: "100m:500m", "4".
  private var cpuCell: Int?
  private var memoryCell: Int?
  /// How many readings a trend shows.
  static let trendColumns = 10

  init() {}

  init(_ screen: TableScreen, _ columns: [Column], _ world: World) {
    readings = screen.usageQuery.flatMap { world.usages[$0] }
    now = world.now
    settings = world.setup.settings
    kind = screen.kind
    if screen.kind.role == .container {
      pod = screen.query.fieldSelector.split(separator: "=").last.map(String.init) ?? ""
    }
    cpuCell = columns.cell(titled: "CPU/R:L", "CPU/A")
    memoryCell = columns.cell(titled: "MEM/R:L", "MEM/A")
  }

  private func usage(_ row: Row) -> ResourceUsage? {
    let isContainer = kind?.role == .container
    let key = UsageKey(
      namespace: row.namespace, name: isContainer ? pod : row.name, container: isContainer ? row.name : "")
    return readings?[key, now: now]
  }

  /// nil where nothing is known, or where there is nothing to compare with.
  func value(_ measure: Measure, _ row: Row) -> Double? {
    guard let usage = usage(row) else { return nil }
    func share(_ used: Double?, of cell: Int?, isLimit: Bool) -> Double? {
      guard let used, let cell, let whole = amount(row, cell, isLimit: isLimit), whole > 0 else { return nil }
      return used / whole
    }
    switch measure {
    case .cpu: return usage.cpu
    case .memory: return usage.memory
    case .throttled: return usage.throttled
    case .received: return usage.received
    case .sent: return usage.sent
    case .cpuTrend: return usage.cpuTrend.last.map(Double.init)
    case .memoryTrend: return usage.memoryTrend.last.map(Double.init)
    case .cpuOfRequest: return share(usage.cpu, of: cpuCell, isLimit: false)
    case .cpuOfLimit: return share(usage.cpu, of: cpuCell, isLimit: true)
    case .memoryOfRequest: return share(usage.memory, of: memoryCell, isLimit: false)
    case .memoryOfLimit: return share(usage.memory, of: memoryCell, isLimit: true)
    }
  }

  /// One half of "request:limit", or the whole of a cell that tells one amount.
  private func amount(_ row: Row, _ cell: Int, isLimit: Bool) -> Double? {
    let parts = row.cell(cell).split(separator: ":", omittingEmptySubsequences: false)
    guard let part = parts.count > 1 && isLimit ? parts[1] : parts.first else { return nil }
    return Quantity(String(part))?.double
  }

  func text(_ measure: Measure, _ row: Row) -> String {
    switch measure {
    case .cpuTrend:
      return usage(row).map { trend($0.cpuTrend, of: row, cpuCell, floor: 0.01) } ?? ""
    case .memoryTrend:
      return usage(row).map { trend($0.memoryTrend, of: row, memoryCell, floor: 1_048_576) } ?? ""
    default: break
    }
    guard let value = value(measure, row) else { return "-" }
    switch measure {
    case .cpu: return Figure.cores(value)
    case .memory, .received, .sent: return Figure.shortBytes(value)
    default: return Figure.share(value)
    }
  }

  /// A row that does nothing shall not look busy: a twentieth of what it asked for is the least that fills a block.
  private func trend(_ readings: [Float], of row: Row, _ cell: Int?, floor: Float) -> String {
    let asked = cell.flatMap { amount(row, $0, isLimit: false) } ?? 0
    // Steady use is no full block: there must be room above it to rise.
    let most = readings.suffix(Self.trendColumns).reduce(0) { $1.isFinite ? max($0, $1) : $0 }
    return Sparkline.text(
      readings, columns: Self.trendColumns, ceiling: max(floor, Float(asked) / 20, most * 4 / 3))
  }

  /// What comes close to a limit is coloured: k9s's thresholds.
  func style(_ measure: Measure, _ row: Row, _ plain: Style) -> Style {
    var style = plain
    switch measure {
    case .cpuOfLimit, .memoryOfLimit, .throttled:
      guard let value = value(measure, row) else { break }
      let (warning, critical) = limits(measure)
      if value >= critical {
        (style.foreground, style.bold) = (Theme.row(.bad).foreground, true)
      } else if value >= warning {
        style.foreground = Theme.row(.pending).foreground
      }
    case .cpuTrend, .memoryTrend: style.foreground = Theme.trend.foreground
    default: break
    }
    return style
  }

  /// From which share on a figure is coloured.
  private func limits(_ measure: Measure) -> (warning: Double, critical: Double) {
    if measure == .throttled { return (0.25, 0.5) }
    let threshold = measure == .cpuOfLimit ? settings.cpu : settings.memory
    return (Double(threshold.warning) / 100, Double(threshold.critical) / 100)
  }

  /// Where the numbers come from and how old they are, or why there are none.
  func source(_ world: World, _ query: UsageQuery) -> String? {
    switch world.phase(.usage(query)) {
    case .refused(_, let why): return "no CPU and memory: \(why)"
    case .stale(_, let why) where readings == nil: return "no CPU and memory: \(why)"
    default: break
    }
    guard let readings, !readings.source.name.isEmpty else { return nil }
    let age = readings.newest.map { ", newest \(Age.text(seconds: max(0, now - $0))) ago" } ?? ""
    let missing = readings.source.missing.isEmpty ? "" : "; \(readings.source.missing)"
    return "CPU and memory from \(readings.source.name)\(age)\(missing)"
  }
}
