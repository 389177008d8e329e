import Testing

@testable import ClusterTUI
@testable import Terminal

@Suite struct PluginTests {
  private func read(_ text: String) -> (plugins: [Plugin], problems: [String]) {
    let file = SettingsFile(text, path: "plugins.yaml")
    return (Plugin.read(file), file.problems.map(\.text))
  }

  @Test func aPluginOfK9sIsReadAsItIs() throws {
    let (plugins, problems) = read(
      """
      plugins:
        tail:
          shortCut: Ctrl-L
          override: false
          overwriteOutput: true
          confirm: true
          dangerous: false
          description: Pod logs
          scopes: [Pods, po]
          command: kubectl
          background: false
          args: [logs, -f, $NAME, --tail, 100]
          pipes: [less -K]
          inputs:
            - {name: SINCE, label: Since, type: dropdown, options: [1m, 5m], required: true, default: 5m}
      """)
    let plugin = try #require(plugins.first)
    #expect(problems.isEmpty && plugins.count == 1)
    #expect(plugin.key == .control("l") && plugin.arguments == ["logs", "-f", "$NAME", "--tail", "100"])
    #expect(plugin.asksFirst && plugin.tellsOutput && !plugin.isDangerous && !plugin.isSafe)
    #expect(plugin.applies(to: ["pods", "po"]) && !plugin.applies(to: ["nodes"]))
    #expect(plugin.inputs.first?.initial == "5m" && plugin.inputs.first?.form == .dropdown)
  }

  @Test func aSlipIsToldAndMakesItMoreCareful() throws {
    let (plugins, problems) = read(
      """
      plugins:
        a: {shortCut: x, scopes: [all], command: echo, dangerous: perhaps, colour: red}
        b: {shortCut: Hyper-X, scopes: [all], command: echo}
        c: {shortCut: x, scopes: [all]}
        d: {shortCut: z, scopes: [all], command: rm, safe: true, dangerous: true}
      """)
    #expect(plugins.map(\.name) == ["a", "d"] && plugins.allSatisfy { $0.isDangerous && !$0.isSafe })
    #expect(
      problems == [
        "plugins.yaml:2:70: 'plugins.a.colour' is no setting; see 'clustertui config'",
        "plugins.yaml:2:61: plugins.a.dangerous wants true or false",
        "plugins.yaml:3:17: 'Hyper-X' is no key; write one as 'Ctrl-L', 'Shift-S', 'F5' or 'a'",
        "plugins.yaml:4:3: plugins.c wants 'command'",
        "plugins.yaml:5:54: plugins.d can't be safe and dangerous; dangerous counts",
      ])
  }

  // MARK: Values

  private var values: PluginValues {
    var values = PluginValues()
    values["NAME"] = "web; rm -rf /"
    values["NAMESPACE"] = "shop"
    values["COL-READY"] = "1/2"
    values["COL-%CPU/L"] = "70"
    values["COL-SUSPENDED"] = "true"
    return values
  }

  @Test(arguments: [
    ("$NAMESPACE", "shop"), ("${NAMESPACE}-x", "shop-x"), ("$NAMESPACE/x", "shop/x"), ("$COL-READY", "1/2"),
    ("${COL-%CPU/L}%", "70%"), ("$!COL-SUSPENDED", "false"), ("${!COL-SUSPENDED}", "false"),
    ("$HOME", "$HOME"),
    ("$", "$"), ("${", "${"), ("$namespace", "shop"), ("a$NAMESPACE$NAMESPACE", "ashopshop"),
    ("$1 $$", "$1 $$"),
  ])
  func variablesAreReplacedWhereTheyAreKnown(text: String, expected: String) {
    #expect(values.substituted(text) == expected)
  }

  private func plugin(_ command: String, _ arguments: [String], pipes: [String] = []) -> Plugin {
    var plugin = Plugin(name: "p", key: .function(5), words: "p", command: command)
    (plugin.arguments, plugin.pipes) = (arguments, pipes)
    return plugin
  }

  @Test func aValueIsOneWordWhateverItHolds() throws {
    let call = try PluginCall(plugin("kubectl", ["logs", "$NAME"], pipes: ["grep $NAME"]), values)
    #expect(call.programs == [["kubectl", "logs", "web; rm -rf /"], ["grep", "web; rm -rf /"]])
    #expect(call.lines == ["kubectl logs 'web; rm -rf /'", "| grep 'web; rm -rf /'"])
  }

  @Test(arguments: [["-c"], ["-xc"], ["-x", "-c"]])
  func aShellFindsValuesInItsEnvironment(options: [String]) throws {
    let call = try PluginCall(plugin("/bin/bash", options + ["echo $NAME \"$COL-READY\" $HOME"]), values)
    #expect(call.programs[0].last == "echo ${CLUSTERTUI_NAME} \"${CLUSTERTUI_COL_READY}\" $HOME")
    #expect(
      call.environment["CLUSTERTUI_NAME"] == "web; rm -rf /" && call.environment["NAME"] == "web; rm -rf /")
  }

  @Test func withinSingleQuotesOnlyPlainTextGoes() throws {
    let call = try PluginCall(plugin("env", ["A=b", "sh", "-c", "jq '.x == \"$NAMESPACE\"' $NAME"]), values)
    #expect(call.programs[0].last == "jq '.x == \"shop\"' ${CLUSTERTUI_NAME}")
    #expect(throws: PluginCall.Refusal.self) {
      try PluginCall(plugin("sh", ["-c", "awk '/$NAME/'"]), values)
    }
  }

  @Test func aShellBehindOtherProgramsFindsThemThereToo() throws {
    for starter in [["sudo"], ["timeout", "5"], ["env", "A=b", "nice", "-n", "5"]] {
      let call = try PluginCall(
        plugin(starter[0], starter.dropFirst() + ["bash", "-c", "echo $NAME"]), values)
      #expect(call.programs[0].last == "echo ${CLUSTERTUI_NAME}", "\(starter)")
    }
  }

  @Test func whatAnotherProgramGivesToAShellHoldsPlainTextAlone() throws {
    for words in [
      ["watch", "kubectl get pod $NAME"], ["kubectl", "exec", "x", "--", "sh", "-c", "echo $NAME"],
      ["ssh", "host", "sh", "-c", "$NAME"],
    ] {
      #expect(throws: PluginCall.Refusal.self, "\(words)") {
        try PluginCall(plugin(words[0], Array(words.dropFirst())), values)
      }
    }
    let call = try PluginCall(plugin("watch", ["kubectl get pods -n $NAMESPACE"]), values)
    #expect(call.programs == [["watch", "kubectl get pods -n shop"]])
  }

  // MARK: Running

  private func outcome(_ plugin: Plugin) async throws -> PluginRunner.Outcome {
    let call = try PluginCall(plugin, values)
    return await withCheckedContinuation { done in
      PluginRunner.runInBackground(call) { done.resume(returning: $0) }
    }
  }

  @Test func aHostileNameRunsNothing() async throws {
    var values = PluginValues()
    values["NAME"] = "$(echo broken)`echo broken`\"; echo broken; '"
    let call = try PluginCall(plugin("sh", ["-c", "printf '%s' \"$NAME\""]), values)
    let told = await withCheckedContinuation { done in
      PluginRunner.runInBackground(call) { done.resume(returning: $0) }
    }
    #expect(told.output == values["NAME"] && told.code == 0)
  }

  @Test func outputGoesThroughThePipes() async throws {
    let told = try await outcome(plugin("printf", ["b\\na\\n"], pipes: ["sort", "head -n 1"]))
    #expect(told == PluginRunner.Outcome(code: 0, output: "a\n"))
  }

  @Test func whatCanNotBeStartedIsTold() async throws {
    let told = try await outcome(plugin("/no/such/program", []))
    #expect(told.code == nil && told.problem.hasPrefix("/no/such/program: "))
    let failed = try await outcome(plugin("sh", ["-c", "echo why >&2; exit 3"]))
    #expect(failed.code == 3 && failed.output == "why\n")
  }
}
