import Cluster
import Document

/// The readable description of an object: all that `kubectl describe` prints, as a page that folds and links.
package enum Describe {
  /// What to ask for before `page(of:)`; a page can be drawn without any of it, and says then what is missing.
  package static func requests(for object: JSON, kind: Kind) -> [RelatedRequest] { [] }

  /// `now` is in seconds since 1970; relative times are counted from it.
  package static func page(of object: JSON, kind: Kind, related: Related, now: Int64) -> Page {
    Page(title: object.at("metadata.name").string ?? "")
  }
}
