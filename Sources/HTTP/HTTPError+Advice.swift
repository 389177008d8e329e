extension HTTPError {
  /// One line for a person: what went wrong, where, and what to check.
  package var advice: String { "\(self)" }
}
