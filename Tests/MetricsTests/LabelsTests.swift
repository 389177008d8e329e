import Metrics
import Testing

@Suite struct LabelsTests {
  @Test func standSortedWithEachNameOnceAndNoEmptyValue() {
    var labels = Labels("up", [Label("job", "node"), Label("a", "1"), Label("job", "pods"), Label("b", "")])
    #expect(labels.all.map { "\($0.name)=\($0.value)" } == ["__name__=up", "a=1", "job=pods"])
    labels["a"] = ""
    #expect(labels["a"] == "")
    #expect(labels.all.count == 2)
    #expect(labels == Labels("up", [Label("job", "pods")]))
  }

  @Test func theStaleMarkerIsNoOrdinaryNaN() {
    #expect(Staleness.marker.isNaN)
    #expect(Staleness.isMarker(Staleness.marker))
    #expect(!Staleness.isMarker(.nan))
  }
}
