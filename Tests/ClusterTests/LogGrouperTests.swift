import Cluster
import Testing

@Suite struct LogGrouperTests {
  /// Lines that begin with "|" are to go on the line before.
  private func check(_ text: String, pieces: Int = .max) {
    let expected = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var grouper = LogGrouper()
    var found: [String] = []
    var rest = expected[...]
    while !rest.isEmpty {
      let piece = rest.prefix(pieces)
      rest = rest.dropFirst(piece.count)
      var chunk = LogSample.chunk(piece.map { $0.hasPrefix("|") ? String($0.dropFirst()) : $0 })
      grouper.group(&chunk.lines, chunk.bytes)
      found += zip(chunk.lines, piece).map {
        ($0.continues ? "|" : "") + ($1.hasPrefix("|") ? String($1.dropFirst()) : $1)
      }
    }
    #expect(found == expected)
  }

  private func checkBoth(_ text: String) {
    check(text)
    check(text, pieces: 1)
  }

  @Test func java() {
    checkBoth(
      """
      2026-11-21 ERROR [x] cannot load price
      |java.util.concurrent.TimeoutException: no answer
      |\tat example.PricingClient.fetch(PricingClient.java:88)
      |\t... 9 more
      |Caused by: java.net.SocketTimeoutException: Read timed out
      |\t... 9 more
      2026-11-21 INFO [x] served
      """)
  }

  @Test func pythonWithAnotherExceptionDuringTheFirst() {
    checkBoth(
      """
      ERROR:root:failed
      |Traceback (most recent call last):
      |  File "a.py", line 1, in <module>
      |    1/0
      |ZeroDivisionError: division by zero
      |
      |During handling of the above exception, another exception occurred:
      |
      |Traceback (most recent call last):
      |  File "a.py", line 3, in <module>
      |KeyError: 'x'
      INFO:root:next
      """)
  }

  @Test func aTracebackOfItsOwnBeginsAGroup() {
    checkBoth(
      """
      served 12
      Traceback (most recent call last):
      |  File "a.py", line 1
      |ValueError: x
      """)
  }

  @Test func go() {
    checkBoth(
      """
      listening
      panic: runtime error: index out of range [5] with length 3
      |
      |goroutine 1 [running]:
      |main.handler(0xc000012345)
      |\t/app/main.go:42 +0x1d
      |created by main.main in goroutine 1
      |\t/app/main.go:10 +0x2a
      |exit status 2
      started again
      """)
  }

  @Test func nodeAndDotNetAndRust() {
    checkBoth(
      """
      TypeError: x is not a function
      |    at Object.<anonymous> (/app/index.js:10:3)
      |    at node:internal/main:1:1
      listening
      Unhandled exception. System.InvalidOperationException: no
      |   at Shop.Program.Main() in /src/Program.cs:line 12
      |   --- End of inner exception stack trace ---
      ready
      thread 'main' panicked at src/main.rs:2:5:
      |index out of bounds
      |note: run with `RUST_BACKTRACE=1`
      done
      """)
  }

  @Test func ordinaryLinesStandAlone() {
    checkBoth(
      """
      Error: disk is full
      error handling is on
      {"msg":"a"}
      10.0.0.1 - - "GET /"

      next
      """)
  }

  @Test func aGroupHasAnEnd() {
    var grouper = LogGrouper()
    var chunk = LogSample.chunk((0..<2_500).map { "  line \($0)" })
    grouper.group(&chunk.lines, chunk.bytes)
    #expect(chunk.lines.count { !$0.continues } == 3)
  }
}
