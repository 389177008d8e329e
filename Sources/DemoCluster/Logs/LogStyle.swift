/// How a program writes its log.
enum LogStyle: Sendable {
  case json, logfmt, plain, java, colours, wide, nginx

  /// What it says when it starts.
  func banner(pod: String) -> [String] {
    switch self {
    case .json:
      [
        "{\"level\":\"info\",\"msg\":\"starting\",\"pod\":\"\(pod)\"}",
        "{\"level\":\"info\",\"msg\":\"listening\",\"port\":8080}",
      ]
    case .logfmt: ["level=info msg=starting pod=\(pod)", "level=info msg=\"listening\" addr=:8080"]
    case .plain: ["starting on \(pod)", "INFO  listening on :8080"]
    case .java:
      [
        "  .   Harbour Boot 4.1.0",
        "INFO  [main] d.catalogue.Application - Starting Application on \(pod) with PID 1",
        "INFO  [main] d.catalogue.Application - Started Application in 5.214 seconds",
      ]
    case .colours: ["\u{1b}[1mstarting\u{1b}[0m on \(pod)", "\u{1b}[32mINFO\u{1b}[0m ready"]
    case .wide: ["計画サービスを開始しました (\(pod))", "INFO ready ✅"]
    case .nginx: ["start worker processes"]
    }
  }

  /// What it says when it is through.
  var goodbye: String {
    switch self {
    case .json: "{\"level\":\"info\",\"msg\":\"shutdown complete\"}"
    case .logfmt: "level=info msg=\"shutdown complete\""
    default: "INFO  done"
    }
  }

  /// One entry; more than one line for a stack trace.
  func lines(at moment: Moment, _ dice: inout Dice) -> [String] {
    switch self {
    case .json: [json(moment, &dice)]
    case .logfmt: [logfmt(moment, &dice)]
    case .plain: [plain(&dice)]
    case .java: java(moment, &dice)
    case .colours: [colours(&dice)]
    case .wide: [wide(&dice)]
    case .nginx: [nginx(moment, &dice)]
    }
  }

  // MARK: Styles

  private static let paths = [
    "/api/v1/orders", "/api/v1/basket", "/items/anchor-chain", "/search?q=rope", "/checkout", "/login",
    "/items/brass-lamp",
  ]

  private func time(_ moment: Moment) -> String {
    var text = Bytes()
    text.put(microTime: moment)
    return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
  }

  private func status(_ dice: inout Dice) -> Int {
    let chance = dice.fraction()
    if chance < 0.92 { return 200 }
    return chance < 0.97 ? 404 : chance < 0.99 ? 302 : 503
  }

  private func json(_ moment: Moment, _ dice: inout Dice) -> String {
    let status = status(&dice)
    let level = status >= 500 ? "error" : status == 404 ? "warn" : "info"
    let trace = dice.suffix(12)
    let message = status >= 500 ? "upstream did not answer" : "request"
    return
      "{\"ts\":\"\(time(moment))\",\"level\":\"\(level)\",\"msg\":\"\(message)\",\"path\":\"\(dice.pick(LogStyle.paths))\","
      + "\"status\":\(status),\"duration_ms\":\(3 + dice.below(240)),\"trace_id\":\"\(trace)\"}"
  }

  private func logfmt(_ moment: Moment, _ dice: inout Dice) -> String {
    let chance = dice.below(40)
    if chance == 0 {
      return
        "time=\(time(moment)) level=error msg=\"cannot reach peer\" peer=sessions-\(dice.below(3)) error=\"i/o timeout\""
    }
    if chance < 4 {
      return
        "time=\(time(moment)) level=warn msg=\"slow query\" table=baskets took=\(400 + dice.below(900))ms"
    }
    return
      "time=\(time(moment)) level=info msg=\"handled\" method=\(dice.pick(["GET", "GET", "POST", "PUT"])) "
      + "path=\(dice.pick(LogStyle.paths)) status=\(status(&dice)) took=\(1 + dice.below(90))ms"
  }

  private func plain(_ dice: inout Dice) -> String {
    let chance = dice.below(30)
    if chance == 0 { return "ERROR could not refresh rates: connection reset by peer" }
    if chance < 3 { return "WARN  queue is \(60 + dice.below(40)) % full" }
    if chance < 8 { return "DEBUG cache hit ratio \(70 + dice.below(29)) %" }
    return "INFO  processed \(1 + dice.below(80)) items in \(4 + dice.below(900)) ms"
  }

  private func java(_ moment: Moment, _ dice: inout Dice) -> [String] {
    let thread = "exec-\(1 + dice.below(12))"
    if dice.below(45) == 0 {
      return [
        "\(time(moment)) ERROR [\(thread)] d.catalogue.PriceService - cannot load price",
        "java.util.concurrent.TimeoutException: no answer from pricing within 2000 ms",
        "\tat example.dockside.catalogue.PricingClient.fetch(PricingClient.java:88)",
        "\tat example.dockside.catalogue.PriceService.priceOf(PriceService.java:41)",
        "\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)",
        "\tat java.base/java.lang.Thread.run(Thread.java:1583)",
        "Caused by: java.net.SocketTimeoutException: Read timed out", "\t... 9 more",
      ]
    }
    let level = dice.below(14) == 0 ? "WARN " : "INFO "
    return [
      "\(time(moment)) \(level) [\(thread)] d.catalogue.ItemController - item \(10_000 + dice.below(89_999)) served"
    ]
  }

  private func colours(_ dice: inout Dice) -> String {
    let chance = dice.below(20)
    if chance == 0 {
      return
        "\u{1b}[1;31mERROR\u{1b}[0m delivery \(dice.suffix(6)) failed: \u{1b}[33m550 no such mailbox\u{1b}[0m"
    }
    if chance < 4 {
      return
        "\u{1b}[33mWARN\u{1b}[0m  retry \(1 + dice.below(4)) of 5 for \u{1b}[36m\(dice.suffix(6))\u{1b}[0m"
    }
    return
      "\u{1b}[32mINFO\u{1b}[0m  sent \u{1b}[36m\(dice.suffix(6))\u{1b}[0m in \u{1b}[35m\(20 + dice.below(400)) ms\u{1b}[0m"
  }

  private func wide(_ dice: inout Dice) -> String {
    dice.pick([
      "INFO 箱 \(1 + dice.below(40)) 個を棚 \(1 + dice.below(12)) に割り当てました",
      "INFO packed 📦 × \(1 + dice.below(9)) für Käuferin in Jyväskylä",
      "WARN 棚 \(1 + dice.below(12)) は満杯です", "INFO план обновлён: \(2 + dice.below(30)) заказов",
      "INFO 배송 준비 완료 ✔ \(dice.suffix(5))",
    ])
  }

  private func nginx(_ moment: Moment, _ dice: inout Dice) -> String {
    let date = CalendarDate(epochSeconds: moment.seconds)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    var clock = Bytes()
    for (index, part) in [date.hour, date.minute, date.second].enumerated() {
      if index > 0 { clock.put(":") }
      clock.putPadded(part, digits: 2)
    }
    return
      "198.51.100.\(1 + dice.below(250)) - - [\(date.day)/\(months[date.month - 1])/\(date.year):\(String(decoding: clock, as: UTF8.self)) +0000] "
      + "\"GET \(dice.pick(LogStyle.paths)) HTTP/2.0\" \(status(&dice)) \(120 + dice.below(40_000)) \"-\" \"Mozilla/5.0\" 0.\(100 + dice.below(899))"
  }
}
