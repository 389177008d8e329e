import Cluster
import Document

/// One revision of a release, by the labels of the Secret that Helm keeps it in (helm.sh/helm/v3, pkg/storage/driver).
struct HelmRevision: Hashable {
  let uid: String
  let secret: String
  let namespace: String
  let release: String
  let number: Int
  let status: String
  /// When its operation began, in seconds since 1970.
  let updated: Int64
  /// When its status was written: a revision that another one replaced was written then.
  let written: Int64

  /// The release that it is of, within a cluster.
  var key: String { "\(namespace)/\(release)" }

  /// nil for what has not Helm's labels.
  init?(_ object: JSONSlice) {
    guard let metadata = object["metadata"], let labels = metadata["labels"],
      let release = labels["name"]?.string, !release.isEmpty,
      let number = labels["version"]?.string.flatMap({ Int($0) }), let uid = metadata["uid"]?.string
    else { return nil }
    self.uid = uid
    self.release = Moment.plain(release)
    self.number = number
    secret = metadata["name"]?.string ?? ""
    namespace = metadata["namespace"]?.string ?? ""
    status = labels["status"].line
    let modified = labels["modifiedAt"]?.string.flatMap { Int64($0) }
    let created = metadata["creationTimestamp"]?.epochSeconds
    updated = created ?? modified ?? 0
    written = modified ?? created ?? 0
  }

  /// helm.sh/helm/v3, pkg/release/status.go.
  var health: Health {
    switch status {
    case "deployed": .good
    case "superseded", "uninstalled": Health(.done)
    case "failed": Health(.bad, "its operation failed \(Moment.mark(written))")
    case "uninstalling": Health(.ending, "being uninstalled for \(Moment.lasting(since: written))")
    case let word where word.hasPrefix("pending-"):
      Health(
        .pending,
        "\(word.dropFirst("pending-".count)) under way for \(Moment.lasting(since: written)); a Helm that was ended meanwhile leaves it so"
      )
    default: Health(.unknown)
    }
  }
}

/// What a release is of: all that is kept of its Secret for a table.
struct HelmChart: Hashable {
  var chart: String
  var appVersion: String
  var description: String
}

/// The revisions of one list of Secrets, by release.
struct HelmBook {
  private(set) var revisions: [String: HelmRevision] = [:]
  private var ofRelease: [String: Set<String>] = [:]
  /// By UID of the Secret. A revision never has another chart.
  private(set) var charts: [String: HelmChart] = [:]

  mutating func forgetAll() { (revisions, ofRelease) = ([:], [:]) }

  mutating func add(_ revision: HelmRevision) {
    revisions[revision.uid] = revision
    ofRelease[revision.key, default: []].insert(revision.uid)
  }

  /// The revision that was known by this UID.
  @discardableResult
  mutating func remove(uid: String) -> HelmRevision? {
    guard let gone = revisions.removeValue(forKey: uid) else { return nil }
    ofRelease[gone.key]?.remove(uid)
    charts[uid] = nil
    return gone
  }

  mutating func learn(_ chart: HelmChart, of uid: String) { charts[uid] = chart }

  func newest(of key: String) -> HelmRevision? {
    ofRelease[key]?.compactMap { revisions[$0] }.max { $0.number < $1.number }
  }

  var newest: [HelmRevision] { ofRelease.keys.compactMap { newest(of: $0) } }
}
