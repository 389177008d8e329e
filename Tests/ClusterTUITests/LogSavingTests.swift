import Cluster
import Foundation
import Terminal
import Testing

@testable import ClusterTUI

/// A log that is written to a file while it goes on.
@Suite(.serialized) struct LogSavingTests {
  private static let query = LogQuery(namespace: "shop", pod: "saved-1", uid: "shop/saved-1")

  private func stage() -> Stage {
    let stage = Stage()
    stage.tell(Stage.allPods, ["shop/saved-1 1/1 Running 0"])
    stage.press(.character("l"))
    return stage
  }

  /// Goes on as the loop does, until it is so.
  private func wait(_ stage: Stage, until isSo: (String) -> Bool) -> Bool {
    let end = Date().addingTimeInterval(20)
    while Date() < end {
      stage.session.takeIn()
      if isSo(stage.screen) { return true }
    }
    return false
  }

  private func savedFile(_ screen: String) -> String? {
    guard let range = screen.range(of: #"clustertui-saved-1---log[-0-9]*\.txt"#, options: .regularExpression)
    else {
      return nil
    }
    return String(screen[range])
  }

  @Test func whatPassesIsWrittenAndGoesOnUntilTheKeyIsPressedAgain() throws {
    let stage = stage()
    stage.tellLog(Self.query, ["a 1", "b 2", "a 3"])
    stage.enter("/a")
    stage.press(.control("s"))
    #expect(wait(stage) { $0.contains("saving 0 KB") })
    stage.tellLog(Self.query, ["b 4", "a 5"])
    #expect(wait(stage) { _ in stage.session.world.files.values.first?.byteCount == 12 })
    stage.press(.control("s"))
    #expect(wait(stage) { $0.contains("saved 12 bytes: clustertui-saved-1") })
    let path = try #require(savedFile(stage.screen))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "a 1\na 3\na 5\n")
    #expect(!stage.lines[0].contains("saving"))
  }

  @Test func leavingTheLogEndsTheFile() throws {
    let stage = stage()
    stage.tellLog(Self.query, ["one"])
    stage.press(.control("s"))
    #expect(wait(stage) { _ in stage.session.world.files.values.first?.byteCount == 4 })
    stage.press(.escape)
    #expect(wait(stage) { $0.contains("saved 4 bytes") })
    let path = try #require(savedFile(stage.screen))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\n")
  }
}
