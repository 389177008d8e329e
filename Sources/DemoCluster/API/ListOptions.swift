import HTTP

/// What a query asks of a list or a watch.
struct ListOptions: Sendable {
  enum VersionMatch: String, Sendable {
    case exact = "Exact"
    case notOlderThan = "NotOlderThan"
  }

  enum IncludeObject: String, Sendable {
    case none = "None"
    case metadata = "Metadata"
    case object = "Object"
  }

  var isWatch = false
  /// 0: all of it.
  var limit = 0
  var continueToken: ContinueToken?
  /// As it was given; nil: the newest.
  var version: UInt64?
  var versionMatch: VersionMatch?
  var labels: LabelSelector
  var fields: FieldSelector
  var timeoutSeconds: Double?
  var allowsBookmarks = false
  var sendsInitialEvents = false
  var includeObject = IncludeObject.metadata

  init(_ query: [QueryItem], for resource: ResourceDefinition) throws(Failure) {
    func value(_ name: String) -> String? { query.first { $0.name == name && !$0.value.isEmpty }?.value }
    func flag(_ name: String) -> Bool { ["true", "1", "t", "T", "TRUE", "True"].contains(value(name) ?? "") }
    isWatch = flag("watch")
    labels = try LabelSelector(value("labelSelector") ?? "")
    fields = try FieldSelector(value("fieldSelector") ?? "", for: resource)
    allowsBookmarks = flag("allowWatchBookmarks")
    sendsInitialEvents = flag("sendInitialEvents")
    limit = max(0, try ListOptions.integer(value("limit")) ?? 0)
    timeoutSeconds = try ListOptions.integer(value("timeoutSeconds")).map(Double.init)
    includeObject = value("includeObject").flatMap(IncludeObject.init) ?? .metadata
    versionMatch = value("resourceVersionMatch").flatMap(VersionMatch.init)
    version = try ListOptions.version(value("resourceVersion"), isWatch: isWatch)
    if let text = value("continue"), !isWatch {
      guard let token = ContinueToken(text) else {
        throw .badRequest("invalid continue token: continue key is not valid")
      }
      if version != nil, version != 0 {
        throw .badRequest("specifying resource version is not allowed when using continue")
      }
      continueToken = token
    }
    try check()
  }

  private func check() throws(Failure) {
    func forbidden(_ field: String, _ message: String) -> Failure {
      .invalid(
        kind: "ListOptions", group: "meta.k8s.io", name: "",
        [Failure.Cause(reason: "FieldValueForbidden", message: "Forbidden: \(message)", field: field)])
    }
    if sendsInitialEvents, isWatch, versionMatch != .notOlderThan {
      throw forbidden(
        "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    }
    if isWatch { return }
    if versionMatch != nil, version == nil {
      throw forbidden(
        "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
    }
    if versionMatch == .exact, version == 0 {
      throw forbidden(
        "resourceVersionMatch", "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"")
    }
  }

  private static func integer(_ text: String?) throws(Failure) -> Int? {
    guard let text else { return nil }
    guard let number = Int(text) else {
      throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
    }
    return number
  }

  /// A watch with a version that is none gets a 500, as from the real server.
  private static func version(_ text: String?, isWatch: Bool) throws(Failure) -> UInt64? {
    guard let text else { return nil }
    if let number = UInt64(text) { return number }
    let why =
      "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax"
    if isWatch { throw Failure(code: 500, message: why) }
    throw .badRequest("invalid resource version: \(why)")
  }

  /// Whether an object is asked for. The namespace is not looked at.
  func selects(_ object: Object, as resource: ResourceDefinition) -> Bool {
    (labels.isEmpty || labels.matches(object.meta.labels))
      && (fields.isEmpty || fields.matches(object, as: resource))
  }

  var selectsAll: Bool { labels.isEmpty && fields.isEmpty }
}

/// Where a list goes on: the version of its first page, and the last key that was sent.
struct ContinueToken: Sendable, Hashable {
  /// nil: at whatever is the newest version, because the one of the first page is gone.
  let version: UInt64?
  let last: ObjectKey

  init(version: UInt64?, last: ObjectKey) {
    self.version = version
    self.last = last
  }

  /// `{"v":"meta.k8s.io/v1","rv":2383,"start":"/data/reindex-zlsxp\u0000"}` in base64.
  var text: String {
    var out = Bytes()
    out.put("{\"v\":\"meta.k8s.io/v1\",\"rv\":")
    out.put(raw: version.map { "\($0)" } ?? "-1")
    out.put(",\"start\":")
    out.put(quoted: (last.namespace.isEmpty ? "/" : "/\(last.namespace)/") + last.name + "\0")
    out.put("}")
    return Base64.encoded(out, isForURL: true)
  }

  init?(_ text: String) {
    guard let bytes = Base64.decoded(text), let token = ContinueToken.parse(bytes) else { return nil }
    self = token
  }
}
