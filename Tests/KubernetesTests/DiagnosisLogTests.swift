import Testing

@testable import Kubernetes

@Suite struct DiagnosisLogTests {
  struct Program: Sendable, CustomTestStringConvertible {
    var name: String
    var lines: [String]
    var telling: String
    var cause: String?
    var testDescription: String { name }
  }

  static let programs = [
    Program(
      name: "Go",
      lines: [
        "payments 2.0.1 starting", "panic: open /etc/payments/keys.json: no such file or directory", "",
        "goroutine 1 [running]:", "main.main()",
      ], telling: "open /etc/payments/keys.json: no such file or directory",
      cause: "/etc/payments/keys.json is missing"),
    Program(
      name: "Go, a database that refuses",
      lines: [
        "2026/11/21 03:11:17 starting",
        "2026/11/21 03:11:18 failed to ping: dial tcp 10.96.0.12:5432: connect: connection refused",
      ], telling: "failed to ping: dial tcp 10.96.0.12:5432: connect: connection refused",
      cause: "cannot reach 10.96.0.12:5432"),
    Program(
      name: "Go, a name that is none",
      lines: [
        "time=\"x\" level=fatal msg=\"no database\" error=\"dial tcp: lookup db on 10.96.0.10:53: no such host\""
      ],
      telling: "no database: dial tcp: lookup db on 10.96.0.10:53: no such host", cause: "there is no host db"
    ),
    Program(
      name: "Java",
      lines: [
        "2026-11-21 03:11:17.123  INFO 1 --- [main] c.e.App : Starting",
        "Exception in thread \"main\" java.lang.RuntimeException: boot failed",
        "\tat c.e.App.main(App.java:12)",
        "Caused by: java.net.UnknownHostException: orders-db",
        "\tat java.net.InetAddress.x(InetAddress.java:1)", "\t... 12 more",
      ], telling: "Caused by: java.net.UnknownHostException: orders-db", cause: "there is no host orders-db"),
    Program(
      name: "Python",
      lines: [
        "INFO: starting", "Traceback (most recent call last):",
        "  File \"/app/main.py\", line 3, in <module>",
        "    import redis", "ModuleNotFoundError: No module named 'redis'",
      ], telling: "ModuleNotFoundError: No module named 'redis'", cause: "module redis is missing"),
    Program(
      name: "Python, a variable",
      lines: [
        "Traceback (most recent call last):", "  File \"/app/main.py\", line 3", "KeyError: 'DATABASE_URL'",
      ],
      telling: "KeyError: 'DATABASE_URL'", cause: "setting DATABASE_URL is missing"),
    Program(
      name: "Node",
      lines: [
        "> api@1.0.0 start", "node:internal/modules/cjs/loader:1080", "  throw err;", "  ^", "",
        "Error: Cannot find module '/app/server.js'", "    at Module._resolveFilename (node:internal:1)",
        "{", "  code: 'MODULE_NOT_FOUND',", "}", "Node.js v20.1.0",
      ], telling: "Cannot find module '/app/server.js'", cause: "module /app/server.js is missing"),
    Program(
      name: "Node, a cache that refuses",
      lines: [
        "Error: connect ECONNREFUSED 10.0.0.5:6379", "    at TCPConnectWrap.afterConnect (node:net:1)",
      ],
      telling: "connect ECONNREFUSED 10.0.0.5:6379", cause: "cannot reach 10.0.0.5:6379"),
    Program(
      name: ".NET",
      lines: [
        "Unhandled exception. System.InvalidOperationException: no connection string",
        "   at Program.<Main>$(String[] args)",
      ], telling: "Unhandled exception. System.InvalidOperationException: no connection string", cause: nil),
    Program(
      name: "nginx",
      lines: [
        "2026/11/21 03:11:17 [notice] 1#1: using the \"epoll\" event method",
        "nginx: [emerg] host not found in upstream \"api\" in /etc/nginx/conf.d/default.conf:5",
      ], telling: "nginx: [emerg] host not found in upstream \"api\" in /etc/nginx/conf.d/default.conf:5",
      cause: "there is no host api"),
    Program(
      name: "nginx, a file",
      lines: [
        "2026/11/21 03:11:17 [emerg] 1#1: mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)"
      ],
      telling: "1#1: mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)",
      cause: "no permission for /var/cache/nginx/client_temp"),
    Program(
      name: "JSON",
      lines: [
        "{\"level\":\"info\",\"msg\":\"reading settings\"}",
        "{\"level\":\"fatal\",\"msg\":\"bad setting\",\"error\":\"strconv.Atoi: parsing \\\"sixty\\\": invalid syntax\"}",
      ], telling: "bad setting: strconv.Atoi: parsing \"sixty\": invalid syntax", cause: nil),
    Program(
      name: "logfmt whose last word says nothing",
      lines: [
        "level=error msg=\"cannot load routes\" error=\"line 41: unknown carrier\"",
        "level=fatal msg=\"exiting\" code=1",
      ], telling: "cannot load routes: line 41: unknown carrier", cause: nil),
    Program(
      name: "PostgreSQL's client",
      lines: ["psql: error: FATAL:  password authentication failed for user \"shop\""],
      telling: "psql: error: FATAL:  password authentication failed for user \"shop\"",
      cause: "its login is refused (user shop)"),
    Program(
      name: "Rust",
      lines: [
        "thread 'main' panicked at src/main.rs:4:5:", "called `Option::unwrap()` on a `None` value",
        "note: run with `RUST_BACKTRACE=1`",
      ],
      telling: "panic: called `Option::unwrap()` on a `None` value", cause: nil),
    Program(
      name: "a shell with colours",
      lines: ["\u{1B}[31mFATAL\u{1B}[0m REVIEWS_MODERATION_URL is not set", "exit 78"],
      telling: "REVIEWS_MODERATION_URL is not set", cause: "setting REVIEWS_MODERATION_URL is missing"),
    Program(
      name: "a read-only root", lines: ["mkdir: cannot create directory '/data/x': Read-only file system"],
      telling: "mkdir: cannot create directory '/data/x': Read-only file system",
      cause: "/data/x is read-only"),
  ]

  @Test(arguments: programs) func theLineThatTellsIsFound(_ program: Program) {
    let line = LogReading.telling(program.lines)
    #expect(line?.text == program.telling)
    #expect(line.flatMap { LogCause($0.text)?.headline } == program.cause)
  }

  @Test func aLogWithoutAComplaintGivesItsLastLine() {
    let line = LogReading.telling(["starting", "listening on :8080"])
    #expect(line?.text == "listening on :8080")
    #expect(line?.isComplaint == false)
    #expect(LogReading.telling(["", " "]) == nil)
  }
}
