import Testing

@testable import ClusterTUI

@Suite struct PodBarTests {
  @Test func eachPodIsAsWideAsThereIsRoom() {
    let bar = PodBar(wanted: 4, pods: 3, ready: 2, available: 1)
    #expect(bar.line(scale: 4, columns: 20).text == "████▓▓▓▓▒▒▒▒····")
    #expect(bar.line(scale: 4, columns: 8).text == "██▓▓▒▒··")
    #expect(bar.words == "1 available, 1 ready, 1 not ready, 1 missing")
  }

  @Test func oneOfThousandsIsStillSeen() {
    let bar = PodBar(wanted: 5_000, pods: 4_999, ready: 4_998, available: 4_998)
    let text = bar.line(scale: 5_000, columns: 20).text
    #expect(text == "███████████████████▒" && text.count <= 20)
  }

  @Test func nothingIsSaidSo() {
    #expect(PodBar(wanted: 0, pods: 0, ready: 0, available: 0).words == "no pods")
    #expect(PodBar(wanted: 0, pods: 0, ready: 0, available: 0).line(scale: 0, columns: 10).text == "")
  }
}
