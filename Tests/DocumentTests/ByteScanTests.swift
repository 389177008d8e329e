import Testing

@testable import Document

@Suite struct ByteScanTests {
  private func place(of needle: String, in text: String) -> Int? {
    withGuarded(Array(text.utf8)) { ByteScan.find(caseless: Array(needle.utf8), in: $0) }
  }

  @Test func aSearchIgnoresTheCaseOfLettersAlone() {
    #expect(place(of: "error", in: "2026 an ErRoR here") == 8)
    #expect(place(of: "é", in: "CAFÉ café") == 9)
    #expect(place(of: "[x]", in: "{X} [X]") == 4)
    #expect(place(of: "@", in: "`@") == 1)
    #expect(place(of: "", in: "abc") == 0)
    #expect(place(of: "", in: "") == 0)
    #expect(place(of: "abcd", in: "abc") == nil)
    #expect(ByteScan.lowercased("ÉError [A]") == Array("Éerror [a]".utf8))
  }

  @Test func aSearchFindsWhatASlowOneFinds() {
    var numbers = SeededNumbers(seed: 4)
    let letters = Array("abAB@`[{ \n".utf8) + [0xC3, 0xA9]
    for round in 0..<1_500 {
      let text = (0..<numbers.below(300)).map { _ in numbers.pick(letters) }
      let needle = (0...numbers.below(4)).map { _ in numbers.pick(letters) }
        .map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
      let lowered = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
      let slow = lowered.indices.first { lowered[$0...].starts(with: needle) }
      let fast = withGuarded(text, atStart: round % 2 == 0) { ByteScan.find(caseless: needle, in: $0) }
      #expect(fast == slow)
    }
  }

  @Test func newlinesAreFoundForwardsAndBackwards() {
    withGuarded(Array("a\nbc\n".utf8)) {
      #expect(ByteScan.newline(in: $0, from: 0) == 1)
      #expect(ByteScan.newline(in: $0, from: 2) == 4)
      #expect(ByteScan.newline(in: $0, from: 5) == nil)
      #expect(ByteScan.newline(in: $0, from: -1) == nil)
      #expect(ByteScan.lastNewline(in: $0, before: 4) == 1)
      #expect(ByteScan.lastNewline(in: $0, before: 99) == 4)
      #expect(ByteScan.lastNewline(in: $0, before: 1) == nil)
      #expect(ByteScan.lastNewline(in: $0, before: -5) == nil)
    }
  }

  @Test func invalidUTF8IsRepairedAndTheRestStays() {
    func repaired(_ bytes: [UInt8]) -> String {
      withGuarded(bytes) { String(decoding: ByteScan.repaired($0), as: UTF8.self) }
    }
    #expect(repaired(Array("plain".utf8)) == "plain")
    #expect(repaired(Array("é日😀".utf8)) == "é日😀")
    #expect(repaired([0x61, 0x80, 0x62]) == "a\u{FFFD}b")
    #expect(repaired([0xE2, 0x82, 0x61]) == "\u{FFFD}a")
    #expect(repaired([0xC0, 0xAF]) == "\u{FFFD}\u{FFFD}")
    #expect(repaired([0xF0, 0x9F, 0x98]) == "\u{FFFD}")
    #expect(repaired([]) == "")
    for count in 0..<200 {
      var text = [UInt8](repeating: 0x61, count: count)
      withGuarded(text) { #expect(ByteScan.isASCII($0)) }
      text.append(0xC3)
      withGuarded(text) { #expect(!ByteScan.isASCII($0)) }
    }
  }
}
