/// One way to go on from what is typed.
struct Suggestion: Equatable {
  /// The whole line it makes.
  var text: String
  /// What stands in the menu for it.
  var label: String
  /// What it is, in a few words.
  var detail = ""
  /// How many there are, where that is known: "12", "2!/12".
  var count = ""

  init(_ text: String, label: String? = nil, detail: String = "", count: String = "") {
    self.text = text
    self.label = label ?? text
    self.detail = detail
    self.count = count
  }
}
