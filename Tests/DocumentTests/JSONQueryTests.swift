import Testing

@testable import Document

@Suite struct JSONQueryTests {
  private static let pod = """
    {"metadata":{"name":"web","labels":{"app.kubernetes.io/name":"x"}},"spec":{"containers":[{"name":"a","image":"i1",
    "ports":[{"containerPort":80}]},{"name":"b","image":"i2"}],"priority":5},
    "status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Init","status":"False","n":3}]}}
    """

  private func values(_ path: String) -> [String] {
    let (query, problem) = JSONQuery.parse(path)
    #expect(problem == nil)
    return Array(Self.pod.utf8).withUnsafeBytes { bytes in
      (query?.values(in: JSONSlice(bytes)) ?? []).map {
        $0.string ?? String(decoding: $0.bytes, as: UTF8.self)
      }
    }
  }

  @Test(arguments: [
    (".metadata.name", ["web"]), ("{.metadata.name}", ["web"]), ("$.metadata['name']", ["web"]),
    ("metadata.name", ["web"]), (#".metadata.labels.app\.kubernetes\.io/name"#, ["x"]),
    (".metadata.labels['app.kubernetes.io/name']", ["x"]), (".spec.containers[0].image", ["i1"]),
    (".spec.containers[-1].image", ["i2"]), (".spec.containers[*].name", ["a", "b"]),
    (".spec.containers[0,1].name", ["a", "b"]), (".spec.containers[7].name", []),
    (#".status.conditions[?(@.type=="Ready")].status"#, ["True"]),
    (".status.conditions[?(@.type!='Ready')].type", ["Init"]),
    (".status.conditions[?(@.n>2)].type", ["Init"]),
    (".status.conditions[?(@.n)].type", ["Init"]), ("..containerPort", ["80"]), (".spec.priority", ["5"]),
    (".metadata.labels.*", ["x"]), (".nothing.here", []),
  ]) func aPathLeadsToItsValues(path: String, expected: [String]) {
    #expect(values(path) == expected, "\(path)")
  }

  @Test(arguments: [
    (".a[", "'.a[': expected a number, a name in quotes or '*' at character 4"),
    (".a['b", "'.a['b': expected ' at character 6"),
    (".a[?(@.b==1]", "'.a[?(@.b==1]': expected ')' at character 13"),
    (".a[?x]", "'.a[?x]': expected '(' at character 5"),
  ]) func whatIsWrongIsToldWithItsPlace(path: String, problem: String) {
    #expect(JSONQuery.parse(path).problem == problem)
    #expect(JSONQuery.parse(path).query == nil)
  }

  @Test func pathsOutsideTheMetadataAreKnown() {
    #expect(JSONQuery.parse(".metadata.name").query?.isOfMetadata == true)
    #expect(JSONQuery.parse(".data.password").query?.isOfMetadata == false)
    #expect(JSONQuery.parse("..password").query?.isOfMetadata == false)
  }
}
