import Foundation
import Testing

@testable import ClusterTUI

/// docs/configuration.md says of each setting, action and skin what the program does.
@Suite struct ConfigurationPageTests {
  private let page: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    page = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
  }

  @Test func everySettingIsDocumented() {
    for setting in Setting.all {
      let line =
        "| `\(setting.name)` | \(setting.values) | `\(setting.text(Settings()))` | \(setting.words) |"
      #expect(page.contains(line), "\(line)")
    }
  }

  @Test func everyActionIsDocumented() {
    for scope in KeyScope.allCases {
      let actions = KeyAction.all.filter { $0.scope == scope }.map { "\($0.name) `\($0.key)`" }
      if actions.isEmpty { continue }
      #expect(page.contains("- *\(scope.rawValue)*: \(actions.joined(separator: ", "))"))
    }
  }

  @Test func everySkinIsDocumented() {
    for skin in Skin.own { #expect(page.contains("- `\(skin.name)`: \(skin.words)\n")) }
  }
}
