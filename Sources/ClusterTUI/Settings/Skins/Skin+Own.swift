import Terminal

extension Skin {
  /// The skins that come with the program. The first two keep to the terminal's own background and text.
  static let own: [Skin] = [
    terminal, daylight, midnight, fjord, dusk, forest, ember, classic, contrast, clear, amber, paper, sand,
    mono,
  ]

  static func own(_ name: String) -> Skin? { own.first { $0.name == name } }

  /// The default on a dark terminal. Red, amber and blue stay apart for those who do not see red and green.
  static let terminal: Skin = {
    var skin = Skin(
      "terminal", "the terminal's own colours, on dark",
      SkinColors(
        text: "", background: "", faint: "gray", bar: "#005f87", barText: "white", accent: "teal",
        second: "olive", good: "aqua", warning: "#ffaf00", bad: "red", fresh: "#5fafff", leaving: "#af87ff",
        series: ["teal", "olive", "purple", "#5fafff", "#ffaf00", "silver", "green", "fuchsia"],
        heat: ["#303030", "#005f5f", "#0087af"], onColor: "black"))
    (skin[.barGood], skin[.barWarningBack], skin[.matchBack]) = (.brightGreen, .yellow, .yellow)
    for role in [Role.error, .barBad, .heat4] { skin[role] = .brightWhite }
    for role in [Role.errorBack, .barBadBack, .barCareBack] { skin[role] = .red }
    (skin[.heatBack4], skin[.barCareBack]) = (.indexed(160), .indexed(90))
    return skin
  }()

  /// The default on a light terminal.
  static let daylight: Skin = {
    var skin = Skin(
      "daylight", "the terminal's own colours, on light", isLight: true,
      SkinColors(
        text: "", background: "", faint: "#6c6c6c", bar: "#005f87", barText: "white", accent: "#005f87",
        second: "#875f00", good: "#00605f", warning: "#9e4f00", bad: "#af0000", fresh: "#0000d7",
        leaving: "#870087",
        series: ["#005f87", "#875f00", "#870087", "#0000d7", "#9e4f00", "#303030", "#005f00", "#af005f"],
        heat: ["#dadada", "#afd7d7", "#5fafd7"], onColor: "white"))
    (skin[.barWarning], skin[.barWarningBack], skin[.match], skin[.matchBack]) = (
      .black, .yellow, .black, .yellow
    )
    return skin
  }()

  private static let midnight = Skin(
    "midnight", "soft colours on a dark blue",
    SkinColors(
      text: "#d0d0e8", background: "#121220", faint: "#77778c", bar: "#303060", barText: "#f0f0ff",
      accent: "#87afff", second: "#e0c070", good: "#5fd7d7", warning: "#ffaf5f", bad: "#ff5f5f",
      fresh: "#5fafff", leaving: "#af87ff",
      series: ["#5fd7d7", "#e0c070", "#d787d7", "#87afff", "#ffaf5f", "#d0d0e8", "#87d787", "#ff87af"],
      heat: ["#262638", "#1f4f6f", "#3f87af"], onColor: "#121220"))

  private static let fjord = Skin(
    "fjord", "cool greys and blues",
    SkinColors(
      text: "#d5dde5", background: "#262b33", faint: "#8a94a0", bar: "#45566b", barText: "#f4f8fb",
      accent: "#87c0d0", second: "#e6c98a", good: "#8fc7b5", warning: "#e0a870", bad: "#f08080",
      fresh: "#88aee0", leaving: "#b8a0d8",
      series: ["#87c0d0", "#e6c98a", "#b8a0d8", "#8fc7b5", "#e0a870", "#d5dde5", "#88aee0", "#d890a8"],
      heat: ["#363c46", "#3f5a6a", "#6090a8"], onColor: "#1c2026"))

  private static let dusk = Skin(
    "dusk", "violet evening",
    SkinColors(
      text: "#e4daf0", background: "#221a2e", faint: "#8f82a3", bar: "#56407a", barText: "#faf5ff",
      accent: "#d7a0ff", second: "#ffd78f", good: "#7fd7d0", warning: "#ffb070", bad: "#ff6a80",
      fresh: "#80b8ff", leaving: "#e08fe0",
      series: ["#d7a0ff", "#7fd7d0", "#ffd78f", "#80b8ff", "#ffb070", "#e4daf0", "#ff9fc0", "#a8d888"],
      heat: ["#33283f", "#4f3f77", "#7f68b0"], onColor: "#1a1424"))

  private static let forest = Skin(
    "forest", "moss, bark and sky",
    SkinColors(
      text: "#d8e0cc", background: "#1a211a", faint: "#849080", bar: "#3d5a3d", barText: "#f2f8ea",
      accent: "#a8d080", second: "#e0c878", good: "#80d0b0", warning: "#f0b060", bad: "#ff7868",
      fresh: "#80c0e8", leaving: "#c8a0d8",
      series: ["#a8d080", "#80c0e8", "#e0c878", "#c8a0d8", "#f0b060", "#d8e0cc", "#80d0b0", "#e898a0"],
      heat: ["#2a332a", "#2f5a4f", "#5f9a80"], onColor: "#121812"))

  private static let ember = Skin(
    "ember", "warm colours on dark brown",
    SkinColors(
      text: "#ecdccb", background: "#231a15", faint: "#9a8776", bar: "#70402a", barText: "#fff3e6",
      accent: "#f0b878", second: "#f0d890", good: "#90d0c0", warning: "#ffb84f", bad: "#ff6850",
      fresh: "#90b8e8", leaving: "#d0a0c8",
      series: ["#f0b878", "#90b8e8", "#90d0c0", "#d0a0c8", "#f0d890", "#ecdccb", "#b8c878", "#ff9888"],
      heat: ["#362a22", "#5a4434", "#96704a"], onColor: "#1a120e"))

  /// What k9s users are trained on: its meanings and its colours for them.
  private static let classic = Skin(
    "classic", "what users of k9s know",
    SkinColors(
      text: "cadetblue", background: "black", faint: "lightslategray", bar: "#00afaf", barText: "#000000",
      accent: "dodgerblue", second: "orange", good: "aqua", warning: "darkorange", bad: "orangered",
      fresh: "lightskyblue", leaving: "mediumpurple",
      series: [
        "aqua", "orange", "fuchsia", "dodgerblue", "palegreen", "papayawhip", "mediumpurple", "salmon",
      ],
      heat: ["#303030", "#005f5f", "#0087af"], onColor: "black"))

  private static let contrast = Skin(
    "contrast", "as much contrast as there is",
    SkinColors(
      text: "#ffffff", background: "#000000", faint: "#c6c6c6", bar: "#ffffff", barText: "#000000",
      accent: "#00ffff", second: "#ffff00", good: "#00ffff", warning: "#ffd700", bad: "#ff8787",
      fresh: "#87d7ff", leaving: "#ffafff",
      series: ["#00ffff", "#ffff00", "#ffafff", "#87d7ff", "#ffaf5f", "#ffffff", "#87ff87", "#ff8787"],
      heat: ["#1c1c1c", "#005f87", "#00afff"], onColor: "#000000"))

  /// Okabe and Ito's palette, "Color Universal Design": told apart whatever one's eyes.
  private static let clear = Skin(
    "clear", "told apart by every eye",
    SkinColors(
      text: "#e4e4e4", background: "#1c1c1c", faint: "#8a8a8a", bar: "#0072b2", barText: "#ffffff",
      accent: "#56b4e9", second: "#f0e442", good: "#56b4e9", warning: "#e69f00", bad: "#ff6f30",
      fresh: "#5f9fff", leaving: "#cc79a7",
      series: ["#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#ffffff", "#5f9fff", "#d55e00"],
      heat: ["#303030", "#00465f", "#0072b2"], onColor: "#000000"))

  private static let amber = Skin(
    "amber", "one colour, as old screens had",
    SkinColors(
      text: "#ffaf00", background: "#000000", faint: "#af8700", bar: "#875f00", barText: "#ffffd7",
      accent: "#ffd75f", second: "#ffffaf", good: "#ffd700", warning: "#ffff5f", bad: "#ffffff",
      fresh: "#ffd787", leaving: "#d7875f",
      series: ["#ffaf00", "#ffffaf", "#d7875f", "#ffd75f", "#af8700", "#ffffff", "#ffd787", "#d7af5f"],
      heat: ["#1c1c1c", "#5f4700", "#af8700"], onColor: "#000000"))

  private static let paper = Skin(
    "paper", "ink on white", isLight: true,
    SkinColors(
      text: "#1c1c1c", background: "#ffffff", faint: "#6c6c6c", bar: "#303030", barText: "#ffffff",
      accent: "#005faf", second: "#875f00", good: "#00605f", warning: "#9e4f00", bad: "#af0000",
      fresh: "#0000d7", leaving: "#870087",
      series: ["#005faf", "#9e4f00", "#870087", "#00605f", "#875f00", "#303030", "#005f00", "#af005f"],
      heat: ["#e4e4e4", "#afd7ff", "#5fafd7"], onColor: "#ffffff"))

  private static let sand = Skin(
    "sand", "warm and light", isLight: true,
    SkinColors(
      text: "#3a3226", background: "#f6efdf", faint: "#7a6c58", bar: "#7a5c3a", barText: "#fffaf0",
      accent: "#1f5f7a", second: "#7a5200", good: "#1a5f58", warning: "#964800", bad: "#a81c1c",
      fresh: "#2848b0", leaving: "#7a2f80",
      series: ["#1f5f7a", "#964800", "#7a2f80", "#1a5f58", "#7a5200", "#3a3226", "#3f6a1f", "#a81c6a"],
      heat: ["#e6dcc6", "#b8d4d4", "#6aa8c0"], onColor: "#fffaf0"))

  /// Bold, underlined and reversed, and nothing else; bars keep a background so that they are seen.
  private static let mono = Skin(
    "mono", "no colours at all",
    SkinColors(
      text: "", background: "", faint: "", bar: "silver", barText: "black", accent: "", second: "", good: "",
      warning: "", bad: "", fresh: "", leaving: "", series: [""], heat: ["#303030", "#585858", "#8a8a8a"],
      onColor: "black"
    )
  ).grounded(.white)

  /// Bars whose colour would be the terminal's own background get this one.
  private func grounded(_ color: Color) -> Skin {
    var skin = self
    for role in Role.allCases where role.isGround && skin[role] == .standard { skin[role] = color }
    return skin
  }
}
