/// The way of one start of a need into the mailbox. What a start tells bears its number, so that what an earlier start
/// of the same need still has under way is not taken for news of the present one.
package struct Outbox: Sendable {
  package struct Letter: Sendable {
    package var start: Int
    package var delta: Delta
  }

  private let mailbox: Mailbox<Letter>
  private let start: Int

  package init(_ mailbox: Mailbox<Letter>, start: Int) {
    self.mailbox = mailbox
    self.start = start
  }

  package func post(_ delta: Delta) { mailbox.post(Letter(start: start, delta: delta)) }
}
