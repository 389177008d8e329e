#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a link that is dead without a word is noticed, also where silence is legal.
struct KeepAlive: Sendable {
  var idleSeconds = 15
  var intervalSeconds = 5
  var probes: CInt = 3
  /// Linux gives up when anything that was sent, a probe too, stays unanswered for so long, whatever the
  /// count.
  var userTimeoutMilliseconds: CUnsignedInt = 20_000

  /// What libcurl has no option for. Fails on a unix socket, where there is nothing to notice.
  func apply(to descriptor: CInt) {
    var probes = probes
    setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_KEEPCNT, &probes, 4)
    #if canImport(Glibc)
      var milliseconds = userTimeoutMilliseconds
      setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, 4)
    #endif
  }
}
