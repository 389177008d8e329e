/// How a program writes its log.
enum LogStyle: Sendable {
  case json, logfmt, plain, java, colours, wide, nginx, quiet
}
