extension Setting {
  /// Every setting there is, in the order of the documentation.
  static var all: [Setting] { start + look + tables + logs + limits }

  private static var start: [Setting] {
    [
      .text(
        "defaultView", \.defaultView, "a command without its colon",
        "what the program begins with: problems, pulse, 'pods shop'…", k9s: "k9s.defaultView"),
      .flag(
        "readOnly", \.isReadOnly, "nothing that changes a cluster, in any context", k9s: "k9s.readOnly"),
      .texts(
        "namespaces", \.favourites, "a list of names",
        "the namespaces behind the keys 1 to 9, before those that were visited"),
      .text(
        "editor", \.editor, "a command", "what edits text; empty takes $KUBE_EDITOR, $EDITOR, then vi"),
    ]
  }

  private static var look: [Setting] {
    [
      .text(
        "ui.skin", \.skin, "a skin's name, or auto",
        "the colours: one of ours or of skins/*.yaml; auto goes by how dark the terminal is",
        k9s: "k9s.ui.skin"),
      .text("ui.darkSkin", \.darkSkin, "a skin's name", "what auto takes on a dark terminal"),
      .text("ui.lightSkin", \.lightSkin, "a skin's name", "what auto takes on a light terminal"),
      .flag(
        "ui.mouse", \.hasMouse, "clicks and the wheel; off leaves the mouse to the terminal",
        k9s: "k9s.ui.enableMouse"),
      .flag("ui.bell", \.ringsBell, "whether anything may ring the terminal's bell"),
      .flag("ui.ascii", \.isASCII, "draws lines, arrows and charts with ASCII alone"),
    ]
  }

  private static var tables: [Setting] {
    [
      .flag("table.wide", \.isWide, "begins with the wide columns, as ctrl-w shows them"),
      .flag(
        "table.detail", \.showsDetail, "the object under the cursor beside the list, from 160 columns on"),
    ]
  }

  private static var logs: [Setting] {
    [
      .number(
        "log.tail", \.log.tailLines, 1...1_000_000, "the last lines that a log begins with",
        k9s: "k9s.logger.tail"),
      .number(
        "log.since", \.log.sinceSeconds, 0...31_536_000,
        "begins with so many seconds instead of a number of lines; 0 goes by lines"),
      .flag("log.wrap", \.log.wraps, "begins with long lines wrapped", k9s: "k9s.logger.textWrap"),
      .flag(
        "log.times", \.log.showsTime, "begins with the time before each line", k9s: "k9s.logger.showTime"),
      .choice(
        "log.time", \.log.time, ["local", "utc", "relative"], "how that time is told"),
      .number(
        "log.buffer", \.log.bufferMebibytes, 1...1_024, "how many MiB of a log are kept; older lines go first"
      ),
    ]
  }

  private static var limits: [Setting] {
    func pair(_ name: String, _ member: WritableKeyPath<Settings, Settings.Threshold>) -> [Setting] {
      [
        .number(
          "\(name).warning", member.appending(path: \.warning), 1...1_000,
          "percent of the limit or request from which on a figure is coloured as a warning",
          k9s: "k9s.thresholds.\(name).warn"),
        .number(
          "\(name).critical", member.appending(path: \.critical), 1...1_000, "and from which on as trouble",
          k9s: "k9s.thresholds.\(name).critical"),
      ]
    }
    return pair("cpu", \.cpu) + pair("memory", \.memory)
  }
}
