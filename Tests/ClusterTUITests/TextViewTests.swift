import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Lines of two blanks a level; what stands before a colon is a key.
private func page(_ text: String) -> Page {
  Page(
    title: "test",
    lines: text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let depth = line.prefix { $0 == " " }.count / 2
      guard let colon = line.firstIndex(of: ":") else { return PageLine(depth: depth, [Span(String(line))]) }
      return PageLine(
        depth: depth,
        [Span(String(line[...colon]), .key), Span(String(line[line.index(after: colon)...]), .string)])
    })
}

/// A view, its screen, and what is on it.
private struct Stand {
  var view = TextView()
  var width: Int
  var height: Int

  init(_ text: String, width: Int = 30, height: Int = 4) {
    (self.width, self.height) = (width, height)
    show(text)
  }

  mutating func show(_ text: String) {
    view.show(page(text))
    view.prepare(area: area)
  }

  var area: Rect { Rect(x: 1, y: 1, width: width, height: height) }

  mutating func press(_ keys: String...) {
    for name in keys {
      if let key = Key(name: name) { _ = view.handle(key) }
      view.prepare(area: area)
    }
  }

  func refuses(_ key: Key) -> Bool {
    var copy = view
    return !copy.handle(key)
  }

  mutating func search(_ text: String) {
    view.search(text)
    view.prepare(area: area)
  }

  var canvas: Canvas {
    var canvas = Canvas(width: width + 2, height: height + 2)
    view.draw(on: &canvas, area: area)
    return canvas
  }

  /// The lines of the area; ">" marks the cursor's, [ ] what is highlighted and { } where the search is.
  var lines: [String] {
    let canvas = canvas
    return (1...height).map { y in
      var text = canvas.style(x: 1, y: y).reverse ? ">" : " "
      var open: String?
      for x in 1...width {
        let style = canvas.style(x: x, y: y)
        let mark = style == Theme.match ? "[" : style == Theme.currentMatch ? "{" : nil
        if mark != open {
          text += open.map { $0 == "[" ? "]" : "}" } ?? ""
          text += mark ?? ""
          open = mark
        }
        text += canvas.character(x: x, y: y)
      }
      text += open.map { $0 == "[" ? "]" : "}" } ?? ""
      while text.last == " " { text.removeLast() }
      return text
    }
  }
}

private let document = """
  kind: Pod
  spec:
    containers:
      - name: api
        image: shop/api
      - name: log
        image: shop/log
    node: n1
  status:
    phase: Running
  """

@Suite struct TextViewTests {
  @Test func itScrollsWithTheCursorAndStopsAtItsEnds() {
    var stand = Stand(document)
    #expect(stand.lines == [" kind: Pod", " spec:", "   containers:", "     - name: api"])
    stand.press("j", "j", "j", "j")
    #expect(stand.lines == [" spec:", "   containers:", "     - name: api", ">      image: shop/api"])
    stand.press("k", "k", "k", "k", "k")
    #expect(stand.lines == [">kind: Pod", " spec:", "   containers:", "     - name: api"])
    stand.press("G")
    #expect(stand.lines == ["       image: shop/log", "   node: n1", " status:", ">  phase: Running"])
    stand.press("j", "pgdn", "g")
    #expect(stand.lines[0] == ">kind: Pod")
    stand.press("pgdn")
    #expect(stand.lines[0] == ">    - name: api")
    stand.press("ctrl-f", "ctrl-f", "ctrl-f")
    #expect(stand.lines.last == ">  phase: Running")
    stand.press("ctrl-b", "ctrl-b", "ctrl-b", "ctrl-b")
    #expect(stand.lines[0] == ">kind: Pod")
  }

  @Test func theWheelMovesTheScreenAndAClickTheCursor() {
    var stand = Stand(document)
    stand.press("wheel-down:3,3")
    #expect(stand.lines[0].hasSuffix("    - name: api"))
    stand.press("click:3,3")
    #expect(stand.lines[2] == ">    - name: log")
    stand.press("wheel-up:3,3", "wheel-up:3,3")
    #expect(stand.lines[0].hasSuffix("kind: Pod"))
    #expect(stand.refuses(.mouse(Mouse(.press, x: 0, y: 0))))
  }

  @Test func sectionsFold() {
    var stand = Stand(document, width: 30, height: 6)
    stand.press("j", "enter")
    #expect(stand.lines == [" kind: Pod", ">spec:  … 6 lines", " status:", "   phase: Running", "", ""])
    stand.press("space")
    #expect(stand.lines[2] == "   containers:")
    // Inside a section it is the section that folds.
    stand.press("j", "j", "j", "enter")
    #expect(
      stand.lines == [
        " kind: Pod", " spec:", "   containers:", ">    - name: api  … 1 line", "     - name: log",
        "       image: shop/log",
      ])
    stand.press("z")
    #expect(stand.lines == [" kind: Pod", ">spec:  … 6 lines", " status:  … 1 line", "", "", ""])
    stand.press("j", "Z")
    #expect(stand.lines.contains(">status:"))
    stand.press("g")
    #expect(stand.refuses(.enter), "nothing to fold there")
  }

  @Test func aSearchGoesToTheNextMatchAndTurnsAround() {
    var stand = Stand(document, height: 3)
    stand.search("NAME")
    #expect(stand.view.tally == "1/2")
    #expect(stand.lines.contains("     - {name}: api"))
    stand.press("n")
    #expect(stand.view.tally == "2/2")
    #expect(stand.lines.contains("     - {name}: log"))
    stand.press("n")
    #expect(stand.view.tally == "1/2")
    stand.press("N")
    #expect(stand.view.tally == "2/2")
    stand.search("")
    #expect(stand.view.tally == "")
    #expect(stand.refuses(.character("n")))
  }

  @Test func aMatchOutOfSightComesWithWhatIsAroundIt() {
    var stand = Stand((1...20).map { "line \($0)" }.joined(separator: "\n"), height: 4)
    stand.search("line 1[0-9]")
    #expect(stand.lines == [" line 8", " line 9", " {line 10}", " [line 11]"])
    stand.press("n")
    #expect(stand.lines == [" line 8", " line 9", " [line 10]", " {line 11}"])
  }

  @Test func typingMoreOfASearchDoesNotLeadFurtherOn() {
    var stand = Stand(document, height: 10)
    for text in ["s", "sh", "shop", "shop/l"] { stand.search(text) }
    #expect(stand.lines[6] == "       image: {shop/l}og")
    stand.search("shop")
    #expect(stand.view.tally == "1/2")
    #expect(stand.lines[4] == "       image: {shop}/api")
    #expect(stand.lines[6] == "       image: [shop]/log")
  }

  @Test func aMatchInAFoldedSectionOpensIt() {
    var stand = Stand(document, width: 30, height: 10)
    stand.press("z")
    stand.search("log")
    #expect(stand.view.tally == "1/2")
    #expect(
      stand.lines
        == [
          " kind: Pod", " spec:", "   containers:", "     - name: api  … 1 line",
          "     - name: {log}  … 1 line",
          "   node: n1", " status:  … 1 line", "", "", "",
        ])
  }

  @Test func regularExpressionsWorkAndWrongOnesSaySo() {
    var stand = Stand(document)
    stand.search("shop/.*g$")
    #expect(stand.view.tally == "1/1")
    stand.search("shop/(")
    #expect(stand.view.tally == "")
    #expect(stand.view.problem?.hasPrefix("'shop/(' is no regular expression: ") == true)
    stand.search("nowhere")
    #expect(stand.view.problem == nil && stand.view.tally == "0/0")
  }

  @Test func longLinesScrollSidewaysOrWrap() {
    var stand = Stand("message: the quick brown fox jumps over the lazy dog\n  next: 1", width: 20)
    #expect(stand.lines[0] == " message: the quick …")
    stand.press("right")
    #expect(stand.lines[0] == "  brown fox jumps ov…")
    stand.press("right", "right", "right")
    #expect(stand.lines[0] == " ver the lazy dog")
    stand.press("left", "left", "left", "w")
    #expect(stand.lines == [" message: the quick", " brown fox jumps", " over the lazy dog", "   next: 1"])
    stand.press("j", "j", "j")
    #expect(stand.lines[3] == ">  next: 1")
    stand.press("k")
    #expect(stand.lines[2] == ">over the lazy dog")
    stand.search("next")
    #expect(stand.lines[3].contains("{next}"))
    stand.search("fox j")
    #expect(stand.lines[1].contains("brown {fox j}umps"))
  }

  @Test func wrappedRowsStandBelowTheirText() {
    var stand = Stand("a:\n  - aaaa bbbb cccc dddd eeee", width: 12, height: 4)
    stand.press("w")
    #expect(stand.lines == [" a:", "   - aaaa", "     bbbb", "     cccc"])
  }

  @Test func aLineLongerThanTheScreenIsScrolledThrough() {
    var stand = Stand(String(repeating: "0123456789", count: 10) + "\nend", width: 10, height: 3)
    stand.press("w", "j", "j", "j", "j")
    #expect(stand.lines == [" 0123456789", " 0123456789", ">0123456789"])
    stand.press("G")
    #expect(stand.lines == [" 0123456789", " 0123456789", ">end"])
    stand.press("g")
    #expect(stand.lines[0] == ">0123456789")
  }

  @Test func aMatchFarToTheRightIsScrolledTo() {
    var stand = Stand(String(repeating: "x", count: 200) + "needle", width: 20)
    stand.search("needle")
    #expect(stand.lines[0].contains("{needle}"))
  }

  @Test func aNewerVersionKeepsThePlace() {
    var stand = Stand(document, height: 4)
    stand.press("j", "j", "j", "j", "j")
    #expect(
      stand.lines == ["   containers:", "     - name: api", "       image: shop/api", ">    - name: log"])
    stand.show(document.replacing("kind: Pod", with: "kind: Pod\nmetadata:\n  name: new"))
    #expect(
      stand.lines == ["   containers:", "     - name: api", "       image: shop/api", ">    - name: log"])
    stand.show(document.replacing("shop/api", with: "shop/api:v2"))
    #expect(stand.lines[3] == ">    - name: log")
    // The line itself is gone: as far below what is left above it.
    stand.show("kind: Pod\nspec:\n  containers:\n    - name: api\n      image: shop/api\n  node: n2")
    #expect(stand.lines[3] == ">  node: n2")
    stand.show("kind: Pod")
    #expect(stand.lines[0] == ">kind: Pod")
    stand.show("")
    stand.show(document)
    #expect(stand.lines[0] == ">kind: Pod")
  }

  @Test func whatIsFoldedStaysFolded() {
    var stand = Stand(document, width: 30, height: 6)
    stand.press("j", "j", "enter")
    #expect(stand.lines[2] == ">  containers:  … 4 lines")
    stand.show(document.replacing("kind: Pod", with: "kind: Pod\nmetadata:\n  name: new"))
    #expect(stand.lines.contains(">  containers:  … 4 lines"))
  }

  @Test func aSearchGoesOnInANewerVersion() {
    var stand = Stand(document, height: 10)
    stand.search("image")
    stand.press("n")
    #expect(stand.view.tally == "2/2")
    stand.show(document.replacing("node: n1", with: "image: third"))
    #expect(stand.view.tally == "2/3")
  }

  @Test func linksAndTrailBelongToTheCursor() {
    let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: "api")
    var view = TextView()
    view.show(
      Page(
        title: "",
        lines: [
          PageLine([Span("Related:", .heading)]),
          PageLine(depth: 1, [Span("  Pod "), Span("api", .link, reference: ref)]),
        ]))
    view.prepare(area: Rect(x: 0, y: 0, width: 20, height: 5))
    #expect(view.link == nil)
    _ = view.handle(.down)
    #expect(view.link == ref)
    #expect(view.trail == "Related")
    var stand = Stand(document, height: 10)
    stand.press("j", "j", "j", "j")
    #expect(stand.view.trail == "spec > containers > name: api")
  }

  @Test func hostileTextStaysInItsLine() {
    var stand = Stand("a: \u{1B}[2J\u{1B}[31mred\u{202E}\nb: 漢字 e\u{301}\u{0}", width: 20)
    #expect(stand.lines[0] == " a: ␛[2J␛[31mred\u{FFFD}")
    #expect(stand.lines[1] == " b: 漢字 e\u{301}␀")
    stand.search("red")
    #expect(stand.lines[0] == ">a: ␛[2J␛[31m{red}\u{FFFD}" || stand.lines[0] == " a: ␛[2J␛[31m{red}\u{FFFD}")
  }

  @Test func aHugeLineIsCutAndSaysSo() {
    var stand = Stand("data: " + String(repeating: "x", count: 100_000), width: 40, height: 3)
    stand.press("w", "G")
    #expect(stand.lines[2].hasSuffix("34470 more bytes"))
    #expect(stand.view.plainText.utf8.count == 100_006)
  }

  @Test func anyAreaWillDo() {
    for (width, height) in [(0, 0), (1, 1), (2, 1), (0, 5), (5, 0)] {
      var view = TextView()
      let area = Rect(x: 0, y: 0, width: width, height: height)
      for text in ["", document] {
        view.show(page(text))
        for name in [
          "j", "w", "G", "right", "n", "z", "pgdn", "k", "g", "Z", "enter", "wheel-down:0,0", "click:0,0",
        ] {
          view.prepare(area: area)
          _ = Key(name: name).map { view.handle($0) }
          view.search("name")
          var canvas = Canvas(width: width, height: height)
          view.draw(on: &canvas, area: area)
        }
      }
    }
  }
}
