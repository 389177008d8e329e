import HTTP
import Testing

@testable import Kubernetes

/// Errors as servers write them: the texts are recorded from Kubernetes 1.36 unless said otherwise.
@Suite struct WatchErrorAnswerTests {
  private func check(
    _ status: Int, _ body: String, _ headers: [Header] = [], is message: String, reason: String = ""
  ) -> ErrorAnswer {
    let answer = ErrorAnswer(head: ResponseHead(status: status, headers: headers), body: Array(body.utf8))
    #expect(answer.status == status)
    #expect(answer.message == message)
    #expect(answer.reason == reason)
    return answer
  }

  @Test func aStatusTellsItsMessage() {
    _ = check(
      403,
      #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"nodes is forbidden: User \"system:serviceaccount:ops:oncall\" cannot list resource \"nodes\" in API group \"\" at the cluster scope","reason":"Forbidden","details":{"kind":"nodes"},"code":403}"#,
      is:
        #"nodes is forbidden: User "system:serviceaccount:ops:oncall" cannot list resource "nodes" in API group "" at the cluster scope"#,
      reason: "Forbidden")
  }

  @Test func fairnessAnswersInPlainTextAndSaysWhenToComeBack() {
    let answer = check(
      429, "Too many requests, please try again later.\n", [Header("Retry-After", "2")],
      is: "Too many requests, please try again later.")
    #expect(answer.retryAfterSeconds == 2)
  }

  @Test func unknownGroupsAndDeadAggregatedServersAnswerInPlainText() {
    _ = check(404, "404 page not found\n", is: "404 page not found")
    _ = check(503, "service unavailable\n", is: "service unavailable")
  }

  @Test func anExpiredPageHoldsAnotherToken() {
    let answer = check(
      410,
      #"{"kind":"Status","apiVersion":"v1","metadata":{"continue":"eyJ2Ij"},"status":"Failure","message":"The provided continue parameter is too old","reason":"Expired","code":410}"#,
      is: "The provided continue parameter is too old", reason: "Expired")
    #expect(answer.continueToken == "eyJ2Ij")
  }

  @Test func aVersionFromTheFutureSaysWhenToRetryInItsDetails() {
    let answer = check(
      504,
      #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Timeout: Too large resource version: 99999999, current: 6977","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],"retryAfterSeconds":1},"code":504}"#,
      is: "Timeout: Too large resource version: 99999999, current: 6977", reason: "Timeout")
    #expect(answer.retryAfterSeconds == 1)
  }

  @Test func whatIsNotKubernetesIsNamedAsThat() {
    _ = check(
      502, "<html><title>502 Bad Gateway</title>", is: "HTTP 502 from a server that is not Kubernetes")
    _ = check(503, "", is: "HTTP 503")
  }
}
