#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The time as the program sees it; tests bring their own.
struct Clock {
  /// Seconds since 1970.
  var epochSeconds: () -> Int64
  /// Never goes back; from any beginning.
  var milliseconds: () -> Int64
  /// "14:02" in local time, and how many seconds that is ahead of UTC.
  var local: (_ epochSeconds: Int64) -> (clock: String, offsetSeconds: Int)

  static var system: Clock {
    Clock(
      epochSeconds: { Int64(time(nil)) },
      milliseconds: { Int64(monotonicNanoseconds() / 1_000_000) },
      local: { seconds in
        var moment = time_t(seconds)
        var parts = tm()
        localtime_r(&moment, &parts)
        func two(_ value: CInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return (two(parts.tm_hour) + ":" + two(parts.tm_min), parts.tm_gmtoff)
      })
  }
}

private func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
