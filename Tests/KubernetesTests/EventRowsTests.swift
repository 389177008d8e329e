import Cluster
import Document
import Testing

@testable import Kubernetes

/// Events told together, and whose events belong to whom.
struct EventRowsTests {
  private func event(
    _ uid: String, _ kind: String, _ name: String, _ reason: String, _ message: String, count: Int = 1,
    first: String = "03:00:00", last: String = "03:00:00", warning: Bool = true
  ) throws -> EventFact {
    let json: JSON = [
      "metadata": ["uid": .string(uid), "name": .string("\(name).\(uid)")],
      "involvedObject": [
        "kind": .string(kind), "apiVersion": kind == "Pod" ? "v1" : "apps/v1", "namespace": "n",
        "name": .string(name), "uid": .string("uid-\(name)"),
      ],
      "reason": .string(reason), "message": .string(message), "count": .int(count),
      "type": warning ? "Warning" : "Normal", "firstTimestamp": .string("2026-11-21T\(first)Z"),
      "lastTimestamp": .string("2026-11-21T\(last)Z"),
    ]
    return try #require(json.encoded().withUnsafeBytes { EventFact(JSONSlice($0)) })
  }

  private struct Table {
    var rows: EventRows
    var row = RowWriter()
    let store = RowStore()

    mutating func write(where counts: (EventFact) -> Bool = { _ in true }) -> [String] {
      rows.write(&row, where: counts)
      store.apply(row.takeBatch())
      let columns = BuiltIn.events.kind.columns!
      return store.aliveSlots.map { slot in
        let titles = ["TYPE", "REASON", "OBJECT", "COUNT", "PER HOUR", "MESSAGE"]
        return titles.map { store[slot].drawn($0, BuiltIn.events.kind, now: 0) }.joined(separator: " | ")
      }.filter { _ in columns.count > 5 }.sorted()
    }
  }

  @Test func whatSaysTheSameOfSeveralPodsIsOneRow() throws {
    var table = Table(rows: EventRows(isGrouped: true))
    table.rows.put(
      try event(
        "a", "Pod", "web-1", "BackOff", "back-off in pod web-1_n(uid-web-1)", count: 7, last: "04:00:00"))
    table.rows.put(
      try event(
        "b", "Pod", "web-2", "BackOff", "back-off in pod web-2_n(uid-web-2)", count: 6, last: "03:30:00"))
    table.rows.put(try event("c", "Pod", "web-2", "Pulled", "pulled", warning: false))
    #expect(
      table.write() == [
        "Normal | Pulled | pod/web-2 | 1 |  | pulled",
        "Warning | BackOff | 2 pods, web-1 | 13 | 12 | back-off in pod web-1_n(uid-web-1)",
      ])
    // One of them is forgotten by the server.
    table.rows.remove(uid: "a")
    #expect(
      table.write()[1] == "Warning | BackOff | pod/web-2 | 6 | 10 | back-off in pod web-2_n(uid-web-2)")
    table.rows.remove(uid: "b")
    #expect(table.write().count == 1)
  }

  @Test func eachByItselfIsARowOfItsOwn() throws {
    var table = Table(rows: EventRows(isGrouped: false))
    table.rows.put(try event("a", "Pod", "web-1", "BackOff", "x"))
    table.rows.put(try event("b", "Pod", "web-2", "BackOff", "x"))
    table.rows.put(try event("b", "Pod", "web-2", "BackOff", "x", count: 2))
    #expect(
      table.write() == [
        "Warning | BackOff | pod/web-1 | 1 |  | x", "Warning | BackOff | pod/web-2 | 2 |  | x",
      ])
  }

  @Test(arguments: [
    (1, 0, 100, ""), (2, 0, 0, ""), (61, 0, 3_600, "60"), (3, 0, 86_400, "0.1"), (2, 0, 864_000, "<0.1"),
  ])
  func ratesAreAnHour(count: Int, first: Int64, last: Int64, text: String) {
    #expect(EventRate.perHour(count, first: first, last: last) == text)
  }

  // MARK: Families

  private func add(
    _ uid: String, _ name: String, owner: String, _ kind: Kind.ID, to family: inout EventFamily
  )
    -> Bool
  {
    let json: JSON = [
      "metadata": ["uid": .string(uid), "name": .string(name), "ownerReferences": [["uid": .string(owner)]]]
    ]
    return json.encoded().withUnsafeBytes { family.add(JSONSlice($0), kind: kind) }
  }

  @Test func theEventsOfADeploymentAreThoseOfItsReplicaSetsAndPodsToo() throws {
    var family = EventFamily(
      ObjectRef(kind: "apps/v1/deployments", namespace: "n", name: "web", uid: "uid-web"))
    let (own, set) = (
      try event("1", "Deployment", "web", "ScalingReplicaSet", "m"),
      try event("2", "ReplicaSet", "web-5d9", "SuccessfulCreate", "m")
    )
    let pod = try event("3", "Pod", "web-5d9-x2v9k", "BackOff", "m")
    #expect(family.contains(own) && !family.contains(set) && !family.contains(pod))
    // The pod may be told of before what made it.
    #expect(!add("uid-web-5d9-x2v9k", "web-5d9-x2v9k", owner: "uid-web-5d9", "v1/pods", to: &family))
    #expect(add("uid-web-5d9", "web-5d9", owner: "uid-web", "apps/v1/replicasets", to: &family))
    #expect(family.contains(set) && family.contains(pod))
    // Of a pod that went before anybody looked only events are left, and its name.
    #expect(family.contains(try event("4", "Pod", "web-5d9-gone1", "Killing", "m")))
    #expect(!family.contains(try event("5", "Pod", "web-other", "Killing", "m")), "of a DaemonSet named web")
    #expect(!family.contains(try event("6", "Pod", "api-5d9-gone1", "Killing", "m")))
    #expect(!add("uid-x", "x", owner: "uid-else", "v1/pods", to: &family))
  }

  @Test func whatMakesNothingHasOnlyItsOwnEvents() {
    #expect(!Kinds.makesOthers("v1/pods") && !Kinds.makesOthers("v1/nodes"))
    #expect(!Kinds.makesOthers("networking.k8s.io/v1/ingresses"))
    #expect(Kinds.makesOthers("apps/v1/deployments") && Kinds.makesOthers("batch/v1/cronjobs"))
    #expect(Kinds.makesOthers("postgresql.cnpg.io/v1/clusters"), "who knows what an operator makes")
  }

  @Test func childrenAreLookedForByTheirLabels() {
    #expect(
      EventFamily.selector(of: ["kind": "Deployment", "spec": ["selector": ["matchLabels": ["app": "web"]]]])
        == "app=web")
    #expect(
      EventFamily.selector(of: ["kind": "ReplicationController", "spec": ["selector": ["app": "web"]]])
        == "app=web")
    #expect(EventFamily.selector(of: ["kind": "CronJob", "spec": ["schedule": "* * * * *"]]) == nil)
  }
}
