import Testing

@testable import Terminal

@Suite struct KeyTests {
  @Test func namesAreReadAndWritten() {
    let names: [(String, Key)] = [
      ("a", .character("a")), ("G", .character("G")), ("/", .character("/")), ("-", .character("-")),
      ("space", .character(" ")), ("ctrl-w", .control("w")), ("ctrl-space", .control(" ")),
      ("ctrl-\\", .control("\\")), ("alt-1", .alt("1")), ("alt-X", .alt("X")), ("enter", .enter),
      ("esc", .escape),
      ("tab", .tab), ("shift-tab", .backtab), ("backspace", .backspace), ("delete", .delete),
      ("insert", .insert),
      ("up", .up), ("down", .down), ("left", .left), ("right", .right), ("home", .home), ("end", .end),
      ("pgup", .pageUp), ("pgdn", .pageDown), ("shift-left", .shiftLeft), ("shift-right", .shiftRight),
      ("shift-up", .shiftUp), ("shift-down", .shiftDown), ("F1", .function(1)), ("F12", .function(12)),
      ("paste:two words", .paste("two words")), ("click:10,3", .mouse(Mouse(.press, x: 10, y: 3))),
      ("click:10,3,3", .mouse(Mouse(.press, x: 10, y: 3, button: 3))),
      ("wheel-down:0,7", .mouse(Mouse(.wheelDown, x: 0, y: 7))), ("é", .character("é")),
      ("f", .character("f")),
    ]
    for (name, key) in names {
      #expect(Key(name: name) == key)
      #expect(key.description == name)
    }
  }

  @Test func otherSpellingsAreUnderstood() {
    let names: [(String, Key)] = [
      ("Enter", .enter), ("return", .enter), ("escape", .escape), ("pageup", .pageUp), ("PgDn", .pageDown),
      ("CTRL-W", .control("w")), ("f5", .function(5)), ("backtab", .backtab), ("del", .delete),
      ("Space", .character(" ")),
    ]
    for (name, key) in names { #expect(Key(name: name) == key) }
    for name in ["", " ", "ctrl-", "ctrl-ab", "F0", "F99", "click:1", "click:a,b", "shift-x", "hello"] {
      #expect(Key(name: name) == nil)
    }
  }
}

/// Decodes bytes that came all at once and then one by one.
private func check(_ bytes: String, _ keys: [Key], sourceLocation: SourceLocation = #_sourceLocation) {
  check(Array(bytes.utf8), keys, sourceLocation: sourceLocation)
}

private func check(_ bytes: [UInt8], _ keys: [Key], sourceLocation: SourceLocation = #_sourceLocation) {
  var whole = KeyDecoder()
  #expect(whole.decode(bytes) + whole.resolve() == keys, sourceLocation: sourceLocation)
  var pieces = KeyDecoder()
  let single = bytes.flatMap { pieces.decode([$0]) } + pieces.resolve()
  #expect(single == keys, sourceLocation: sourceLocation)
}

@Suite struct KeyDecoderTests {
  @Test func plainAndControlCharacters() {
    check(
      "aG/é漢👍",
      [.character("a"), .character("G"), .character("/"), .character("é"), .character("漢"), .character("👍")])
    check("\r\n\t\u{7F}\u{8}", [.enter, .enter, .tab, .backspace, .backspace])
    check([0, 1, 23, 26], [.control(" "), .control("a"), .control("w"), .control("z")])
    check([28, 29, 30, 31], [.control("\\"), .control("]"), .control("^"), .control("_")])
    check([0xFF, 0x61], [.character("a")])
    check([0xC2, 0x85, 0x61], [.character("a")])
  }

  @Test func escapeAndAlt() {
    check("\u{1B}", [.escape])
    check("\u{1B}\u{1B}", [.escape, .escape])
    check("\u{1B}x", [.alt("x")])
    check("\u{1B}[", [.alt("[")])
    check("\u{1B}]", [.alt("]")])
    check("\u{1B}]x", [.alt("]"), .character("x")])
    check("\u{1B}O", [.alt("O")])
    check("\u{1B}\r", [.escape, .enter])
    check("\u{1B}\u{7F}", [.backspace])
    check("\u{1B}\u{1B}[A", [.escape, .up])
    check("\u{1B}[1;", [])
  }

  @Test func namedKeysOfManyTerminals() {
    check("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left])
    check("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", [.up, .down, .right, .left])
    check("\u{1B}[1;2A\u{1B}[1;2B\u{1B}[1;2C\u{1B}[1;2D", [.shiftUp, .shiftDown, .shiftRight, .shiftLeft])
    check("\u{1B}[a\u{1B}[b\u{1B}[c\u{1B}[d", [.shiftUp, .shiftDown, .shiftRight, .shiftLeft])
    check(
      "\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~",
      [.home, .end, .home, .end, .home, .end, .home, .end])
    check("\u{1B}[2~\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[Z", [.insert, .delete, .pageUp, .pageDown, .backtab])
    check("\u{1B}OP\u{1B}[11~\u{1B}[[A\u{1B}OS", [.function(1), .function(1), .function(1), .function(4)])
    check("\u{1B}[15~\u{1B}[17~\u{1B}[21~\u{1B}[23~\u{1B}[24~", [5, 6, 10, 11, 12].map(Key.function))
    check("\u{1B}[1;2P\u{1B}[15;5~", [.function(13), .function(29)])
    check("\u{1B}OM\u{1B}Ok", [.enter, .character("+")])
    check("\u{1B}[1;5A", [.up])
  }

  @Test func unknownSequencesAreSwallowedWhole() {
    check("\u{1B}[?1;2cx", [.character("x")])
    check("\u{1B}[99~x", [.character("x")])
    check("\u{1B}[Ix", [.character("x")])
    check("\u{1B}Ozx", [.character("x")])
    check("\u{1B}[1\u{1}x", [.control("a"), .character("x")])
  }

  @Test func mouseInBothEncodings() {
    check("\u{1B}[<0;11;4M", [.mouse(Mouse(.press, x: 10, y: 3))])
    check("\u{1B}[<0;11;4m", [.mouse(Mouse(.release, x: 10, y: 3))])
    check("\u{1B}[<2;300;4M", [.mouse(Mouse(.press, x: 299, y: 3, button: 3))])
    check(
      "\u{1B}[<64;1;1M\u{1B}[<65;1;1M",
      [.mouse(Mouse(.wheelUp, x: 0, y: 0)), .mouse(Mouse(.wheelDown, x: 0, y: 0))])
    check("\u{1B}[<35;5;5M\u{1B}[<66;1;1M\u{1B}[<0;0;1M\u{1B}[<0;1M", [])
    check(
      "\u{1B}[M +$\u{1B}[M#+$\u{1B}[M`!!",
      [
        .mouse(Mouse(.press, x: 10, y: 3)), .mouse(Mouse(.release, x: 10, y: 3)),
        .mouse(Mouse(.wheelUp, x: 0, y: 0)),
      ])
  }

  @Test func aPasteIsOneKeyWhateverItHolds() {
    check("\u{1B}[200~two\rlines\u{1B}[31m\u{1B}[201~x", [.paste("two\nlines\u{1B}[31m"), .character("x")])
    check("\u{1B}[200~a\r\nb\u{1B}[201~", [.paste("a\nb")])
    check("\u{1B}[200~\u{1B}[201~", [.paste("")])
    var decoder = KeyDecoder()
    #expect(decoder.decode(Array("\u{1B}[200~abc".utf8)).isEmpty)
    #expect(!decoder.isWaiting)
    #expect(decoder.resolve().isEmpty)
    #expect(decoder.decode(Array("d\u{1B}[201~".utf8)) == [.paste("abcd")])
  }

  @Test func aPasteWithoutEndIsCut() {
    var decoder = KeyDecoder()
    _ = decoder.decode(Array("\u{1B}[200~".utf8))
    let keys = decoder.decode([UInt8](repeating: 0x61, count: 1 << 20))
    #expect(keys.count == 1)
    #expect(decoder.decode([0x62]) == [.character("b")])
  }

  @Test func theTerminalsOwnSequencesComeFirst() {
    var decoder = KeyDecoder(sequences: [(Array("\u{1B}[y".utf8), .home)])
    #expect(decoder.decode(Array("\u{1B}[ya".utf8)) == [.home, .character("a")])
  }

  @Test func anyBytesAreTakenInTheEnd() {
    var generator = SeededGenerator(seed: 11)
    let alphabet: [UInt8] = [
      0x1B, 0x5B, 0x4F, 0x3B, 0x3C, 0x4D, 0x6D, 0x7E, 0x31, 0x32, 0x30, 0x61, 0xE2, 0x82, 0xFF, 0x00,
    ]
    for _ in 0..<3_000 {
      var decoder = KeyDecoder()
      _ = decoder.decode((0..<40).map { _ in alphabet.randomElement(using: &generator)! })
      _ = decoder.resolve()
      _ = decoder.decode(Array("\u{1B}[201~".utf8))
      _ = decoder.resolve()
      #expect(decoder.decode([0x78]) == [.character("x")])
    }
  }

  @Test func theTerminalsAnswerAboutItsBackgroundIsNoKeyAnybodyPressed() {
    check("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\j", [.background(isLight: true), .character("j")])
    check("\u{1B}]11;rgb:00/2b/36\u{07}", [.background(isLight: false)])
    check("\u{1B}]11;rgb:nonsense\u{07}j", [.character("j")])
    check("\u{1B}]4;1;rgb:00/00/00\u{07}j", [.character("j")])
  }
}
