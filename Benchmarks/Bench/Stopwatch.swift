#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The median processor time of this thread over several runs, after one that warms up. What other programs
/// do on the machine counts less than with a wall clock.
func medianSeconds(runs: Int = 9, _ work: () -> Void) -> Double {
  work()
  let times = (0..<runs).map { _ in
    let start = threadSeconds()
    work()
    return threadSeconds() - start
  }
  return times.sorted()[runs / 2]
}

private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// "3104 MB/s", decimal megabytes.
func megabytesPerSecond(_ bytes: Int, _ seconds: Double) -> String {
  "\(Int(Double(bytes) / seconds / 1e6)) MB/s".padded(to: 12)
}

func megabytes(_ bytes: Int) -> String { "\(bytes / 100_000 / 10).\(bytes / 100_000 % 10) MB" }

func milliseconds(_ seconds: Double) -> String {
  "\(Int(seconds * 10_000) / 10).\(Int(seconds * 10_000) % 10) ms"
}
