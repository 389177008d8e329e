import Testing

@testable import Metrics

/// Random numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct StoreChunkTests {
  private let coder = ChunkCoder()

  /// Packs, unpacks and says whether every bit came back; the second is the packed size.
  private func pack(_ times: [Int64], _ values: [Double]) -> (isSame: Bool, bytes: Int) {
    for i in times.indices {
      coder.times[i] = times[i]
      coder.values[i] = values[i].bitPattern
    }
    let size = coder.encode(times.count)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: size + Residuals.padding)
    defer { copy.deallocate() }
    copy.initialize(repeating: 0, count: size + Residuals.padding)
    copy.update(from: coder.bytes, count: size)
    coder.decode(copy, times.count, firstTime: times[0], coder.times, coder.values)
    let same = times.indices.allSatisfy {
      coder.times[$0] == times[$0] && coder.values[$0] == values[$0].bitPattern
    }
    return (same, size)
  }

  private func regular(_ count: Int) -> [Int64] { (0..<count).map { 1_700_000_000_000 + Int64($0) * 15_000 } }

  @Test func aConstantCostsAFewBytes() {
    let (isSame, bytes) = pack(regular(128), Array(repeating: 1, count: 128))
    #expect(isSame)
    #expect(bytes < 12)
  }

  @Test func secondsWithNineDecimalsComeBackToTheBit() {
    var random = Seeded(state: 1)
    var nanoseconds = 8_123_456_789_012
    let values = (0..<128).map { _ in
      nanoseconds += Int.random(in: 1_000_000_000...2_000_000_000, using: &random)
      return Double(nanoseconds) / 1e9
    }
    let (isSame, bytes) = pack(regular(128), values)
    #expect(isSame)
    #expect(bytes < 128 * 4)
  }

  @Test func aRestartAndAGapCostLittleAndComeBack() {
    var times = regular(128)
    for i in 60..<128 { times[i] += 3_600_000 }
    var values = (0..<128).map { Double($0 * 100) }
    for i in 40..<128 { values[i] -= 4000 }
    let (isSame, bytes) = pack(times, values)
    #expect(isSame)
    #expect(bytes < 40)
  }

  @Test func everyKindOfDoubleComesBack() {
    let odd: [Double] = [
      .nan, Double(bitPattern: 0x7FF8_0000_0000_BEEF), Staleness.marker, .infinity, -.infinity, -0.0, 0,
      .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0x1p53, 0x1p53 - 1, -0x1p53, 0.1, 1e-9, 1e22, .pi,
    ]
    for count in 1...odd.count { #expect(pack(regular(count), Array(odd.prefix(count))).isSame) }
    #expect(pack(regular(128), (0..<128).map { $0 % 9 == 0 ? odd[$0 % odd.count] : Double($0) }).isSame)
  }

  @Test func randomBitsAndTimesComeBack() {
    var random = Seeded(state: 2)
    for round in 0..<2000 {
      let count = Int.random(in: 1...128, using: &random)
      var time = Int64.random(in: -1_000_000_000_000...2_000_000_000_000, using: &random)
      let places = UInt64.random(in: 0...63, using: &random)
      var (times, values): ([Int64], [Double]) = ([], [])
      for _ in 0..<count {
        time += Int64.random(in: 1...(round % 3 == 0 ? 30_000_000 : 20), using: &random)
        times.append(time)
        let bits = random.next() >> (round % 2 == 0 ? places : 0)
        values.append(round % 5 < 2 ? Double(bits >> 12) / 1000 : Double(bitPattern: bits))
      }
      #expect(pack(times, values).isSame, "round \(round)")
    }
  }
}
