import Cluster

extension BuiltIn {
  /// Helm's releases, each by the labels of its newest Secret. Enter shows its revisions.
  static let releases: BuiltIn = {
    var kind = Kind(
      id: HelmReleases.kind, name: "Helm release", singular: "release", short: ["helm"], role: .other,
      abilities: [], children: .revisions)
    kind.plural = "releases"
    kind.columns = [
      Column("REVISION", .number, priority: 8), Column("STATUS", .status, priority: 10),
      Column("CHART", priority: 7), Column("APP VERSION", priority: 5), Column("UPDATED", .age, priority: 9),
    ]
    kind.showsAge = false
    return BuiltIn(asTable: kind)
  }()

  /// The revisions of Helm's releases, each by the labels of its Secret.
  static let releaseRevisions: BuiltIn = {
    var kind = Kind(
      id: "helm/v1/revisions", name: "Helm revision", singular: "revision", role: .other, abilities: [],
      children: .release)
    kind.columns = [
      Column("REVISION", .number, priority: 9), Column("STATUS", .status, priority: 10),
      Column("CHART", priority: 7), Column("APP VERSION", priority: 5), Column("UPDATED", .age, priority: 8),
      Column("DESCRIPTION", priority: 6),
    ]
    (kind.showsName, kind.showsAge, kind.canList) = (false, false, false)
    (kind.sortColumn, kind.sortDescending) = ("REVISION", true)
    return BuiltIn(asTable: kind)
  }()
}
