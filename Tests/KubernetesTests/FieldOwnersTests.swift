import Document
import Testing

@testable import Kubernetes

@Suite struct FieldOwnersTests {
  private let object: JSON = [
    "metadata": [
      "resourceVersion": "7",
      "managedFields": [
        [
          "manager": "helm", "time": "2026-11-21T03:00:00Z",
          "fieldsV1": [
            "f:spec": [
              "f:replicas": [:],
              "f:template": [
                "f:spec": ["f:containers": ["k:{\"name\":\"web\"}": ["f:image": [:], ".": [:]]]]
              ],
            ]
          ],
        ],
        [
          "manager": "kube-controller-manager", "subresource": "scale", "time": "2026-11-21T04:00:00Z",
          "fieldsV1": ["f:spec": ["f:replicas": [:]]],
        ],
      ],
    ],
    "spec": [
      "replicas": 3,
      "template": [
        "spec": ["containers": [["name": "web", "image": "web:1"], ["name": "side", "image": "s:1"]]]
      ],
    ],
    "status": ["replicas": 3],
  ]

  private func changed(_ change: (inout JSON) -> Void) -> [String] {
    var other = object
    change(&other)
    return FieldOwners.changed(from: object, to: other).map { field in
      "\(field.name): \(field.old.text) -> \(field.new.text) (\(field.managers.map(\.name).joined(separator: ", ")))"
    }
  }

  @Test func aFieldIsNamedWithThoseWhoSetItTheLatestFirst() {
    #expect(
      changed { $0["spec"]["replicas"] = 5 } == ["spec.replicas: 3 -> 5 (kube-controller-manager, helm)"])
  }

  @Test func anElementOfAListIsFoundByItsName() {
    #expect(
      changed { object in
        object["spec"]["template"]["spec"]["containers"] = [
          ["name": "web", "image": "web:2"], ["name": "side", "image": "s:1"],
        ]
      } == ["spec.template.spec.containers[web].image: \"web:1\" -> \"web:2\" (helm)"])
  }

  @Test func whatTheServerKeepsIsNoDifference() {
    #expect(
      changed { object in
        object["status"]["replicas"] = 9
        object["metadata"]["resourceVersion"] = "8"
        object["metadata"]["managedFields"] = .null
      } == [])
  }

  @Test func theHolderOfAFieldIsTold() {
    let path: [FieldOwners.Step] = [.member("spec"), .member("replicas")]
    #expect(FieldOwners.managers(of: path, in: object).first?.subresource == "scale")
    #expect(FieldOwners.value(at: path, in: object) == 3)
  }
}
