/// A plug-in with all that it needs to run: what is shown before and what is then started, word for word.
struct PluginCall: Equatable {
  struct Refusal: Error, Equatable { var text: String }

  var name: String
  /// The program and those its output passes through; each with its arguments, none of which a shell sees.
  var programs: [[String]]
  var environment: [String: String]
  var runsInBackground: Bool
  var tellsOutput: Bool

  private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "zsh", "ksh", "fish"]

  init(_ plugin: Plugin, _ values: PluginValues) throws(Refusal) {
    (name, runsInBackground, tellsOutput) = (plugin.name, plugin.runsInBackground, plugin.tellsOutput)
    environment = values.environment
    programs = [try Self.words([plugin.command] + plugin.arguments, values, plugin.name)]
    for pipe in plugin.pipes {
      // As k9s takes it: words between blanks. Values come in afterwards, so they make no words.
      let words = pipe.split(separator: " ").map(String.init)
      if !words.isEmpty { programs.append(try Self.words(words, values, plugin.name)) }
    }
  }

  private static func words(
    _ words: [String], _ values: PluginValues, _ name: String
  ) throws(Refusal) -> [String] {
    var result: [String] = []
    let script = scriptIndex(words)
    for (index, word) in words.enumerated() {
      guard index == script else {
        // Words with blanks in them may be scripts too, of "watch", "su -c" or a shell on another machine.
        let mayBeScript = word.contains(" ") || index > 0 && words[index - 1] == "-c"
        let value = mayBeScript ? values.plainly(word) : values.substituted(word)
        guard let value else {
          throw Refusal(
            text: "'\(name)' was not run: a value within '\(word)' holds signs that are no plain text")
        }
        guard !value.utf8.contains(0) else {
          throw Refusal(text: "'\(name)' would get a text with a zero in it")
        }
        result.append(value)
        continue
      }
      let isFish = words[..<index].contains { $0.hasSuffix("fish") }
      guard let text = values.script(word, fish: isFish) else {
        throw Refusal(
          text: "'\(name)' was not run: what it puts between single quotes holds signs that are no plain text"
        )
      }
      result.append(text)
    }
    return result
  }

  /// Which of the words a shell of this machine takes for its script: what follows -c.
  private static func scriptIndex(_ words: [String]) -> Int? {
    func base(_ word: String) -> String { word.split(separator: "/").last.map(String.init) ?? word }
    // Behind "sudo", "timeout 5", "env A=B" or "kubectl exec" as well.
    guard var index = words.firstIndex(where: { shells.contains(base($0)) }) else { return nil }
    // On another machine there is none of this one's environment: its script gets plain values alone.
    let isHere = !words[..<index].contains {
      $0 == "--" || ["ssh", "docker", "podman", "nsenter"].contains(base($0))
    }
    index += 1
    while isHere, index < words.count, words[index].hasPrefix("-") {
      if words[index].hasSuffix("c"), !words[index].hasPrefix("--") {
        return index + 1 < words.count ? index + 1 : nil
      }
      index += 1
    }
    return nil
  }

  /// One line a program, each word as a shell would have it written.
  var lines: [String] {
    programs.enumerated().map { index, words in
      (index == 0 ? "" : "| ") + words.map(Self.quoted).joined(separator: " ")
    }
  }

  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=@%+,".contains($0))
      }
    if isPlain { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
