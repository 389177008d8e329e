import Cluster
import Document

/// An object's document as `kubectl get -o yaml` prints it, as a page that folds and is coloured.
package enum YAMLPage {
  /// A secret's values are masked unless `maskSecrets` is off.
  package static func page(
    of object: JSON, kind: Kind, showManagedFields: Bool = false, maskSecrets: Bool = true
  ) -> Page {
    Page(title: object.at("metadata.name").string ?? "")
  }

  /// The same of a secret with the values of `revealed` keys decoded from base64 and every other one masked.
  package static func page(
    of object: JSON, kind: Kind, showManagedFields: Bool = false, revealing revealed: Set<String>
  ) -> Page {
    Page(title: object.at("metadata.name").string ?? "")
  }
}
