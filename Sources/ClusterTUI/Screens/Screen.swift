import Cluster
import Terminal

/// One full-screen view: a small value that says what it needs, what it looks like and what a key does. It never
/// starts, stops or awaits anything; the runtime does, after comparing needs with what runs.
protocol Screen {
  /// For the crumbs in the first row: "pods", "api-7c9d", "log".
  var crumb: String { get }
  /// Called before anything else, with what a person wants of tables.
  mutating func opened(_ views: Views)
  /// Whether clicks and the wheel are for this screen; else the terminal's own selection of text works.
  var usesMouse: Bool { get }
  /// Ways to go on from what is typed into `/`.
  func filterSuggestions(_ text: String, _ world: World) -> [Suggestion]
  /// What is kept up to date while this screen is on the stack.
  func needs(_ world: World) -> Set<Need>
  /// Takes in what changed: called before each drawing and each key, with the area that `draw` will get.
  mutating func prepare(_ world: World, area: Rect)
  /// Called when news came or time has passed, for what follows from that without a key: a bell, a file.
  mutating func took(_ world: World) -> [Reaction]
  /// Neither fails nor does I/O.
  func draw(on canvas: inout Canvas, area: Rect, world: World)
  mutating func handle(_ key: Key, world: World) -> Reaction

  /// The keys this screen answers, the most useful first, for the last row and for help.
  var keyHints: [KeyHint] { get }
  /// The need whose freshness the first row tells.
  var mainNeed: Need? { get }
  /// "3!/42" in the first row.
  func tally(_ world: World) -> String
  /// The line above the last.
  func remark(_ world: World) -> Remark?
  /// What `/` begins with, nil where nothing can be filtered.
  var filterText: String? { get }
  /// Whose what is under the cursor is, where several clusters are shown; nil when it is nobody's, or several's.
  func cluster(_ world: World) -> String?
  /// What `.` offers actions for.
  func targets(_ world: World) -> Targets?
  /// Called with the answer to what `Reaction.ask` asked.
  ///
  /// - Parameter targets: what `targets` gave when it was asked.
  mutating func answered(
    _ question: ActionOffer.Question, _ text: String, _ targets: Targets?, world: World
  ) -> Reaction
  /// A text to be opened in the person's editor, and what came of that.
  var editorText: String? { get }
  /// A file that is to be written while the screen says so, by `Reaction.write`.
  var file: SaveFile? { get }
  /// There can be no such file.
  mutating func stopWriting()
  mutating func edited(_ outcome: EditorOutcome) -> Reaction
  /// What is searched for, where a search moves and hides nothing.
  var findText: String? { get }
  /// Called with every key typed into `/`; `find` is true for a search that moves instead of hiding.
  mutating func search(_ text: String, find: Bool, world: World)
  /// Puts back what was searched for before, `text`, and where one was.
  mutating func giveUpSearch(_ text: String, find: Bool, world: World)
  /// The moment (World.milliseconds) at which something is to happen without a key or a change.
  var wakeAt: Int64? { get }
  /// Seconds until what is drawn would read differently although nothing changed: ages.
  var secondsUntilChange: Int64 { get }
}

extension Screen {
  mutating func opened(_ views: Views) {}
  var usesMouse: Bool { true }
  func filterSuggestions(_ text: String, _ world: World) -> [Suggestion] { [] }
  var mainNeed: Need? { nil }
  func tally(_ world: World) -> String { "" }
  func remark(_ world: World) -> Remark? { nil }
  var filterText: String? { nil }
  func cluster(_ world: World) -> String? { nil }
  func targets(_ world: World) -> Targets? { nil }
  mutating func answered(
    _ question: ActionOffer.Question, _ text: String, _ targets: Targets?, world: World
  ) -> Reaction {
    targets?.answered(question, text) ?? .none
  }
  var editorText: String? { nil }
  var file: SaveFile? { nil }
  mutating func stopWriting() {}
  mutating func edited(_ outcome: EditorOutcome) -> Reaction { .none }
  var findText: String? { filterText }
  mutating func search(_ text: String, find: Bool, world: World) {}
  mutating func giveUpSearch(_ text: String, find: Bool, world: World) {
    search(text, find: find, world: world)
  }
  var wakeAt: Int64? { nil }
  var secondsUntilChange: Int64 { 60 }
  mutating func prepare(_ world: World, area: Rect) {}
  mutating func took(_ world: World) -> [Reaction] { [] }
}

/// One line under a screen.
struct Remark {
  var text: String
  var tone: Tone
  /// Says why the thing under the cursor is in its state; else something about the screen itself.
  var isWhy = false
}

/// A key and what it does, in as few words as fit.
struct KeyHint: Hashable {
  var key: String
  var action: String
  /// Told in help only.
  var isMinor = false

  init(_ key: String, _ action: String, minor: Bool = false) {
    self.key = key
    self.action = action
    isMinor = minor
  }
}

/// What a key leads to. Screens return it; the shell and the runtime perform it.
enum Reaction {
  case none
  /// The key means nothing here; the shell may know it.
  case unhandled
  case push(any Screen)
  case pop
  /// Puts a screen in the place of this one.
  case replace(any Screen)
  case inform(String)
  case fail(String)
  /// Opens the prompt for `/` (filter) or for a search that moves.
  case prompt(Prompt.Mode)
  /// Opens the prompt for commands with a text to go on from.
  case command(String)
  /// Asks for a line of text, which `answered` gets.
  case ask(ActionOffer.Asked, ActionOffer.Question)
  /// Sends what was previewed and confirmed.
  case submit([Preview])
  /// Shows the revisions of a workload.
  case revisions(ObjectRef)
  case useNamespaces([String], kind: Kind.ID)
  case switchContext(String)
  case copy(String, what: String)
  case save(name: String, text: String)
  /// Remembers something for the next time.
  case remember(Remembered.Note)
  /// Closes this screen and gives the one below what came of it.
  case chosen(ViewSpec)
  /// More for a file that the screen wants written.
  case write(SaveFile, [UInt8])
  case finished(SaveFile)
  /// Tells somebody who does not look at the screen.
  case alert(Alert)
  /// Runs a plug-in; the card that showed it goes.
  case plugin(PluginCall, leavesCard: Bool)
}
