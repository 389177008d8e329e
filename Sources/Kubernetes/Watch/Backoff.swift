/// How long to wait before asking again: longer each time, never twice the same.
struct Backoff: Sendable, Hashable {
  /// Failures since things last went well.
  private(set) var failures = 0
  private var seed: UInt64
  private let maxSeconds: Double

  /// Equal seeds wait equally long.
  init(seed: UInt64, maxSeconds: Double = 30) {
    self.seed = seed
    self.maxSeconds = maxSeconds
  }

  mutating func reset() { failures = 0 }

  /// The first time almost at once, as most lost connections can be had again; then 0.5 s, doubling up to 30 s,
  /// each half as much more or less. A server that names its own time gets that, and a little on top.
  mutating func next(retryAfterSeconds: Double? = nil) -> Double {
    failures += 1
    if let seconds = retryAfterSeconds { return max(seconds, 0.2) + random() * 0.5 }
    if failures == 1 { return 0.2 + random() * 0.3 }
    let base = failures > 8 ? maxSeconds : min(maxSeconds, 0.5 * Double(1 << (failures - 2)))
    return base * (0.5 + random())
  }

  /// About that many seconds, one fifth more or less.
  mutating func about(_ seconds: Double) -> Double { seconds * (0.8 + random() * 0.4) }

  mutating func random(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(random() * Double(range.count))
  }

  /// SplitMix64, as a fraction of 1.
  private mutating func random() -> Double {
    seed &+= 0x9E37_79B9_7F4A_7C15
    var z = seed
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
  }
}
