import Document

/// One revision of a package that was installed as a whole, decoded from where its manager keeps it: a release of Helm.
package struct Release: Sendable, Hashable {
  package var name = ""
  package var namespace = ""
  package var revision = 0
  /// Helm's word: "deployed", "failed", "pending-upgrade", "superseded".
  package var status = ""
  /// What the last operation came to, in Helm's words.
  package var description = ""
  /// "web-1.4.2"
  package var chart = ""
  package var appVersion = ""
  /// Seconds since 1970.
  package var firstDeployed: Int64?
  package var lastDeployed: Int64?
  package var notes = ""
  /// What the person who installed it set.
  package var values = JSON.null
  /// The chart's own values with those over them.
  package var allValues = JSON.null
  package var manifest: [Part] = []
  package var hooks: [Hook] = []
  /// What could not be read: sentences.
  package var problems: [String] = []

  package init() {}

  /// An object of the manifest.
  package struct Part: Sendable, Hashable {
    package var ref: ObjectRef
    /// "Deployment"
    package var kindName: String
    /// The template it was made of: "web/templates/deployment.yaml".
    package var source: String
    package var json: JSON
    package init(_ ref: ObjectRef, kindName: String, source: String, json: JSON) {
      self.ref = ref
      self.kindName = kindName
      self.source = source
      self.json = json
    }
  }

  /// What Helm runs before or after an operation.
  package struct Hook: Sendable, Hashable {
    package var ref: ObjectRef
    package var kindName: String
    /// "pre-upgrade, post-install"
    package var events: String
    /// Helm's word for how it last ended: "Succeeded", "Failed"; empty where it never ran.
    package var phase: String
    /// Seconds since 1970.
    package var completed: Int64?
    package init(_ ref: ObjectRef, kindName: String, events: String, phase: String, completed: Int64?) {
      self.ref = ref
      self.kindName = kindName
      self.events = events
      self.phase = phase
      self.completed = completed
    }
  }
}

extension Release {
  /// As it may be shown to everybody: credentials masked in all that people wrote.
  package var redacted: Release {
    var copy = self
    copy.description = Credentials.masked(description)
    copy.notes = Credentials.masked(notes)
    (copy.values, copy.allValues) = (values.redacted, allValues.redacted)
    for index in copy.manifest.indices { copy.manifest[index].json = manifest[index].json.redacted }
    return copy
  }
}
