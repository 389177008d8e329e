import Cluster
import Kubernetes
import Terminal

/// Waits for an object, has an editor opened on it, and leads to the card of what was changed.
struct EditScreen: Screen {
  let ref: ObjectRef
  let kind: Kind
  /// As the editor first showed it; nil until the object has come.
  private var original: String?
  private var text: String?
  private var problem: String?
  private var isOpened = false

  /// - Parameter text: what a person wrote before, kept when it was refused.
  init(_ ref: ObjectRef, kind: Kind, original: String? = nil, text: String? = nil) {
    self.ref = ref
    self.kind = kind
    self.original = original
    self.text = text
  }

  var crumb: String { "edit" }
  var mainNeed: Need? { .object(ref) }
  func needs(_ world: World) -> Set<Need> { [.object(ref)] }
  var keyHints: [KeyHint] { [KeyHint("e", "edit again"), KeyHint("esc", "back")] }

  mutating func prepare(_ world: World, area: Rect) {
    guard original == nil, let object = world.objects[ref] else { return }
    original = ObjectEditor.text(of: object.json)
    text = original
  }

  var editorText: String? { isOpened ? nil : text }

  mutating func edited(_ outcome: EditorOutcome) -> Reaction {
    isOpened = true
    switch outcome {
    case .failed(let why):
      problem = why
      return .fail(why)
    case .wrote(let new):
      text = new
      guard let original, new != original else {
        problem = "nothing was changed"
        return .inform("nothing was changed")
      }
      return .replace(ActionCard([Change(.edit(from: original, to: new), ref)], kind: kind))
    }
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    let waiting: String
    switch world.phase(.object(ref)) {
    case .refused(_, let why), .ended(let why), .stale(_, let why): waiting = why
    default: waiting = "loading…"
    }
    canvas.put(
      problem ?? (original == nil ? waiting : "in the editor…"), x: area.x + 2, y: area.y + 1,
      style: Theme.ghost,
      maxColumns: area.width - 3)
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .character("e"):
      isOpened = false
      return .none
    case .escape, .character("q"): return .pop
    default: return .unhandled
    }
  }
}

/// What came of an editor.
enum EditorOutcome {
  case wrote(String)
  case failed(String)
}
