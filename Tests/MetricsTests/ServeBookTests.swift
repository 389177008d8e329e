import Testing

@testable import Metrics

/// The page after any changes is the page that would be written anew.
@Suite struct ServeBookTests {
  private static let families = [MetricFamily("a", ""), MetricFamily("b", ""), MetricFamily("c", "")]

  private func write(_ name: String, _ counts: [Int], _ value: Int) -> SeriesWriter {
    var writer = SeriesWriter(names: Self.families.map(\.name))
    writer.beginObject()
    writer.base("o", name)
    for count in counts {
      for line in 0..<count {
        writer.begin()
        writer.label("l", "\(line)")
        writer.end(Double(value))
      }
      writer.endFamily()
    }
    return writer
  }

  private func lines(_ book: SeriesBook) -> [[String]] {
    book.lines.map { $0.text.split(separator: "\n").map(String.init).sorted() }
  }

  @Test func aShelfIsToldWhenItIsShown() {
    let book = SeriesBook([Self.families, [MetricFamily("d", "")]])
    book.put("x", in: 0, write("x", [1, 0, 2], 7))
    #expect(book.lines.isEmpty)
    book.show(0, true)
    #expect(lines(book) == [[#"a{o="x",l="0"} 7"#], [], [#"c{o="x",l="0"} 7"#, #"c{o="x",l="1"} 7"#]])
    #expect(book.objectCount(0) == 1)
    book.remove("x", from: 0)
    book.remove("x", from: 0)
    #expect(lines(book) == [[], [], []])
    book.show(0, false)
    #expect(book.lines.isEmpty)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func anyChangesComeToWhatIsWrittenAnew(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func roll(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    let book = SeriesBook([Self.families])
    book.show(0, true)
    var objects: [String: ([Int], Int)] = [:]
    for step in 0..<6_000 {
      let name = "object-\(roll(400))"
      if roll(5) == 0 {
        objects[name] = nil
        book.remove(name, from: 0)
      } else {
        let text = ([roll(3), roll(4), roll(2)], roll(4) == 0 ? 1_000_000 * roll(9) : roll(3))
        objects[name] = text
        book.put(name, in: 0, write(name, text.0, text.1))
      }
      guard step % 1_000 == 999 else { continue }
      let anew = SeriesBook([Self.families])
      anew.show(0, true)
      for (name, text) in objects { anew.put(name, in: 0, write(name, text.0, text.1)) }
      #expect(lines(book) == lines(anew))
      #expect(book.objectCount(0) == objects.count)
    }
  }

  @Test func whatWasHandedOutStaysAsItWas() {
    let book = SeriesBook([Self.families])
    book.show(0, true)
    for index in 0..<300 { book.put("\(index)", in: 0, write("\(index)", [1, 1, 1], 0)) }
    let before = book.lines
    let text = before.map(\.text)
    for index in 0..<300 { book.put("\(index)", in: 0, write("\(index)", [index % 3, 1, 2], 9)) }
    #expect(before.map(\.text) == text)
    book.clear(0)
    #expect(book.objectCount(0) == 0)
    #expect(before.map(\.text) == text)
  }
}
