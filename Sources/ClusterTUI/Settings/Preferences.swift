import Terminal

/// What a person configured, kept up to date: the setup of the context that is shown, and how that makes the screen look.
/// Main thread only.
final class Preferences {
  let folders: SettingsFolders
  private(set) var place = SettingsFolders.Place()
  private(set) var setup: Setup
  private(set) var look = Look()
  /// What was wrong with the skin.
  private(set) var skinProblems: [SettingsProblem] = []
  /// The skin of this session, whatever the files say.
  private(set) var chosenSkin: String?
  /// nil as long as the terminal has not told.
  private var isLight: Bool?
  private let environment: (String) -> String?

  init(
    folders: SettingsFolders = SettingsFolders(),
    environment: @escaping (String) -> String? = SettingsFolders.environment
  ) {
    (self.folders, self.environment) = (folders, environment)
    setup = Setup.load(folders)
    isLight = Self.isLight(colorFGBG: environment("COLORFGBG"))
    settleLook()
  }

  /// The folders whose files make a difference.
  var watched: [String] { folders.folders(at: place) }
  var shelf: SkinShelf { SkinShelf(folders: folders) }
  var problems: [SettingsProblem] { setup.problems + skinProblems }
  /// The setup with all that is wrong, for the screens.
  var told: Setup {
    var setup = setup
    setup.problems = problems
    return setup
  }

  /// Takes what counts in another context.
  func enter(_ place: SettingsFolders.Place) {
    guard place != self.place else { return }
    self.place = place
    reload()
  }

  /// Reads all files again.
  func reload() {
    setup = Setup.load(folders, at: place)
    settleLook()
  }

  /// Takes a skin for this session; false where there is none of that name. nil goes back to what is configured.
  func choose(skin name: String?) -> Bool {
    if let name, name != "auto", shelf.skin(name).skin == nil { return false }
    chosenSkin = name
    settleLook()
    return true
  }

  /// Whether it is worth asking the terminal for its background.
  var wantsBackground: Bool { isLight == nil && skinName == "auto" }

  func told(isLight: Bool) {
    self.isLight = isLight
    settleLook()
  }

  private var skinName: String {
    chosenSkin ?? environment("K9S_SKIN") ?? setup.configuration.skin(of: place.context)
      ?? setup.settings.skin
  }

  private func settleLook() {
    let settings = setup.settings
    let name = skinName == "auto" ? (isLight == true ? settings.lightSkin : settings.darkSkin) : skinName
    let (skin, problems) = shelf.skin(name)
    skinProblems = problems
    if skin == nil { skinProblems.append(missing(name)) }
    look.skin = skin ?? (isLight == true ? .daylight : .terminal)
    look.scheme = look.skin.scheme(bar: barColor)
    (look.isASCII, look.hasMouse) = (settings.isASCII, settings.hasMouse)
  }

  /// A context's own colour, and one that is seen from afar where a change wants care.
  private var barColor: Color? {
    if let text = setup.configuration.color(of: place.context) {
      if let color = Color(hex: text) ?? Color(skinName: text) { return color }
      skinProblems.append(
        SettingsProblem(
          file: "\(folders.own)/config.yaml", line: 1, column: 1,
          message: "the colour '\(Text.harmless(text))' of \(Text.harmless(place.context)) is none"))
    }
    return setup.configuration.isProtected(place.context) ? look.skin[.barCareBack] : nil
  }

  private func missing(_ name: String) -> SettingsProblem {
    let nearest = Nearest.word(to: name, among: shelf.names).map { "; did you mean '\($0)'?" } ?? ""
    let file = setup.configuration.sources["ui.skin"] ?? "\(folders.own)/config.yaml"
    return SettingsProblem(
      file: file, line: 1, column: 1, message: "there is no skin '\(Text.harmless(name))'\(nearest)")
  }

  /// rxvt's and Konsole's "foreground;background", by numbers of the 16 colours.
  static func isLight(colorFGBG text: String?) -> Bool? {
    guard let last = text?.split(separator: ";").last, let number = Int(last), (0...15).contains(number)
    else {
      return nil
    }
    return number == 7 || number > 8
  }
}
