import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// What a person configured, as keys and screens of the whole program show it.
@Suite struct SettingsJourneyTests {
  private func stage(_ change: (inout Setup) -> Void) -> Stage {
    let stage = Stage()
    var setup = Setup()
    change(&setup)
    stage.session.configure(setup)
    stage.tell(Stage.allPods, ["shop/web 1/1 Running 0", "shop/api 0/1 CrashLoopBackOff 7"])
    return stage
  }

  private func hotkeys(_ text: String) -> [Hotkey] { Hotkey.read(SettingsFile(text, path: "hotkeys.yaml")) }
  private func plugins(_ text: String) -> [Plugin] { Plugin.read(SettingsFile(text, path: "plugins.yaml")) }

  @Test func aHotkeyRunsItsCommandWithWhatIsUnderTheCursor() {
    let stage = stage {
      $0.hotkeys = hotkeys(
        "hotKeys: {a: {shortCut: Shift-1, description: Deployments, command: deploy $NAMESPACE, keepHistory: true}}"
      )
    }
    stage.width = 150
    #expect(stage.lines.last?.contains("! Deployments") == true)
    stage.press(.character("!"))
    #expect(stage.lines[0].hasPrefix(" test > shop > pods > deployments"))
    stage.press(.escape)
    #expect(stage.lines[0].hasPrefix(" test > shop > pods "))
  }

  @Test func aKeyOfTheScreenIsLostOnlyToAHotkeyThatOverrides() {
    func crumbs(_ override: String) -> String {
      let stage = stage {
        $0.hotkeys = hotkeys(
          "hotKeys: {a: {shortCut: d, description: x, command: deploy, override: \(override)}}")
      }
      stage.press(.character("d"))
      return stage.lines[0]
    }
    #expect(crumbs("true").hasPrefix(" test > all > deployments"))
    #expect(crumbs("false").hasPrefix(" test > all > pods > api > describe"))
  }

  @Test func anAliasIsAWordForACommand() {
    let stage = stage {
      $0.aliases.read(SettingsFile("aliases: {dd: deploy shop, pp: v1/pods}", path: "aliases.yaml"))
    }
    stage.press(.character(":"))
    stage.enter("dd /web")
    #expect(stage.lines[0].hasPrefix(" test > shop > deployments "))
    #expect(stage.session.shell.top?.filterText == "web")
    stage.press(.character(":"))
    stage.enter("pp all")
    #expect(stage.lines[0].hasPrefix(" test > all > pods"))
  }

  @Test func aKeymapMovesKeysAndWhatIsToldOfThem() {
    let stage = stage {
      KeymapFile.read(SettingsFile("table: {describe: D, yaml: d}", path: "keymap.yaml"), into: &$0.keymap)
    }
    #expect(stage.lines.last?.contains("D describe  d yaml") == true)
    stage.press(.character("d"))
    #expect(stage.lines[0].hasPrefix(" test > all > pods > api > yaml"))
    stage.press(.escape, .character("y"))
    #expect(stage.lines[0].hasPrefix(" test > all > pods "))
    stage.press(.character("?"))
    #expect(stage.screen.contains("\n  D               describe"))
  }

  @Test func theWideColumnsAreThereFromTheStart() {
    let stage = stage { $0.configuration.read("table: {wide: true}", path: "config.yaml") }
    stage.press(.character(":"))
    stage.enter("pods")
    stage.tell(Stage.allPods, ["shop/web 1/1 Running 0 10.0.0.1"])
    #expect(stage.lines[1].contains(" IP"))
  }

  @Test func aFileOfViewsSaysTheColumns() {
    let stage = stage {
      $0.views = ConfiguredView.read(
        SettingsFile(
          "views: {po: {columns: [NAME, STATUS], sortColumn: NAME:desc}, v1/pods@shop: {columns: [READY, NAME]}}",
          path: "views.yaml"))
    }
    func titles(_ command: String, _ query: Query) -> [String] {
      stage.press(.character(":"))
      stage.enter(command)
      stage.tell(query, ["shop/web 1/1 Running 0", "shop/api 1/1 Running 0"])
      return stage.lines[1].split(separator: " ").map(String.init)
    }
    #expect(titles("pods all", Stage.allPods) == ["NAME↓", "STATUS"])
    #expect(stage.lines[2].contains("web") && stage.lines[3].contains("api"))
    #expect(titles("pods shop", Query("v1/pods", namespaces: ["shop"])).prefix(2) == ["READY", "NAME↑"])
  }

  @Test func aLogBeginsAsConfigured() {
    let stage = stage {
      $0.configuration.read("log: {tail: 50, wrap: true, times: true, time: utc}", path: "config.yaml")
    }
    stage.press(.character("l"))
    let log = stage.session.shell.top as? LogScreen
    #expect(log?.query.tailLines == 50 && log?.look.wraps == true && log?.look.times == .utc)
    stage.press(.character("5"), .character("0"))
    #expect((stage.session.shell.top as? LogScreen)?.query.tailLines == 50)
  }

  @Test func favouritesStandBehindTheFirstDigits() {
    let stage = stage { $0.configuration.read("namespaces: [data, shop]", path: "config.yaml") }
    stage.press(.character("1"))
    #expect(stage.lines[0].hasPrefix(" test > data > pods"))
  }

  // MARK: Plug-ins

  private static let asking = """
    plugins:
      ask:
        shortCut: F5
        description: Ask first
        scopes: [po]
        command: echo
        args: [$NAME, $INPUT_PORT]
        confirm: true
        inputs: [{name: PORT, type: number, required: true, label: Port}]
    """

  private func calls(_ stage: Stage) -> [PluginCall] {
    stage.session.takePending().compactMap { if case .plugin(let call) = $0 { call } else { nil } }
  }

  @Test func aPluginShowsWhatItRunsAndAsksForWhatItNeeds() {
    let stage = stage { $0.plugins = plugins(Self.asking) }
    stage.press(.function(5))
    #expect(stage.screen.contains("Ask first") && stage.screen.contains("> Port: _"))
    stage.press(.enter)
    #expect(stage.lines.last == " 'Port' is wanted" && calls(stage).isEmpty)
    stage.press(.character("8"), .character("x"), .enter)
    #expect(stage.lines.last == " 'Port' is a number" && calls(stage).isEmpty)
    stage.press(.backspace, .character("0"))
    #expect(stage.screen.contains("  echo api 80"))
    stage.press(.enter)
    #expect(calls(stage).map(\.programs) == [[["echo", "api", "80"]]])
    #expect(stage.lines[0].hasPrefix(" test > all > pods "))
  }

  @Test func aPluginBelongsToItsKinds() {
    let stage = stage { $0.plugins = plugins(Self.asking) }
    stage.press(.character(":"))
    stage.enter("deploy")
    stage.press(.function(5))
    #expect(stage.lines[0].hasPrefix(" test > all > deployments") && !stage.screen.contains("Ask first"))
  }

  @Test func aReadOnlySessionRunsOnlyWhatIsSaidToBeSafe() {
    let text = """
      plugins:
        a: {shortCut: F5, scopes: [all], command: 'true', description: a}
        b: {shortCut: F6, scopes: [all], command: 'true', description: b, safe: true}
      """
    let stage = stage {
      $0.plugins = plugins(text)
      $0.configuration.read("readOnly: true", path: "config.yaml")
    }
    stage.press(.function(5))
    #expect(calls(stage).isEmpty && stage.lines.last?.contains("this session is read-only") == true)
    stage.press(.escape, .function(6))
    #expect(calls(stage).map(\.name) == ["b"])
  }

  // MARK: The page

  @Test func whatIsWrongIsOnAPage() {
    let stage = stage {
      $0.configuration.read("log: {tail: 5}", path: "config.yaml")
      $0.problems = [SettingsProblem(file: "keymap.yaml", line: 3, column: 9, message: "no such key")]
    }
    stage.press(.character(":"))
    stage.enter("config")
    #expect(stage.lines[1...2].map { $0 } == ["What could not be used", "  keymap.yaml:3:9: no such key"])
    #expect(stage.screen.contains("config.yaml") || stage.screen.contains("log.tail"))
  }
}
