import Terminal

/// Which keys do what, where that is not as the screens have it: a preset and `keymap.yaml` over it. Screens know only
/// their own keys; what is pressed is translated before they see it, and what they tell of keys is translated back.
struct Keymap: Equatable {
  /// From a pressed key to the one that the screen knows; nil where the key means nothing any more.
  private(set) var meanings: [KeyScope: [Key: Key?]] = [:]

  var isEmpty: Bool { meanings.isEmpty }

  /// What a pressed key means there; nil where it means nothing. In the prompt only its own bindings count: whatever
  /// else is pressed there is typed.
  func meaning(of key: Key, in scope: KeyScope) -> Key? {
    if let meaning = meanings[scope]?[key] { return meaning }
    if scope != .prompt, scope != .global, let meaning = meanings[.global]?[key] { return meaning }
    return key
  }

  /// The keys to press for one that a screen tells of.
  func pressed(for key: Key, in scope: KeyScope) -> [Key] {
    var found: [Key] = []
    for scope in scope == .global ? [scope] : [scope, .global] {
      found += (meanings[scope] ?? [:]).filter { $0.value == key }.map(\.key)
    }
    if meaning(of: key, in: scope) == key { return [key] }
    return Array(Set(found.filter { meaning(of: $0, in: scope) == key })).sorted {
      ($0.description.count, $0.description) < ($1.description.count, $1.description)
    }
  }

  /// A hint with the keys that are to be pressed; nil where none leads there any more. Words that name no key stay.
  func shown(_ hint: KeyHint, in scope: KeyScope) -> KeyHint? {
    guard !isEmpty else { return hint }
    let words = hint.key.split(separator: " ").map(String.init)
    let keys = words.map { word in Key(name: word).map { pressed(for: $0, in: scope) } }
    if keys.contains(where: { $0 != nil }), keys.allSatisfy({ $0?.isEmpty ?? false }) { return nil }
    var shown = hint
    shown.key = zip(words, keys).compactMap { word, keys in
      guard let keys else { return word }
      return keys.first?.description
    }.joined(separator: " ")
    return shown
  }

  /// Makes keys do what another one does; that one does it no more, unless it is among them.
  mutating func bind(_ keys: [Key], to meant: Key, in scope: KeyScope) {
    if !keys.contains(meant), meanings[scope]?[meant] == nil {
      meanings[scope, default: [:]][meant] = .some(nil)
    }
    for key in keys { meanings[scope, default: [:]][key] = .some(meant) }
  }
}
