/// What `help` prints.
enum Usage {
  static let version = "0.1.0"

  static var text: String {
    var lines = [
      "clustertui \(version): a Kubernetes cluster in the terminal", "",
      "  clustertui [KIND [NAME]] [options]     full screen, on what is broken or on a kind",
      "  clustertui print SCREEN... [options]   one whole screen as text: problems, 'pods shop', why deploy/web",
      "  clustertui why KIND/NAME [options]     why an object is in its state; exit 0 well, 1 not, 2 unknown",
      "  clustertui oncall [options]            what is broken, what changed and the log; read-only, redacted",
      "  clustertui doctor [options]            connects step by step and says which step fails",
      "  clustertui metrics [options]           the cluster as a page for Prometheus, read-only",
      "  clustertui config [options]            the settings, where they come from, and what is wrong with them",
      "  clustertui demo [options]              full screen on a simulated cluster",
      "  clustertui completion bash|zsh|fish    a script for the shell",
      "  clustertui version | help", "",
    ]
    lines += section("Options", Arguments.options.filter(\.onlyFor.isEmpty))
    let modes: [(String, Arguments.Mode)] = [
      ("print", .print), ("why", .why), ("oncall", .oncall), ("metrics", .metrics), ("config", .config),
      ("demo", .demo),
    ]
    for (name, mode) in modes {
      lines += section("Options of \(name)", Arguments.options.filter { $0.onlyFor.contains(mode) })
    }
    lines += [
      "In the program: ? tells the keys, : takes commands, ctrl-c quits.",
      "Exit codes: 0 well, 1 failed, 2 used wrongly; of why and oncall --once: 0 well, 1 broken, 2 not known.",
    ]
    return lines.joined(separator: "\n")
  }

  private static func section(_ title: String, _ options: [Arguments.Option]) -> [String] {
    ["\(title):"]
      + options.map { option in
        let names = option.names.joined(separator: ", ") + (option.placeholder.map { " \($0)" } ?? "")
        return "  " + names + String(repeating: " ", count: max(2, 38 - names.count)) + option.summary
      } + [""]
  }
}

/// Scripts that make a shell complete this program's words. Contexts come from kubectl where it is installed.
enum ShellCompletion {
  static let shells = ["bash", "zsh", "fish"]

  private static let words = "print why oncall doctor metrics config demo completion version help"
  private static let kinds =
    "pods deployments replicasets statefulsets daemonsets jobs cronjobs nodes services endpointslices ingresses "
    + "configmaps secrets persistentvolumeclaims persistentvolumes horizontalpodautoscalers events namespaces"
  private static var options: String {
    Arguments.options.flatMap(\.names).filter { $0.hasPrefix("--") }.joined(separator: " ")
  }

  static func script(for shell: String) -> String {
    switch shell {
    case "bash":
      """
      _clustertui() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
        case $before in
          --context) COMPREPLY=($(compgen -W "$(kubectl config get-contexts -o name 2>/dev/null)" -- "$word")); return;;
          --kubeconfig|--bundle|--script|--log-file|--write-kubeconfig|--certificate-authority|--client-certificate|--client-key)
            COMPREPLY=($(compgen -f -- "$word")); return;;
          -o|--output) COMPREPLY=($(compgen -W "text json" -- "$word")); return;;
          completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")); return;;
        esac
        case $word in
          -*) COMPREPLY=($(compgen -W "\(options)" -- "$word"));;
          *) COMPREPLY=($(compgen -W "\(words) \(kinds)" -- "$word"));;
        esac
      }
      complete -F _clustertui clustertui
      """
    case "zsh":
      """
      #compdef clustertui
      _clustertui() {
        case $words[CURRENT-1] in
          --context) compadd -- ${(f)"$(kubectl config get-contexts -o name 2>/dev/null)"}; return;;
          --kubeconfig|--bundle|--script|--log-file|--write-kubeconfig|--certificate-authority|--client-certificate|--client-key)
            _files; return;;
          -o|--output) compadd text json; return;;
          completion) compadd bash zsh fish; return;;
        esac
        if [[ $words[CURRENT] == -* ]]; then
          compadd -- \(options)
        else
          compadd -- \(words) \(kinds)
        fi
      }
      compdef _clustertui clustertui
      """
    default: fish
    }
  }

  private static var fish: String {
    var lines = ["complete -c clustertui -f"]
    for word in "\(words) \(kinds)".split(separator: " ") {
      lines.append("complete -c clustertui -n __fish_use_subcommand -a \(word)")
    }
    for option in Arguments.options {
      let value = option.placeholder == nil ? "" : option.placeholder == "FILE" ? " -r -F" : " -r"
      for name in option.names where name.hasPrefix("--") {
        lines.append("complete -c clustertui -l \(name.dropFirst(2))\(value) -d '\(option.summary)'")
      }
    }
    lines.append(
      "complete -c clustertui -l context -x -a '(kubectl config get-contexts -o name 2>/dev/null)'")
    return lines.joined(separator: "\n")
  }
}
