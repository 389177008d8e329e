import Cluster
import Document
import Testing

@testable import Kubernetes

/// Cells and reasons of forms that no recording shows. Each object is cut down to what matters.
struct KindsCellTests {
  private static let now: Int64 = 1_795_230_000  // 2026-11-21T03:00:00Z

  private func row(_ kind: BuiltIn, _ body: String, metadata: String = "") -> Row {
    KindsFixtures.rows(
      kind, object: "{\"metadata\":{\"name\":\"x\",\"namespace\":\"n\",\"uid\":\"u\"\(metadata)},\(body)}")[0]
  }

  func cell(_ kind: BuiltIn, _ title: String, _ body: String) -> String {
    row(kind, body).drawn(title, kind.kind, now: Self.now)
  }

  func check(
    _ kind: BuiltIn, _ body: String, metadata: String = "", _ tone: Tone, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let row = row(kind, body, metadata: metadata)
    #expect(row.tone == tone, sourceLocation: sourceLocation)
    #expect(row.reason(now: Self.now) == reason, sourceLocation: sourceLocation)
  }

  // MARK: Services

  @Test(arguments: [
    ("\"type\":\"ClusterIP\",\"externalIPs\":[\"1.2.3.4\",\"5.6.7.8\"]", "", "1.2.3.4,5.6.7.8"),
    (
      "\"type\":\"LoadBalancer\"", "{\"ip\":\"9.9.9.9\"},{\"hostname\":\"lb.example.com\"}",
      "9.9.9.9,lb.example.com"
    ),
    ("\"type\":\"LoadBalancer\",\"externalIPs\":[\"1.2.3.4\"]", "{\"ip\":\"9.9.9.9\"}", "9.9.9.9,1.2.3.4"),
    ("\"type\":\"LoadBalancer\"", "", "<pending>"), ("\"type\":\"NodePort\"", "", "<none>"),
    ("\"type\":\"ExternalName\",\"externalName\":\"db.example.com\"", "", "db.example.com"),
  ])
  func externalAddresses(spec: String, ingress: String, text: String) {
    let body = "\"spec\":{\(spec)},\"status\":{\"loadBalancer\":{\"ingress\":[\(ingress)]}}"
    #expect(cell(.services, "EXTERNAL-IP", body) == text)
  }

  @Test func portsOfSlicesMayBeUnnumberedOrMany() {
    #expect(cell(.endpointSlices, "PORTS", "\"ports\":[{\"name\":\"http\"},{}]") == "http,*")
    #expect(
      cell(
        .endpointSlices, "PORTS",
        "\"ports\":[{\"port\":1},{\"port\":2},{\"port\":3},{\"port\":4},{\"port\":5}]")
        == "1,2,3 + 2 more...")
  }

  @Test func whatOnlyTheWideFormTellsIsRead() {
    #expect(cell(.jobs, "DEADLINE", #""spec":{"activeDeadlineSeconds":7200}"#) == "120m")
    #expect(
      cell(
        .persistentVolumes, "NODE AFFINITY",
        #""spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]}]}}}"#
      ) == "zone in (a,b)")
    #expect(
      cell(
        .nodes, "PRESSURE",
        #""status":{"conditions":[{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"True"},{"type":"PIDPressure","status":"False"}]}"#
      ) == "DiskPressure")
  }

  @Test func aCronJobTellsWhenItRunsNext() {
    func next(_ spec: String) -> String {
      let row = row(
        .cronJobs, #""spec":{\#(spec)},"status":{"lastScheduleTime":"2026-11-21T02:30:00Z"}"#)
      return row.moment(1).map { "\($0 - Self.now)" } ?? "none"
    }
    #expect(next(#""schedule":"30 * * * *""#) == "1800")
    #expect(next(#""schedule":"0 3 * * *","timeZone":"Europe/Berlin""#) == "\(23 * 3600)")
    #expect(next(#""schedule":"30 * * * *","suspend":true"#) == "none")
    #expect(next(#""schedule":"nonsense""#) == "none")
  }

  @Test func howAContainerLastEndedNamesTheSignal() {
    func ended(_ end: String) -> String {
      KindsFixtures.rows(
        .containers,
        object:
          #"{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"name":"c"}]},"status":{"containerStatuses":[{"name":"c","state":{"running":{}},"lastState":{"terminated":\#(end)}}]}}"#
      )[0].drawn("LAST EXIT", BuiltIn.containers.kind, now: 0)
    }
    #expect(ended(#"{"reason":"Error","exitCode":143}"#) == "Error 143 SIGTERM")
    #expect(ended(#"{"reason":"OOMKilled","exitCode":137}"#) == "OOMKilled 137")
    #expect(ended(#"{"reason":"Error","exitCode":1}"#) == "Error 1")
    #expect(ended(#"{"exitCode":0,"signal":9}"#) == "0 SIGKILL")
  }

  @Test func requestsAndAttachmentsSayHowTheyStand() {
    #expect(
      cell(
        .certificateSigningRequests, "CONDITION",
        #""status":{"certificate":"eA==","conditions":[{"type":"Approved","status":"True"}]}"#)
        == "Approved,Issued")
    check(
      .certificateSigningRequests, #""spec":{}"#, .pending, "nobody has approved or denied it yet")
    check(
      .volumeAttachments,
      #""spec":{"nodeName":"n1"},"status":{"attached":false,"attachError":{"time":"2026-11-21T02:59:00Z","message":"no such disk"}}"#,
      .bad, "could not be attached 60s ago: no such disk")
    check(
      .apiServices,
      #""status":{"conditions":[{"type":"Available","status":"False","reason":"MissingEndpoints","message":"no endpoints","lastTransitionTime":"2026-11-21T02:59:00Z"}]}"#,
      .bad, "not available for 60s: no endpoints")
    check(
      .roleBindings, #""roleRef":{"kind":"Role","name":"r"}"#, .done, "it names nobody: it gives no rights")
    #expect(
      cell(
        .clusterRoles, "MAY WRITE",
        #""rules":[{"resources":["pods"],"verbs":["get","list"]},{"resources":["secrets","pods"],"verbs":["create"]}]"#
      ) == "secrets,pods")
    #expect(
      cell(.clusterRoles, "MAY WRITE", #""rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]"#)
        == "all")
    #expect(
      cell(
        .validatingWebhooks, "CALLS",
        #""webhooks":[{"clientConfig":{"service":{"namespace":"a","name":"b"}}},{"clientConfig":{"url":"https://x"}}]"#
      ) == "a/b,https://x")
  }

  // MARK: Storage

  @Test func claimsSayWhatTheyWaitFor() {
    check(
      .persistentVolumeClaims, #""spec":{"storageClassName":"fast"},"status":{"phase":"Pending"}"#, .pending,
      "not bound: the storage class fast provided no volume yet; it may wait for a pod to use it")
    check(
      .persistentVolumeClaims, #""spec":{"volumeName":"pv-1"},"status":{"phase":"Lost"}"#, .bad,
      "its volume pv-1 is gone")
    check(
      .persistentVolumeClaims,
      #""spec":{"volumeName":"pv-1"},"status":{"phase":"Bound","conditions":[{"type":"FileSystemResizePending","status":"True","message":"Waiting for user to (re-)start a pod to finish file system resize","lastTransitionTime":"2026-11-21T02:50:00Z"}]}"#,
      .starting,
      "FileSystemResizePending for 10m: Waiting for user to (re-)start a pod to finish file system resize")
    check(
      .persistentVolumes,
      #""spec":{"claimRef":{"namespace":"a","name":"b"},"persistentVolumeReclaimPolicy":"Retain"},"status":{"phase":"Released"}"#,
      .pending, "its claim a/b is gone; with the policy Retain nobody can claim it again as it is")
  }

  @Test func accessModesStandInKubectlsOrder() {
    #expect(
      cell(
        .persistentVolumes, "ACCESS MODES",
        #""spec":{"accessModes":["ReadWriteMany","ReadOnlyMany","ReadWriteOncePod","ReadWriteOnce"]}"#)
        == "RWO,ROX,RWX,RWOP")
  }

  @Test func somethingDeletedShowsAsTerminating() {
    let row = row(
      .persistentVolumeClaims, #""spec":{},"status":{"phase":"Bound"}"#,
      metadata: #","deletionTimestamp":"2026-11-21T02:59:00Z","finalizers":["kubernetes.io/pvc-protection"]"#)
    #expect(row.cell(0) == "Terminating")
    #expect(row.tone == .ending)
    #expect(
      row.reason(now: Self.now) == "deleted 60s ago, kept by the finalizer kubernetes.io/pvc-protection")
  }

  // MARK: Workloads and nodes

  @Test func jobsHaveKubectlsStatusWordsAndCompletions() {
    func status(_ condition: String) -> String {
      cell(.jobs, "STATUS", #""status":{"conditions":[{"type":"\#(condition)","status":"True"}]}"#)
    }
    #expect(
      ["Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"].map(status)
        == ["Complete", "Failed", "Suspended", "FailureTarget", "Running"])
    #expect(cell(.jobs, "COMPLETIONS", #""spec":{"parallelism":5},"status":{"succeeded":2}"#) == "2/1 of 5")
    #expect(cell(.jobs, "COMPLETIONS", #""spec":{"completions":3}"#) == "0/3")
    check(
      .jobs, #""spec":{"backoffLimit":4},"status":{"active":1,"failed":2}"#, .pending,
      "2 pods failed so far, it gives up after 4 retries")
  }

  @Test func statefulSetsTellWhatHoldsAnUpdateBack() {
    func status(_ updated: Int) -> String {
      #""status":{"replicas":3,"readyReplicas":3,"updatedReplicas":\#(updated),"currentRevision":"a","updateRevision":"b"}"#
    }
    check(
      .statefulSets, #""spec":{"replicas":3},"# + status(1), .starting, "rolling out: 1 of 3 pods updated")
    check(
      .statefulSets,
      #""spec":{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":2}}},"# + status(1), .good,
      "1 of 3 pods have the new template; its partition holds the others back")
    check(
      .statefulSets, #""spec":{"replicas":3,"updateStrategy":{"type":"OnDelete"}},"# + status(0), .good,
      "0 of 3 pods have the new template; the others get it when they are deleted")
  }

  @Test func nodesUnderPressureSayWhich() {
    check(
      .nodes,
      #""status":{"conditions":[{"type":"DiskPressure","status":"True","reason":"KubeletHasDiskPressure","message":"kubelet has disk pressure","lastTransitionTime":"2026-11-21T02:55:00Z"},{"type":"Ready","status":"True"}]}"#,
      .pending, "DiskPressure for 5m: kubelet has disk pressure")
    #expect(cell(.nodes, "MEM/A", #""status":{"allocatable":{"memory":"24581692Ki"}}"#) == "23.4Gi")
    #expect(cell(.nodes, "STATUS", #""spec":{"unschedulable":true}"#) == "Unknown,SchedulingDisabled")
    #expect(
      cell(.nodes, "ROLES", #""spec":{}"#) == "<none>")
  }

  @Test func selectorsWithExpressionsAreWrittenAsPeopleTypeThem() {
    let selector =
      #"{"matchLabels":{"tier":"db","app":"web"},"matchExpressions":[{"key":"env","operator":"In","values":["b","a"]},{"key":"old","operator":"DoesNotExist"},{"key":"zone","operator":"NotIn","values":["z"]},{"key":"x","operator":"Exists"}]}"#
    #expect(
      row(.deployments, #""spec":{"selector":\#(selector)}"#).drill
        == "app=web,env in (a,b),!old,tier=db,x,zone notin (z)")
  }

  @Test func aQuotaThatIsUsedUpSaysWhichPart() {
    let row = row(
      .resourceQuotas,
      #""status":{"hard":{"pods":"10","requests.cpu":"1","limits.memory":"4Gi","count/secrets":"0"},"used":{"pods":"10","requests.cpu":"900m","limits.memory":"4096Mi","count/secrets":"0"}}"#
    )
    #expect(row.tone == .pending)
    #expect(row.reason(now: 0) == "used up: limits.memory: 4096Mi/4Gi, pods: 10/10")
  }

  @Test func aBrokenDefinitionOfACustomResourceSaysWhy() {
    check(
      .customResourceDefinitions,
      #""status":{"conditions":[{"type":"NamesAccepted","status":"False","reason":"KindConflict","message":"\"Widget\" is already in use"}]}"#,
      .bad, "its names are not accepted: \"Widget\" is already in use")
    let versions =
      #""spec":{"group":"g","names":{"plural":"ws"},"versions":[{"name":"v3","served":false,"storage":true},{"name":"v2","served":true}]}"#
    #expect(row(.customResourceDefinitions, versions).drill == "g/v2/ws")
    #expect(cell(.customResourceDefinitions, "VERSIONS", versions) == "v3 (not served),v2")
  }

  @Test func imagesOfManyContainersLoseTheirRegistries() {
    #expect(
      cell(
        .deployments, "IMAGE",
        #""spec":{"template":{"spec":{"containers":[{"image":"registry.example.com:5000/a/b:1"},{"image":"busybox"},{"image":"docker.io/library/busybox"}]}}}"#
      )
        == "b:1,busybox")
  }

  // MARK: Hostile text

  @Test func escapesInCellsBecomeBlanks() {
    let event = row(.events, #""message":"a\u001b[31m\n\tb\u0007\"c\u0000","reason":"R\r\nR""#)
    #expect(event.drawn("MESSAGE", BuiltIn.events.kind, now: 0) == "a [31m b \"c ")
    #expect(event.drawn("REASON", BuiltIn.events.kind, now: 0) == "R R")
    // A mark of ours in a text from outside does not become a time.
    #expect(row(.events, #""type":"Warning","message":"x\u001e12\u001ey""#).reason(now: 100) == "x 12 y")
  }
}

/// Decoders meet whatever a broken or hostile server sends.
struct KindsFuzzTests {
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let files = [
    "pods.described", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs", "nodes", "services",
    "endpointslices", "ingresses", "persistentvolumeclaims", "persistentvolumes", "horizontalpodautoscalers",
    "namespaces", "customresourcedefinitions", "poddisruptionbudgets", "networkpolicies", "resourcequotas",
    "events.core.shop",
  ]

  private static let bites: [[UInt8]] = [
    "null", "{}", "[]", "\"\"", "-1", "1e400", "9999999999999999999", "true", "{\"a\":", "]", "}", "\\", "\"",
    ",",
    "\\ud800", "\u{1E}7\u{1E}",
  ].map { Array($0.utf8) }

  /// Cuts, doubles, overwrites and swaps bytes; mostly what remains is still nearly JSON.
  private func mutate(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeLast(bytes.count - at)
      case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &random)))
      case 3: bytes.insert(contentsOf: Self.bites.randomElement(using: &random)!, at: at)
      case 4:
        // A value becomes another one.
        guard let colon = bytes[at...].firstIndex(of: UInt8(ascii: ":")) else { continue }
        let end =
          bytes[(colon + 1)...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
          ?? bytes.count
        bytes.replaceSubrange((colon + 1)..<end, with: Self.bites.randomElement(using: &random)!)
      default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 30)], at: at)
      }
    }
    return bytes
  }

  @Test func noObjectHoweverBrokenStopsADecoder() {
    var random = Random(state: 20_261_121)
    var objects: [[UInt8]] = []
    for file in Self.files {
      KindsFixtures.bytes("\(file).list.json").withUnsafeBytes { bytes in
        JSONList(bytes, itemsKey: "items").eachItem { objects.append(Array($0.bytes)) }
      }
    }
    let decoders = Kinds.all.compactMap(\.decoder)
    let store = RowStore()
    var writer = RowWriter()
    for round in 0..<2_500 {
      let object = mutate(objects[round % objects.count], &random)
      object.withUnsafeBytes { bytes in
        let decoder = decoders[Int.random(in: 0..<decoders.count, using: &random)]
        decoder.write(JSONSlice(bytes), &writer)
        BuiltIn.pods.decoder!.write(JSONSlice(bytes), &writer)
        BuiltIn.containers.decoder!.write(JSONSlice(bytes), &writer)
        if round % 7 == 0 { decoder.remove(JSONSlice(bytes), &writer) }
      }
      let batch = writer.takeBatch()
      for row in batch.rows {
        _ = row.reason(now: 1_795_230_000)
        _ = row.searchable.count + row.cellCount
      }
      store.apply(batch)
    }
    #expect(store.count > 0)
  }

  @Test func noTableHoweverBrokenStopsTheDecoder() {
    var random = Random(state: 7)
    let table = KindsFixtures.bytes("cr.widgets.table.json")
    for _ in 0..<1_000 {
      var decoder = TableDecoder(kind: Kind(id: "example.com/v1/widgets", name: "Widget"))
      var writer = RowWriter()
      mutate(table, &random).withUnsafeBytes {
        decoder.decode(table: JSONSlice($0), into: &writer, removal: false)
      }
      for row in writer.takeBatch().rows { _ = row.searchable.count }
    }
  }
}
