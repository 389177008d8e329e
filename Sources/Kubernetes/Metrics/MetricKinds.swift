import Cluster

/// Two tables that no server has: what is scraped, and what it tells.
extension BuiltIn {
  static let targets: BuiltIn = {
    var kind = Kind(
      id: "targets", name: "Target", short: ["target"], namespaced: false, role: .other, abilities: [],
      columns: [
        Column("STATE", .status, priority: 10), Column("SOURCE", priority: 6),
        Column("LAST SCRAPE", .age, priority: 8), Column("DURATION", .number, priority: 7),
        Column("SAMPLES", .number, priority: 6), Column("SIZE", .number, priority: 5),
        Column("PAGE", priority: 4),
      ], children: .chart)
    kind.showsAge = false
    return BuiltIn(asTable: kind)
  }()

  static let metrics: BuiltIn = {
    var kind = Kind(
      id: "metrics", name: "Metric", short: ["metric"], namespaced: false, role: .other, abilities: [],
      columns: [
        Column("TYPE", priority: 8), Column("TARGETS", .number, priority: 6),
        Column("SERIES", .number, priority: 6), Column("UNIT", priority: 3), Column("HELP", priority: 7),
      ], children: .chart)
    kind.showsAge = false
    return BuiltIn(asTable: kind)
  }()
}
