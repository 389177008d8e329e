import Cluster

extension BuiltIn {
  /// The ports of pods' containers, and the services that send to them. It is no resource of the server: the rows are
  /// read from pods and services. Each stands for its pod.
  static let ports: BuiltIn = {
    var kind = Kind(
      id: "ports", name: "Port", short: ["port"], role: .network, abilities: [.describe, .yaml, .events],
      children: .ofRow)
    kind.columns = [
      Column("CONTAINER", priority: 7), Column("PORT NAME", priority: 8),
      Column("PORT", .number, priority: 10),
      Column("PROTOCOL", priority: 4), Column("SERVICES", priority: 9),
      Column("HOST PORT", .number, priority: 3), Column("POD IP", priority: 2), Column("NODE", wide: true),
      .labels,
    ]
    return BuiltIn(asTable: kind)
  }()
}
