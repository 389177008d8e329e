import Synchronization

/// The way of one start of a need into the mailbox. What a start tells bears its number, so that what an earlier start
/// of the same need still has under way is not taken for news of the present one.
package struct Outbox: Sendable {
  package struct Letter: Sendable {
    package var start: Int
    package var delta: Delta
  }

  private let send: @Sendable (Delta) -> Void
  private let redaction: Redaction?

  /// - Parameter isRedacted: whether credentials are masked on the way, in all that is told.
  package init(_ mailbox: Mailbox<Letter>, start: Int, isRedacted: Bool = false) {
    send = { mailbox.post(Letter(start: start, delta: $0)) }
    redaction = isRedacted ? Redaction() : nil
  }

  /// What is told goes to somebody else first, who passes it on.
  package init(_ send: @escaping @Sendable (Delta) -> Void) {
    self.send = send
    redaction = nil
  }

  package func post(_ delta: Delta) { send(redaction?.masked(delta) ?? delta) }
}

/// What one start has told so far matters to what its next lines are.
private final class Redaction: Sendable {
  private let masker = Mutex(CredentialMasker())

  func masked(_ delta: Delta) -> Delta { masker.withLock { delta.redacted(&$0) } }
}
