import Cluster
import Terminal

/// `:config`: the settings as they count, where they come from, and what in the files could not be used.
enum ConfigPage {
  static func page(_ world: World) -> Page {
    let setup = world.setup
    var lines: [PageLine] = []
    if !setup.problems.isEmpty {
      lines.append(PageLine([Span("What could not be used", .heading)]))
      lines += setup.problems.map { PageLine(depth: 1, [Span("  \($0.text)", .bad)]) }
      lines.append(PageLine([]))
    }
    lines.append(PageLine([Span("Settings", .heading)]))
    let width = Setting.all.map(\.name.count).max() ?? 0
    for setting in Setting.all {
      let source = setup.configuration.sources[setting.name]
      let pad = String(repeating: " ", count: width + 2 - setting.name.count)
      let value = setting.text(setup.settings)
      lines.append(
        PageLine(
          depth: 1,
          [
            Span("  \(setting.name)", .key), Span(pad), Span(value, source == nil ? .dim : .plain),
            Span("  \(setting.words)" + (source.map { ", from \($0)" } ?? ""), .dim),
          ]))
    }
    lines += group("Contexts", setup.configuration.rules.map { ($0.pattern, $0.text) })
    lines += group(
      "Aliases", setup.aliases.commands.sorted { $0.key < $1.key }.map { (":\($0.key)", $0.value) })
    lines += group("Hotkeys", setup.hotkeys.map { ($0.key.description, "\($0.words): :\($0.command)") })
    lines += group(
      "Plug-ins",
      setup.plugins.map { ($0.key.description, "\($0.words) (\($0.scopes.joined(separator: ", ")))") })
    lines += group(
      "Skins",
      SkinShelf(folders: setup.folders).names.map { name in
        (name, Skin.own(name)?.words ?? "a file")
      })
    lines += group(
      "Files", setup.files.isEmpty ? [("none", "no file was found")] : setup.files.map { ($0, "") })
    return Page(title: "config", lines: lines)
  }

  private static func group(_ title: String, _ rows: [(String, String)]) -> [PageLine] {
    guard !rows.isEmpty else { return [] }
    let width = min(24, rows.map(\.0.count).max() ?? 0)
    return [PageLine([]), PageLine([Span(title, .heading)])]
      + rows.map { key, text in
        let pad = String(repeating: " ", count: max(2, width + 2 - key.count))
        return PageLine(depth: 1, [Span("  \(key)", .key), Span(pad), Span(text)])
      }
  }
}
