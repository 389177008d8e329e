/// A text that is sent to a server and never shown: printing, dumping or logging it gives "(secret)".
package struct Secret: Sendable, Hashable {
  /// The text itself, for headers and TLS only.
  let revealed: String

  package init(_ text: String) { revealed = text }

  var isEmpty: Bool { revealed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "(secret)" }
  package var debugDescription: String { "(secret)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
