#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
struct Main {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    if words.contains("--serve") || words.first == "metrics" { Run.blockEndingSignals() }
    exit(Run.main(words))
  }
}
