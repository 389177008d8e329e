import Cluster
import Document
import Testing

@testable import Kubernetes

/// Places, links and writers in the document of an object, and differences of two.
struct DocumentTests {
  private let deployment: JSON = [
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": [
      "name": "web", "namespace": "shop", "labels": ["app.kubernetes.io/name": "web"],
      "managedFields": [
        [
          "manager": "kubectl", "operation": "Apply", "time": "2026-01-01T00:00:00Z",
          "fieldsV1": [
            "f:spec": [
              "f:replicas": [:],
              "f:template": [
                "f:spec": ["f:containers": [#"k:{"name":"app"}"#: [".": [:], "f:image": [:]]]]
              ],
            ]
          ],
        ],
        [
          "manager": "hpa", "operation": "Update", "subresource": "scale", "time": "2026-01-01T01:00:00Z",
          "fieldsV1": ["f:spec": ["f:replicas": [:]]],
        ],
      ],
    ],
    "spec": [
      "replicas": 3,
      "template": [
        "spec": [
          "serviceAccountName": "runner",
          "containers": [["name": "app", "image": "shop/web:v2", "args": ["a", "b"]]],
          "volumes": [["name": "keys", "secret": ["secretName": "web-keys"]]],
        ]
      ],
    ],
  ]

  private func page(_ json: JSON, managers: Bool = false) -> Page {
    YAMLPage.page(
      of: json, kind: Kind(id: "apps/v1/deployments", name: "Deployment"), revealing: [],
      showManagers: managers, now: 1_767_225_600 + 7_200)
  }

  @Test func eachLineTellsItsPlaceAndTheValueIsFoundThere() {
    let paths = page(deployment).lines.map(\.path)
    #expect(paths.contains("metadata.labels['app.kubernetes.io/name']"))
    #expect(paths.contains("spec.template.spec.containers[0].args[1]"))
    for line in page(deployment).lines where !line.path.isEmpty && !line.text.contains("hidden") {
      #expect(!deployment.at(line.path).isNull, "\(line.path)")
    }
    #expect(DocumentValue.text(at: "spec.template.spec.containers[0].args", of: deployment) == "- a\n- b\n")
    #expect(DocumentValue.text(at: "spec.replicas", of: deployment) == "3")
  }

  @Test func namesOpenWhatTheyName() throws {
    let lines = page(deployment).lines
    let secret = try #require(lines.first { $0.text.contains("secretName: web-keys") })
    #expect(
      secret.spans.last?.reference == ObjectRef(kind: "v1/secrets", namespace: "shop", name: "web-keys"))
    let account = try #require(lines.first { $0.text.contains("serviceAccountName: runner") })
    #expect(account.spans.last?.reference?.kind == "v1/serviceaccounts")
    let image = try #require(lines.first { $0.text.contains("image: shop/web:v2") })
    #expect(image.spans.allSatisfy { $0.reference == nil })
  }

  @Test func theLatestWriterOfEachFieldIsTold() {
    let managers = FieldManagers(deployment)
    #expect(managers.writer(of: "spec.replicas")?.name == "hpa/scale")
    #expect(managers.writer(of: "spec.template.spec.containers[0].image")?.name == "kubectl")
    #expect(managers.writer(of: "spec.template.spec.serviceAccountName") == nil)
    let line = page(deployment, managers: true).lines.first { $0.text.contains("replicas: 3") }
    #expect(line?.text == "hpa/scale              1h │   replicas: 3")
  }

  @Test func onlyWhatWasAppliedIsComparedWithWhatWasApplied() throws {
    var object = deployment
    object["metadata"]["annotations"] = [
      Annotation.lastApplied:
        #"{"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"app","image":"shop/web:v2"}]}}}}"#
    ]
    let lines = try #require(ObjectDifference.sinceApplied(object)).map(\.text)
    #expect(lines.contains("-   replicas: 2"))
    #expect(lines.contains("+   replicas: 3"))
    #expect(!lines.contains { $0.contains("serviceAccountName") || $0.contains("args") })
    #expect(ObjectDifference.sinceApplied(deployment) == nil)
  }

  @Test func aDifferenceOfSecretsTellsThatAValueChangedAndNotTheValue() {
    func secret(_ value: String) -> JSON {
      ["kind": "Secret", "metadata": ["name": "s", "uid": .string(value)], "data": ["key": .string(value)]]
    }
    let text = ObjectDifference.lines(of: secret("aHVudGVyMg=="), and: secret("b3RoZXI=")).map(\.text)
      .joined()
    #expect(text.contains("another value"))
    #expect(!text.contains("aHVudGVyMg") && !text.contains("b3RoZXI") && !text.contains("hunter"))
  }

  @Test func oneValueOfASecretIsDecodedAndTheOthersStayMasked() throws {
    let secret: JSON = [
      "kind": "Secret", "metadata": ["name": "s"],
      "data": ["password": "aHVudGVyMg==", "tls.crt": "Y2VydA=="],
    ]
    let kind = Kind(id: "v1/secrets", name: "Secret")
    let masked = YAMLPage.page(of: secret, kind: kind, revealing: [])
    let path = try #require(masked.lines.first { $0.text.contains("tls.crt") }).path
    #expect(DocumentValue.secretKey(path, of: secret) == "tls.crt")
    let text = YAMLPage.page(of: secret, kind: kind, revealing: ["tls.crt"]).text
    #expect(text.contains("tls.crt: cert"))
    #expect(!text.contains("hunter2") && !text.contains("aHVudGVyMg"))
    #expect(DocumentValue.text(at: "data.password", of: secret) == "hunter2")
  }
}
