/// What a parser met that it could not read, and where. Line and column count from 1, columns in bytes.
package struct SyntaxProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package var line: Int
  package var column: Int
  /// What was expected and what came instead, as a phrase: "expected ':' after a key, found '}'".
  package var message: String

  package init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  package var description: String { "line \(line), column \(column): \(message)" }
}
