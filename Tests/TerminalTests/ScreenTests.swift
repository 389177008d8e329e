import TestSupport
import Testing

@testable import Terminal

@Suite(.serialized) struct ScreenTests {
  @Test func aProgramDrawsAndEnds() throws {
    let terminal = try PseudoTerminal(builtProduct("TerminalProbe"), leader: .shell)
    #expect(terminal.waitForText("ready size 80x24"))
    terminal.type("ab")
    #expect(terminal.waitForText("keys: a b"))
    print(terminal.log)
    terminal.type("q")
    #expect(terminal.waitForExit() == .code(0))
    print(terminal.text, terminal.screen.unknown)
  }
}
