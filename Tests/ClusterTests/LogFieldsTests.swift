import Cluster
import Testing

@Suite struct LogFieldsTests {
  /// "LEVEL | time | message | key=value ..."
  private func read(_ line: String) -> String? {
    var line = line
    return line.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      guard let fields = LogFields.read(bytes) else { return nil }
      let time = fields.nanoseconds(bytes).map { String($0 / 1_000_000) } ?? "-"
      let rest = fields.rest.map { "\(fields.key($0, bytes))=\(fields.text($0, bytes))" }
      return
        "\(fields.level?.word ?? "-") | \(time) | \(fields.message.map { fields.text($0, bytes) } ?? "-") | \(rest.joined(separator: " "))"
    }
  }

  private static let forms: [(line: String, read: String)] = [
    // zap, production
    (
      #"{"level":"info","ts":1795230471.123456,"caller":"a/b.go:12","msg":"served \"x\"","status":200}"#,
      #"INFO | 1795230471123 | served "x" | caller=a/b.go:12 status=200"#
    ),
    // logrus
    (
      #"{"level":"warning","msg":"slow","time":"2026-11-21T03:07:51Z","took":1.5}"#,
      "WARN | 1795230471000 | slow | took=1.5"
    ),
    // slog
    (
      #"{"time":"2026-11-21T03:07:51.5Z","level":"ERROR","msg":"no","err":{"code":7}}"#,
      #"ERROR | 1795230471500 | no | err={"code":7}"#
    ),
    // bunyan, pino
    (
      #"{"name":"app","hostname":"h","pid":1,"level":50,"msg":"boom","time":"2026-11-21T03:07:51.000Z","v":0}"#,
      "ERROR | 1795230471000 | boom | name=app hostname=h pid=1 v=0"
    ),
    (
      #"{"level":30,"time":1795230471000,"pid":7,"msg":"hello"}"#, "INFO | 1795230471000 | hello | pid=7"
    ),
    // log4j2 JsonTemplateLayout and JsonLayout
    (
      #"{"instant":{"epochSecond":1795230471,"nanoOfSecond":9000000},"level":"FATAL","loggerName":"x","message":"gone"}"#,
      "FATAL | 1795230471009 | gone | loggerName=x"
    ),
    // Serilog compact, GCP, MongoDB
    (
      #"{"@t":"2026-11-21T03:07:51Z","@mt":"Hi {Name}","@l":"Debug","Name":"Ann"}"#,
      "DEBUG | 1795230471000 | Hi {Name} | Name=Ann"
    ),
    (#"{"severity":"CRITICAL","message":"down"}"#, "FATAL | - | down | "),
    (
      #"{"t":{"$date":"2026-11-21T03:07:51.000Z"},"s":"W","c":"NETWORK","msg":"slow"}"#,
      "WARN | 1795230471000 | slow | c=NETWORK"
    ),
    // ECS with an object
    (#"{"log":{"level":"warn"},"message":"m"}"#, #"WARN | - | m | log={"level":"warn"}"#),
    // logfmt
    (
      #"time=2026-11-21T03:07:51Z level=warn msg="slow \"query\"" took=420ms"#,
      #"WARN | 1795230471000 | slow "query" | took=420ms"#
    ),
    // klog
    (
      #"E1121 03:07:51.123456       1 server.go:88] "Failed to sync" pod="shop/web" err="no""#,
      "ERROR | - | Failed to sync | pod=shop/web err=no"
    ),
    ("I1121 03:07:51.123456       1 server.go:88] Starting up", "INFO | - | Starting up | "),
  ]

  @Test(arguments: 0..<13) func linesOfKnownLoggersAreRead(index: Int) {
    #expect(read(Self.forms[index].line) == Self.forms[index].read)
  }

  @Test func proseAndBrokenJSONAreNoFields() {
    for line in [
      "hello world", "]1234 ERROR something went wrong", "a = b", "x=1 is what we expect of it here",
      "{\"level\":\"info\",\"msg\":\"cut", "{}",
      "",
      "GET /?q=1 HTTP/1.1", "[1,2]",
    ] {
      #expect(read(line) == nil, "\(line)")
    }
  }

  @Test func aNestedValueIsFoundByItsPath() {
    let line = #"{"msg":"x","http":{"Status":503,"req":{"id":"a1"}},"a.b":"flat"}"#
    for (path, value) in [("http.status", "503"), ("http.req.id", "a1"), ("a.b", "flat"), ("MSG", "x")] {
      var text = line
      let found = text.withUTF8 { utf8 -> String? in
        let bytes = UnsafeRawBufferPointer(utf8)
        return LogFields.read(bytes)?.value(at: path, bytes)
      }
      #expect(found == value)
    }
  }

  @Test func theLevelOfPlainLinesIsFoundWhereLoggersPutIt() {
    let expected: [(String, LogLevel?)] = [
      ("2026-11-21 03:07:51,123 ERROR [main] x", .error), ("[warn] nginx", .warn),
      ("error: no such file", .error),
      ("\u{1B}[33mWARN\u{1B}[0m retry", .warn), ("WARNING:root:slow", .warn), ("an error came up", nil),
      ("INFORMATION desk", .info), ("2026/11/21 03:07:51 [error] 7#7: *1 open() failed", .error),
      ("NO-ERROR here", nil),
      ("F1121 03:07:51.123456 1 a.go:1] x", .fatal), ("GET /ERROR/x", nil),
    ]
    for (line, level) in expected {
      var text = line
      #expect(text.withUTF8 { LogLevel.ofPlain(UnsafeRawBufferPointer($0)) } == level, "\(line)")
    }
  }
}
