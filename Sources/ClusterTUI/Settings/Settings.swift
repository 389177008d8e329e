/// What a person may choose about the program, with what holds where nothing is chosen. `Setting.all` says what each
/// means and how it is written.
struct Settings: Equatable {
  /// The command that the program begins with.
  var defaultView = "problems"
  var isReadOnly = false
  var favourites: [String] = []
  var hasMouse = true
  var ringsBell = true
  var isASCII = false
  var skin = "auto"
  var darkSkin = "terminal"
  var lightSkin = "daylight"
  var isWide = false
  var showsDetail = true
  var log = Logs()
  var cpu = Threshold(warning: 70, critical: 90)
  var memory = Threshold(warning: 70, critical: 90)
  var editor = ""

  struct Logs: Equatable {
    var tailLines = 1_000
    /// 0 asks by lines instead.
    var sinceSeconds = 0
    var wraps = false
    var showsTime = false
    var time = "local"
    var bufferMebibytes = 32
  }

  /// Of what is asked for or allowed, in percent.
  struct Threshold: Equatable {
    var warning: Int
    var critical: Int
  }
}
