import Cluster
import Foundation
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// What `:` offers, and what is remembered of it.
@Suite struct PaletteTests {
  @Test func whatCanBeTypedIsDescribedAndCounted() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 0/1 CrashLoopBackOff 7", "a/web-2 1/1 Running 0"])
    stage.type(":po")
    let line = stage.lines.first { $0.contains("Pod v1 (po)") } ?? ""
    #expect(line.contains("pods") && line.contains("1!/2"))
    stage.press(.control("u"))
    stage.type("why")
    #expect(stage.screen.contains("why KIND/NAME [NAMESPACE]  why an object is in its state"))
  }

  @Test func lettersInTheirOrderAreFoundAfterWhatBeginsSo() {
    let stage = Stage()
    stage.type(":dpl")
    #expect(stage.screen.contains("Deployment apps/v1 (deploy)"))
    stage.press(.tab)
    #expect(stage.lines.last?.hasPrefix(":deployments") == true)
  }

  @Test func arrowsChooseAndEnterTakesWhatIsChosen() {
    let stage = Stage(kinds: [Stage.pods, Stage.deployments, Stage.namespaces])
    stage.type(":p")
    #expect(stage.screen.contains("problems") && stage.screen.contains("pulse"))
    stage.press(.down, .down, .enter)
    #expect(stage.lines[0].contains("> pulse"), "\(stage.lines[0])")
    stage.enter(":pods")
    #expect(stage.lines[0].contains("> pods"), "what is typed counts where nothing was chosen")
  }

  @Test func whatWasTypedComesBack() {
    let stage = Stage()
    stage.enter(":pods shop /web")
    stage.enter(":deploy")
    stage.type(":")
    stage.press(.up)
    #expect(stage.lines.last?.hasPrefix(":deploy") == true)
    stage.press(.control("u"))
    stage.type("pods s")
    stage.press(.control("u"))
    stage.type("pod")
    #expect(stage.screen.contains("pods shop /web") && stage.screen.contains("typed before"))
  }

  @Test func aBookmarkNamesAView() {
    let stage = Stage()
    stage.enter(":pods shop -l app=web /front")
    stage.enter(":bookmark web")
    #expect(stage.screen.contains("bookmark 'web': pods shop -l app=web /front"))
    stage.enter(":deploy all")
    stage.enter(":bm web")
    let table = stage.session.shell.top as? TableScreen
    #expect(stage.lines[0].contains("shop > pods") && table?.filter.text == "front")
    #expect(table?.query.labelSelector == "app=web")
    stage.enter(":bm wbe")
    #expect(stage.screen.contains("there is no bookmark 'wbe': did you mean web?"))
    stage.press(.escape)
    stage.enter(":bm")
    #expect(stage.screen.contains("web") && stage.screen.contains("pods shop -l app=web /front"))
    stage.press(.escape)
    stage.enter(":bookmark -d web")
    #expect(stage.session.shell.remembered.bookmarks.isEmpty)
  }

  @Test func objectsOfAllKindsAreFoundByName() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 0", "a/api-1 1/1 Running 0"])
    stage.enter(":find web")
    _ = stage.screen
    let deployments = Query("apps/v1/deployments")
    #expect(stage.reader.running.contains(.rows(deployments)), "common kinds are asked for")
    #expect(stage.screen.contains("still asking for deployments"))
    stage.tell(deployments, ["a/web 1/1"])
    stage.tell(Query("v1/namespaces"), ["a Active"])
    #expect(
      stage.lines[2].contains("deployment") && stage.lines[2].contains("web"), "the exact name comes first")
    #expect(stage.lines[3].contains("pod") && stage.lines[3].contains("web-1"))
    #expect(
      stage.screen.contains("searched: 3 common kinds, and what was open") && !stage.screen.contains("api-1"))
    stage.press(.down, .enter)
    #expect(stage.lines[0].contains("web-1 > describe"))
    stage.press(.escape, .escape)
    #expect(!stage.reader.running.contains(.rows(deployments)) || stage.lines[0].contains("pods"))
  }

  // MARK: The file

  @Test func whatIsRememberedIsWrittenWholeAndReadAgain() throws {
    let place = temporaryDirectory()
    let file = StateFile(path: place.path + "/deep/state.json")
    #expect(file.load().problem == nil && file.load().remembered == Remembered())
    let view = ViewSpec(
      columns: [ViewColumn(.builtIn("NAME")), ViewColumn(.path(".spec.x"), title: "X")], sort: ViewSort("X"))
    for note: Remembered.Note in [
      .command("pods"), .command("deploy"), .command("pods"), .bookmark("b", command: "pods shop"),
      .view("v1/pods", view),
    ] {
      #expect(file.note(note) == nil)
    }
    let (remembered, problem) = file.load()
    #expect(problem == nil && remembered.commands == ["deploy", "pods"])
    #expect(
      remembered.bookmarks == [.init(name: "b", command: "pods shop")] && remembered.views["v1/pods"] == view)
    let left = try FileManager.default.contentsOfDirectory(atPath: place.path + "/deep")
    #expect(left == ["state.json"], "nothing half-written stays behind")
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func aBrokenFileIsToldSetAsideAndCostsNothingElse() throws {
    let place = temporaryDirectory()
    let file = StateFile(path: place.path + "/state.json")
    try "{\"commands\": [".write(toFile: file.path, atomically: false, encoding: .utf8)
    let stage = Stage()
    stage.session.remember(in: file)
    #expect(stage.screen.contains("state.json is broken and counts for nothing"))
    stage.press(.escape)
    stage.enter(":deploy")
    #expect(file.load().remembered.commands == ["deploy"] && file.load().problem == nil)
    #expect(FileManager.default.fileExists(atPath: file.path + ".broken"))
  }

  @Test func whatIsChosenGoesToTheFileAtOnce() {
    let place = temporaryDirectory()
    let file = StateFile(path: place.path + "/state.json")
    let stage = Stage()
    stage.session.remember(in: file)
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 7"])
    stage.press(.character("N"))
    #expect(file.load().remembered.views["v1/pods"] == ViewSpec(sort: ViewSort("NAME")))
  }
}
