import Cluster

/// What a person wants of tables: what a file says, and what was chosen on screen, which counts more.
struct Views {
  var configured: [Kind.ID: ViewSpec] = [:]
  var chosen: [Kind.ID: ViewSpec] = [:]

  func view(of kind: Kind.ID) -> ViewSpec {
    (configured[kind] ?? ViewSpec()).overlaid(with: chosen[kind])
  }
}
