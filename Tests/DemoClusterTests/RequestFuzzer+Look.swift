import Document
import HTTP

@testable import DemoCluster

/// Requests that only look, and bodies that are none.
extension RequestFuzzer {
  private static let accepts = [
    "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "*/*", "text/html", "",
    ",;=,", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=Table;v=v9;g=meta.k8s.io",
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json;stream=watch",
  ]

  private static let paths = [
    "/", "/api", "/apis", "/version", "/readyz", "/metrics", "/openapi/v2", "/openapi/v3", "/api/v1",
    "/openapi/v3/apis/apps/v1", "/apis/apps", "/apis/apps/v1", "/apis/nope/v1/things", "/api/v1/pods",
    "/api/v1/nodes/harbour-2/proxy/metrics/cadvisor", "/api/v1/nodes/harbour-2/proxy/stats/summary",
    "/api/v1/nodes/nope/proxy/pods", "/api/v1/namespaces/market/services/basket:http/proxy/metrics",
    "/api/v1/namespaces/market/pods/:/proxy/", "/apis/metrics.k8s.io/v1beta1/pods", "/api/v1/events",
    "/apis/metrics.k8s.io/v1beta1/nodes/harbour-2", "/apis/events.k8s.io/v1/events", "//", "/api//v1",
    "/apis/authorization.k8s.io/v1/namespaces/market/localsubjectaccessreviews", "/api/v1/componentstatuses",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "/apis/apps/v1/deployments",
    "/api/v1/namespaces/platform/pods/orders-db-0/log", "/api/v1/namespaces/platform/pods/orders-db-0/exec",
    "/apis/apps/v1/namespaces/market/deployments/basket/scale",
  ]

  private static let selectors = [
    "app=basket", "app!=basket,team", "app in (basket,orders)", "app notin ()", "!app", "a in (b", "((((",
    "=", "!=", ",,", "a=b=c", "metadata.name=x", "status.phase!=Running,spec.nodeName=", "é=ü", "a>1",
    "involvedObject.kind=Pod", "\\", "a=b\\,c", "x\u{0}y",
  ]

  private static let numbers = [
    "0", "1", "-1", "7", "x", "", "500", "9223372036854775807", "-9223372036854775808",
    "18446744073709551615", "99999999999999999999999", "1e9", "4218000",
  ]

  /// Fields of a spec that something is computed with.
  static let counts = [
    "replicas", "progressDeadlineSeconds", "minReadySeconds", "revisionHistoryLimit", "parallelism",
    "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "maxReplicas",
    "startingDeadlineSeconds", "terminationGracePeriodSeconds", "minReplicas", "minAvailable", "schedule",
    "maxUnavailable", "priority", "successfulJobsHistoryLimit", "backoffLimitPerIndex",
  ]

  mutating func count() -> JSON {
    let texts = ["*/0 * * * *", "99 * * * *", "@hourly", "1-5,7 0-23/5 * jan mon", "-1%", "101%", "50%", "x"]
    if dice.chance(0.3) { return .string(dice.pick(texts)) }
    return .number(
      dice.pick([
        "-1", "0", "1", "7", "60", "-2147483649", "2147483648", "1099511627776", "9223372036854775807", "1.0",
        "1.5",
      ]))
  }

  /// A GET with whatever a query may hold.
  mutating func look() -> Request {
    let resource = dice.pick(RequestFuzzer.resources)
    let path = dice.chance(0.5) ? dice.pick(RequestFuzzer.paths) : resource.path
    var request = Request(method: "GET", path: path)
    for name in ["labelSelector", "fieldSelector"] where dice.chance(0.2) {
      request.query.append(QueryItem(name, dice.pick(RequestFuzzer.selectors)))
    }
    for name in [
      "limit", "resourceVersion", "timeoutSeconds", "tailLines", "sinceSeconds", "limitBytes",
    ] where dice.chance(0.2) {
      request.query.append(QueryItem(name, dice.pick(RequestFuzzer.numbers)))
    }
    let known = [
      ("resourceVersionMatch", ["Exact", "NotOlderThan", "x"]), ("watch", ["true", "1", "x"]),
      ("allowWatchBookmarks", ["true"]), ("sendInitialEvents", ["true", "false"]),
      ("includeObject", ["None", "Metadata", "Object", "x"]), ("follow", ["true"]),
      ("previous", ["true"]), ("timestamps", ["true"]), ("pretty", ["true"]), ("verbose", [""]),
      ("sinceTime", ["2026-11-21T08:00:00Z", "9999-99-99T99:99:99Z", "x"]),
    ]
    for (name, values) in known where dice.chance(0.12) {
      request.query.append(QueryItem(name, dice.pick(values)))
    }
    if dice.chance(0.15) { request.query.append(QueryItem("continue", token())) }
    if dice.chance(0.6) { request.headers = [Header("Accept", dice.pick(RequestFuzzer.accepts))] }
    return request
  }

  /// A continue token, as a rule a wrong one.
  private mutating func token() -> String {
    let key = ObjectKey(namespace: dice.pick(["market", "", "zz"]), name: dice.pick(["basket", "", "~"]))
    let version = dice.pick([nil, 0, 1, 4_218_000, UInt64.max] as [UInt64?])
    var text = ContinueToken(version: version, last: key).text
    if dice.chance(0.5) { text = String(text.prefix(dice.below(text.count))) }
    return dice.chance(0.1) ? "%%%" : text
  }

  /// A body that is no document: cut, too deep, too long, of another alphabet.
  mutating func junk() -> [UInt8] {
    switch dice.below(7) {
    case 0: return Array(repeating: UInt8(ascii: "["), count: 1 + dice.below(100_000))
    case 1: return Array(String(repeating: "{\"a\":", count: 1 + dice.below(400)).utf8)
    case 2: return Array(repeating: UInt8(ascii: " "), count: (3 << 20) + 1)
    case 3: return (0..<dice.below(2_000)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    case 4:
      return Array("k8s\u{0}".utf8)
        + (0..<dice.below(200)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    case 5: return [0xff, 0xfe] + Array("{\"kind\":\"Pod\"}".utf8)
    default:
      return Array("{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"u\"},\"data\":{\"a\":\"".utf8) + [
        0xc3, 0x28,
      ] + Array("\"}}".utf8)
    }
  }
}
