/// A family and its lines as they stood at one moment.
package struct FamilyLines: Sendable {
  package var family: MetricFamily
  /// Whole lines, each `name{labels} value` with a line break, and without timestamps: those are milliseconds in one
  /// format and seconds in the other.
  package var blocks: [[UInt8]]

  package init(_ family: MetricFamily, blocks: [[UInt8]]) {
    self.family = family
    self.blocks = blocks
  }

  package init(_ family: MetricFamily, lines: String) {
    self.init(family, blocks: lines.isEmpty ? [] : [Array(lines.utf8)])
  }

  package var text: String { blocks.map { String(decoding: $0, as: UTF8.self) }.joined() }
}

/// Gathers what several sources tell into one page, on which the lines of a family stand together, once.
package struct ExpositionPage: Sendable {
  private var families: [FamilyLines] = []
  private var places: [String: Int] = [:]

  package init() {}

  /// Lines of a family that is there already go behind those; whoever names it first says its help and type.
  package mutating func add(_ lines: FamilyLines) {
    if let place = places[lines.family.name] {
      families[place].blocks += lines.blocks
    } else {
      places[lines.family.name] = families.count
      families.append(lines)
    }
  }

  package mutating func add(_ lines: some Sequence<FamilyLines>) { for lines in lines { add(lines) } }

  /// The whole page, to be sent piece after piece. Families without lines are told by their headers alone.
  package func pieces(_ format: ExpositionFormat) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var small: [UInt8] = []
    for lines in families {
      small += lines.family.header(format)
      for block in lines.blocks {
        // Copying what is small is cheaper than sending it by itself.
        if block.count < Self.smallBytes, small.count < Self.smallBytes {
          small += block
          continue
        }
        if !small.isEmpty { pieces.append(small) }
        small = []
        if block.count < Self.smallBytes { small = block } else { pieces.append(block) }
      }
    }
    small += format.ending
    if !small.isEmpty { pieces.append(small) }
    return pieces
  }

  private static let smallBytes = 16 << 10

  package func text(_ format: ExpositionFormat) -> String {
    String(decoding: pieces(format).joined(), as: UTF8.self)
  }
}
