import Cluster
import HTTP

/// What is listed and watched: a path, and which of its objects.
struct WatchTarget: Sendable {
  var path: String
  var selectors: [QueryItem] = []
  /// As the server's Table, with the metadata of each row's object.
  var asTable = false
  /// Each row of the Table with its whole object, not the metadata alone.
  var tableHoldsObjects = false
  /// Nothing of each object but its metadata.
  var asMetadata = false
  /// Nothing else will do: whole objects would bring what must not travel.
  var onlyTable = false
  var canWatch = true

  private static let plain = "application/json"
  private static let tableAlone = "application/json;as=Table;v=v1;g=meta.k8s.io"
  private static let table = tableAlone + ",application/json"
  private static let names =
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"

  private static let nameEvents =
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"

  init(path: String, selectors: [QueryItem] = [], asTable: Bool = false, canWatch: Bool = true) {
    self.path = path
    self.selectors = selectors
    self.asTable = asTable
    self.canWatch = canWatch
  }

  /// The objects of a kind that a query's selectors name.
  init(_ path: ResourcePath, namespace: String, labelSelector: String = "", fieldSelector: String = "") {
    self.path = path.list(namespace: namespace)
    if !labelSelector.isEmpty { selectors.append(QueryItem("labelSelector", labelSelector)) }
    if !fieldSelector.isEmpty { selectors.append(QueryItem("fieldSelector", fieldSelector)) }
  }

  func list(continueToken: String?, limit: Int) -> ReadRequest {
    request([QueryItem("limit", String(limit))] + (continueToken.map { [QueryItem("continue", $0)] } ?? []))
  }

  func watch(from version: String, timeoutSeconds: Int) -> ReadRequest {
    var query = [
      QueryItem("watch", "true"), QueryItem("allowWatchBookmarks", "true"),
      QueryItem("timeoutSeconds", String(timeoutSeconds)),
    ]
    if !version.isEmpty { query.append(QueryItem("resourceVersion", version)) }
    var request = request(query)
    if asMetadata { request.accept = Self.nameEvents }
    request.idleTimeoutSeconds = nil
    return request
  }

  /// Answers 504 where the server has not come as far as this version.
  func check(version: String) -> ReadRequest {
    var request = ReadRequest(
      path,
      selectors + [
        QueryItem("limit", "1"), QueryItem("resourceVersion", version),
        QueryItem("resourceVersionMatch", "NotOlderThan"),
      ])
    request.accept = Self.names
    request.idleTimeoutSeconds = 15
    return request
  }

  private func request(_ query: [QueryItem]) -> ReadRequest {
    let form = asTable ? [QueryItem("includeObject", tableHoldsObjects ? "Object" : "Metadata")] : []
    var request = ReadRequest(path, selectors + query + form)
    request.accept = accept
    return request
  }

  private var accept: String {
    if asTable { return onlyTable ? Self.tableAlone : Self.table }
    return asMetadata ? Self.names : Self.plain
  }
}
