import Document
import HTTP
import Testing

@testable import DemoCluster

@Suite struct ErrorTests {
  /// Asks and compares status and body, the body as the real server's recordings have it.
  private func check(
    _ demo: Demo, _ path: String, accept: String = "application/json", _ code: Int, _ body: String
  ) throws {
    let answer = try demo.response(path, accept: accept)
    #expect(answer.head.status == code, "\(path)")
    #expect(String(decoding: answer.body, as: UTF8.self) == body, "\(path)")
  }

  private func status(_ message: String, _ reason: String, _ code: Int, details: String? = nil) -> String {
    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"\(message)\","
      + (reason.isEmpty ? "" : "\"reason\":\"\(reason)\",") + (details.map { "\"details\":\($0)," } ?? "")
      + "\"code\":\(code)}"
  }

  @Test func whatIsNotThere() throws {
    let demo = Demo.still
    try check(
      demo, "/api/v1/namespaces/shop/pods/nope", 404,
      status("pods \\\"nope\\\" not found", "NotFound", 404, details: "{\"name\":\"nope\",\"kind\":\"pods\"}")
    )
    try check(
      demo, "/apis/apps/v1/namespaces/shop/deployments/nope", 404,
      status(
        "deployments.apps \\\"nope\\\" not found", "NotFound", 404,
        details: "{\"name\":\"nope\",\"group\":\"apps\",\"kind\":\"deployments\"}"))
    try check(
      demo, "/api/v1/nopes", 404,
      status("the server could not find the requested resource", "NotFound", 404, details: "{}"))
    try check(demo, "/apis/nope.example.com/v1/things", 404, "404 page not found\n")
    try check(demo, "/apis/external.metrics.k8s.io/v1beta1/nodes", 404, "404 page not found\n")
    try check(
      demo, "/api/v1/namespaces/shop/pods/nope/log", accept: "*/*", 404,
      status("pods \\\"nope\\\" not found", "NotFound", 404, details: "{\"name\":\"nope\",\"kind\":\"pods\"}")
    )
  }

  @Test func whatCannotBeRead() throws {
    let demo = Demo.still
    try check(
      demo, "/api/v1/pods?limit=abc", 400,
      status("strconv.ParseInt: parsing \\\"abc\\\": invalid syntax", "BadRequest", 400))
    try check(
      demo, "/api/v1/pods?resourceVersion=abc", 400,
      status(
        "invalid resource version: resourceVersion: Invalid value: \\\"abc\\\": strconv.ParseUint: parsing "
          + "\\\"abc\\\": invalid syntax", "BadRequest", 400))
    try check(
      demo, "/api/v1/pods?watch=true&resourceVersion=abc", 500,
      status(
        "resourceVersion: Invalid value: \\\"abc\\\": strconv.ParseUint: parsing \\\"abc\\\": invalid syntax",
        "", 500))
    try check(
      demo, "/api/v1/namespaces/shop/pods?fieldSelector=spec.foo=bar", 400,
      status("field label not supported: spec.foo", "BadRequest", 400))
    try check(
      demo, "/api/v1/namespaces/shop/pods?labelSelector=a==b==c", 400,
      status("found '==', expected: ',' or 'end of string'", "BadRequest", 400))
    #expect(try demo.response("/api/v1/pods?limit=2&continue=garbage").head.status == 400)
    try check(
      demo, "/api/v1/pods?watch=true&sendInitialEvents=true", 422,
      status(
        "ListOptions.meta.k8s.io \\\"\\\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires "
          + "setting resourceVersionMatch to NotOlderThan", "Invalid", 422,
        details:
          "{\"group\":\"meta.k8s.io\",\"kind\":\"ListOptions\",\"causes\":[{\"reason\":\"FieldValueForbidden\","
          + "\"message\":\"Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan\","
          + "\"field\":\"resourceVersionMatch\"}]}"))
  }

  @Test func whatCannotBeServed() throws {
    let demo = try Demo()
    #expect(try demo.response("/api/v1/pods", accept: "text/html").head.status == 406)
    let put = try demo.send("PUT", "/api/v1/namespaces/market/pods", [:])
    #expect(put.status == 405)
    #expect(put.body["message"] == "the server does not allow this method on the requested resource")
  }

  @Test func expiredVersionsAnswerAsTheServerDoes() throws {
    let demo = try Demo { $0.historyLimit = 3 }
    let version = try demo.get("/api/v1/pods").version
    demo.server.advance(seconds: 60)
    try check(
      demo, "/api/v1/pods?limit=3&resourceVersion=\(version)&resourceVersionMatch=Exact", 410,
      status("The resourceVersion for the provided list is too old.", "Expired", 410))
  }

  @Test func numbersThatFitNowhereBreakNothing() throws {
    let demo = Demo.still
    let log = "/api/v1/namespaces/platform/pods/orders-db-0/log"
    for number in ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "1e9"] {
      for name in ["sinceSeconds", "tailLines", "limitBytes"] {
        #expect(try demo.response("\(log)?\(name)=\(number)", accept: "*/*").head.status < 500)
      }
      for name in ["limit", "resourceVersion", "timeoutSeconds"] {
        #expect(try demo.response("/api/v1/pods?\(name)=\(number)").head.status <= 504)
      }
    }
    for time in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
      #expect(try demo.response("\(log)?sinceTime=\(time)", accept: "*/*").head.status == 200)
    }
    let stream = demo.stream("/api/v1/pods?watch=true&timeoutSeconds=9223372036854775807&resourceVersion=0")
    #expect(stream.wait(count: 5))
  }
}
