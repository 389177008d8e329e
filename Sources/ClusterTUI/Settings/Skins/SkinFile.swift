import Document
import Terminal

/// A skin in k9s's format: names of colours by parts of its screen. What has no part here is read over, what k9s does
/// not know is told.
struct SkinFile {
  /// A part of k9s's screen, and the roles here that take its colour.
  private struct Part {
    var path: [String]
    var roles: [Role]

    init(_ path: String, _ roles: Role...) {
      self.path = path.split(separator: ".").map(String.init)
      self.roles = roles
    }
  }

  /// k9s:
  ///   body: {fgColor: white, bgColor: "#101020"}
  static func read(_ file: SettingsFile, name: String) -> Skin? {
    guard let root = file.root["k9s"] else {
      if file.isReadable { file.root.note("a skin begins with 'k9s:'") }
      return nil
    }
    report(root, known: known)
    let body = root["body"]
    let text = body?["fgColor"].flatMap(color) ?? .standard
    let background = body?["bgColor"].flatMap(color) ?? .standard
    var skin = base(for: background, text)
    (skin.name, skin.words, skin.text, skin.background) = (name, "from \(file.path)", text, background)
    for role in [Role.title, .hint, .good, .string] { skin[role] = text }
    for part in parts {
      guard let node = part.path.reduce(root as SettingsNode?, { $0?[$1] }), let color = color(node) else {
        continue
      }
      for role in part.roles { skin[role] = color }
    }
    readChartColors(root, &skin)
    // A bar of the background's colour would not be seen as one.
    if skin[.barBack] == background { skin[.barBack] = .standard }
    if skin[.barBack] == .standard, skin[.bar] == text || skin[.bar] == .standard {
      (skin[.bar], skin[.barGood], skin[.barBack]) = (.brightWhite, .brightWhite, .indexed(24))
    }
    return skin.readable
  }

  /// One of ours that fits the ground, for all that a file does not tell.
  private static func base(for background: Color, _ text: Color) -> Skin {
    let ground = background.luminance ?? text.luminance.map { $0 > 0.4 ? 0 : 1 } ?? 0
    return ground > 0.4 ? .daylight : .terminal
  }

  private static func color(_ node: SettingsNode) -> Color? {
    guard let text = node.text() else { return nil }
    guard let color = Color(hex: text) ?? Color(skinName: text) else {
      node.note("'\(Text.harmless(text))' is no colour; write \"#rrggbb\" or a name such as dodgerblue")
      return nil
    }
    return color
  }

  private static func readChartColors(_ root: SettingsNode, _ skin: inout Skin) {
    let charts = root["views"]?["charts"]
    guard let colors = charts?["defaultChartColors"]?.elements?.compactMap(color), colors.count >= 2 else {
      return
    }
    for (index, role) in Role.lines.prefix(colors.count).enumerated() where colors[index] != .standard {
      skin[role] = colors[index]
    }
  }

  private static let parts: [Part] = [
    Part("prompt.fgColor", .prompt), Part("prompt.suggestColor", .ghost),
    Part("info.sectionColor", .heading),
    Part("help.keyColor", .key), Part("help.sectionColor", .heading),
    Part("frame.border.fgColor", .separator, .axis), Part("frame.border.focusColor", .cursorLine),
    Part("frame.menu.fgColor", .hint), Part("frame.menu.keyColor", .key),
    Part("frame.crumbs.fgColor", .bar, .barGood), Part("frame.crumbs.bgColor", .barBack),
    Part("frame.title.highlightColor", .link), Part("frame.title.counterColor", .number),
    Part("frame.status.newColor", .starting, .trend), Part("frame.status.pendingColor", .pending, .warning),
    Part("frame.status.errorColor", .bad, .wrong, .errorBack, .barBadBack, .limit),
    Part("frame.status.killColor", .ending), Part("frame.status.completedColor", .done, .dim, .ghost),
    Part("frame.status.highlightColor", .fine, .request), Part("frame.status.addColor", .starting),
    Part("views.table.fgColor", .good), Part("views.table.header.fgColor", .title),
    Part("views.table.header.sorterColor", .sortedTitle), Part("views.table.markColor", .mark),
    Part("views.yaml.keyColor", .documentKey), Part("views.yaml.valueColor", .string),
    Part("dialog.buttonFocusBgColor", .noticeBack, .tabBack),
    Part("dialog.buttonFocusFgColor", .notice, .tab),
  ]

  // MARK: What k9s knows

  private static func report(_ node: SettingsNode, known: JSON) {
    guard let members = node.members("wants parts of the screen with colours below them") else { return }
    for (key, member) in members {
      if known[key].isNull {
        if known[anything].isNull { member.unknown(among: known.members.map(\.key), what: "part of a skin") }
      } else if known[key].object != nil {
        report(member, known: known[key])
      }
    }
  }

  /// Stands for any name.
  private static let anything = "*"

  private static let known: JSON = {
    func leaves(_ words: String) -> JSON {
      .object(JSONObject(words.split(separator: " ").map { JSONObject.Member(key: String($0), value: true) }))
    }
    var dialog = leaves(
      "fgColor bgColor buttonFgColor buttonBgColor buttonFocusFgColor buttonFocusBgColor labelFgColor fieldFgColor"
    )
    var prompt = leaves("fgColor bgColor suggestColor border")
    prompt["border"] = leaves("default command")
    var charts = leaves(
      "bgColor dialBgColor chartBgColor defaultDialColors defaultChartColors resourceColors focusFgColor focusBgColor"
    )
    charts["resourceColors"] = leaves(anything)
    var table = leaves("fgColor bgColor cursorFgColor cursorBgColor markColor header")
    table["header"] = leaves("fgColor bgColor sorterColor")
    var logs = leaves("fgColor bgColor indicator")
    logs["indicator"] = leaves("fgColor bgColor toggleOnColor toggleOffColor")
    let frame: JSON = [
      "title": leaves("fgColor bgColor highlightColor counterColor filterColor"),
      "border": leaves("fgColor focusColor"), "menu": leaves("fgColor fgStyle keyColor numKeyColor"),
      "crumbs": leaves("fgColor bgColor activeColor"),
      "status": leaves(
        "newColor modifyColor addColor pendingColor errorColor highlightColor killColor completedColor"),
    ]
    let views: JSON = [
      "charts": charts, "table": table, "logs": logs,
      "xray": leaves("fgColor bgColor cursorColor cursorTextColor graphicColor showIcons"),
      "yaml": leaves("keyColor colonColor valueColor"),
      "picker": leaves("mainColor focusColor shortcutColor"), "help": leaves(anything),
    ]
    return [
      "body": leaves("fgColor bgColor logoColor logoColorMsg logoColorInfo logoColorWarn logoColorError"),
      "prompt": prompt,
      "info": leaves("fgColor sectionColor cpuColor memColor k9sRevColor"),
      "dialog": dialog, "help": leaves("fgColor bgColor keyColor numKeyColor sectionColor"),
      "frame": frame, "views": views, "title": leaves(anything), "border": leaves(anything),
    ]
  }()
}

extension Skin {
  /// Text that can't be told from what it stands on becomes black or white.
  fileprivate var readable: Skin {
    var skin = self
    for role in Role.allCases where !role.isGround {
      let ground = role.ground.map { skin[$0] } ?? background
      let color = skin[role] == .standard ? text : skin[role]
      guard let contrast = color.contrast(with: ground), contrast < 2 else { continue }
      skin[role] = (ground.luminance ?? 0) > 0.18 ? .black : .brightWhite
    }
    return skin
  }
}
