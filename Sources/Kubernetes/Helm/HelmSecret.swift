import Cluster
import Document

/// Reads what Helm keeps in the Secret of a revision: JSON, packed with gzip, as base64, which Kubernetes holds as base64
/// again (helm.sh/helm/v3, pkg/storage/driver/util.go; the members: pkg/release, pkg/chart).
enum HelmSecret {
  /// A Secret holds a megabyte at most; what unpacks to more than this was made to do harm.
  private static let maxBytes = 64 << 20

  /// Only what a table shows, without a tree of the rest.
  static func chart(_ secret: [UInt8]) -> HelmChart? {
    let data = secret.withUnsafeBytes { JSONSlice($0)["data"]?["release"]?.string }
    guard let bytes = data.flatMap(unpacked) else { return nil }
    return bytes.withUnsafeBytes { bytes in
      let release = JSONSlice(bytes)
      let metadata = release["chart"]?["metadata"]
      return HelmChart(
        chart: name(metadata?["name"].line ?? "", metadata?["version"].line ?? ""),
        appVersion: metadata?["appVersion"].line ?? "",
        description: Moment.plain(Credentials.masked(release["info"]?["description"].line ?? "")))
    }
  }

  /// What can't be read is told among the release's problems.
  static func release(_ secret: JSON) -> Release {
    func unreadable(_ why: String) -> Release {
      var release = Release()
      release.name = secret["metadata"]["labels"]["name"].string ?? ""
      release.problems = [why]
      return release
    }
    guard let data = secret["data"]["release"].string else {
      return unreadable("the Secret holds no release")
    }
    guard let bytes = unpacked(data) else { return unreadable("the release can't be unpacked") }
    guard let json = JSON.parse(bytes).value else { return unreadable("the release is no JSON") }
    return release(decoded: json)
  }

  private static func unpacked(_ data: String) -> [UInt8]? {
    guard let text = Base64.decode(data), let bytes = Base64.decode(String(decoding: text, as: UTF8.self))
    else { return nil }
    // The first versions of Helm did not pack.
    return Gzip.isGzip(bytes) ? Gzip.unpacked(bytes, maxBytes: maxBytes) : bytes
  }

  private static func name(_ chart: String, _ version: String) -> String {
    version.isEmpty ? chart : "\(chart)-\(version)"
  }

  static func release(decoded json: JSON) -> Release {
    var release = Release()
    let (info, chart) = (json["info"], json["chart"])
    release.name = json["name"].string ?? ""
    release.namespace = json["namespace"].string ?? ""
    release.revision = json["version"].int ?? 0
    release.status = info["status"].string ?? ""
    release.description = info["description"].string ?? ""
    release.firstDeployed = seconds(info["first_deployed"])
    release.lastDeployed = seconds(info["last_deployed"])
    release.notes = info["notes"].string ?? ""
    release.chart = name(chart["metadata"]["name"].string ?? "", chart["metadata"]["version"].string ?? "")
    release.appVersion = chart["metadata"]["appVersion"].string ?? ""
    release.values = json["config"]
    release.allValues = merged(chart["values"], with: json["config"])
    let manifest = HelmManifest(json["manifest"].string ?? "", namespace: release.namespace)
    (release.manifest, release.problems) = (manifest.parts, manifest.problems)
    release.hooks = json["hooks"].array.compactMap { hook($0, namespace: release.namespace) }
    return release
  }

  private static func hook(_ json: JSON, namespace: String) -> Release.Hook? {
    let manifest = HelmManifest(json["manifest"].string ?? "", namespace: namespace)
    guard let part = manifest.parts.first else { return nil }
    return Release.Hook(
      part.ref, kindName: part.kindName,
      events: json["events"].array.compactMap(\.string).joined(separator: ", "),
      phase: json["last_run"]["phase"].string ?? "", completed: seconds(json["last_run"]["completed_at"]))
  }

  /// Go writes a time that is none as the year 1.
  private static func seconds(_ json: JSON) -> Int64? {
    json.string.flatMap { Timestamp($0)?.seconds }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// What was set wins over the chart's own; null takes a value away (helm, pkg/chartutil, CoalesceTables).
  static func merged(_ own: JSON, with set: JSON) -> JSON {
    guard case .object(var result) = own else { return set.isNull ? own : set }
    guard let set = set.object else { return own }
    for member in set.members {
      let at = result.members.firstIndex { $0.key == member.key }
      switch (member.value, at) {
      case (.null, let at?): result.members.remove(at: at)
      case (.null, nil): break
      case (.object, let at?):
        result.members[at].value = merged(result.members[at].value, with: member.value)
      case (_, let at?): result.members[at].value = member.value
      case (_, nil): result.members.append(member)
      }
    }
    return .object(result)
  }
}

/// The objects of a manifest: documents of YAML with lines of "---" between them, each with a comment that names its
/// template.
struct HelmManifest {
  private(set) var parts: [Release.Part] = []
  private(set) var problems: [String] = []

  init(_ text: String, namespace: String) {
    var document: [Substring] = []
    func isEnd(_ line: Substring) -> Bool {
      line == "---" || line.hasPrefix("---") && line.dropFirst(3).allSatisfy { $0 == " " || $0 == "\r" }
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if isEnd(line) {
        take(document, namespace)
        document = []
      } else {
        document.append(line)
      }
    }
    take(document, namespace)
  }

  private mutating func take(_ lines: [Substring], _ namespace: String) {
    guard lines.contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { return }
    let comment = "# Source: "
    let source = lines.first { $0.hasPrefix(comment) }.map { String($0.dropFirst(comment.count)) } ?? ""
    let (documents, problems) = YAML.parse(Array(lines.joined(separator: "\n").utf8))
    if let problem = problems.first { self.problems.append("\(source): \(problem)") }
    for json in documents where json.object != nil {
      let name = json["kind"].string ?? ""
      // A list stands for its items.
      let items = name.hasSuffix("List") && !json["items"].array.isEmpty ? json["items"].array : [json]
      parts += items.map { Self.part($0, source: source, namespace: namespace) }
    }
  }

  private static func part(_ json: JSON, source: String, namespace: String) -> Release.Part {
    let name = json["kind"].string ?? ""
    let id = Kinds.id(apiVersion: json["apiVersion"].string ?? "", name: name)
    let isNamespaced = Kinds.builtIn(id)?.kind.namespaced ?? true
    let own = json["metadata"]["namespace"].string ?? ""
    let place = isNamespaced ? own.isEmpty ? namespace : own : ""
    let ref = ObjectRef(kind: id, namespace: place, name: json["metadata"]["name"].string ?? "")
    return Release.Part(ref, kindName: name, source: source, json: json)
  }
}
