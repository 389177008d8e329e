import Cluster

/// How a person wants screens to begin: what files say of tables, and what was chosen on screen, which counts more.
struct Views {
  var configured: [ConfiguredView] = []
  var chosen: [Kind.ID: ViewSpec] = [:]
  /// Those that are shown: a file may want other columns in some.
  var namespaces: [String] = []
  var settings = Settings()

  func view(of kind: Kind) -> ViewSpec {
    (configured.spec(of: kind, in: namespaces) ?? ViewSpec()).overlaid(with: chosen[kind.id])
  }
}
