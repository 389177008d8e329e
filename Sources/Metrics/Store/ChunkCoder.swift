/// Packs up to 128 samples of one series into bytes and back, to the bit: NaN payloads and markers too.
///
/// Times are the first, the usual step and small differences from it. Values are whole numbers over a power of ten
/// where that gives the same bits back (counters, bytes, seconds with fixed decimals), as differences from their middle or
/// from one another; otherwise the XOR of neighbours. What does not fit the scheme of its neighbours (a NaN, a counter's
/// restart) stands beside it as it is. Confined to its store's queue: the buffers are its own.
final class ChunkCoder {
  static let maxSamples = 128
  /// Twice what 128 samples of the worst kind take.
  private static let maxBytes = 8192

  /// The samples going in or coming out.
  let times = UnsafeMutablePointer<Int64>.allocate(capacity: maxSamples)
  let values = UnsafeMutablePointer<UInt64>.allocate(capacity: maxSamples)
  /// What `encode` wrote.
  let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: maxBytes)

  private let whole = UnsafeMutablePointer<Int64>.allocate(capacity: maxSamples)
  private let steps = UnsafeMutablePointer<Int64>.allocate(capacity: maxSamples)
  private let special = UnsafeMutablePointer<Bool>.allocate(capacity: maxSamples)
  private let first = UnsafeMutablePointer<UInt64>.allocate(capacity: maxSamples)
  private let second = UnsafeMutablePointer<UInt64>.allocate(capacity: maxSamples)
  private let lengths = UnsafeMutablePointer<Int32>.allocate(capacity: 65)

  init() {
    times.initialize(repeating: 0, count: Self.maxSamples)
    values.initialize(repeating: 0, count: Self.maxSamples)
    bytes.initialize(repeating: 0, count: Self.maxBytes)
    whole.initialize(repeating: 0, count: Self.maxSamples)
    steps.initialize(repeating: 0, count: Self.maxSamples)
    special.initialize(repeating: false, count: Self.maxSamples)
    first.initialize(repeating: 0, count: Self.maxSamples)
    second.initialize(repeating: 0, count: Self.maxSamples)
    lengths.initialize(repeating: 0, count: 65)
  }

  deinit {
    times.deallocate()
    values.deallocate()
    bytes.deallocate()
    whole.deallocate()
    steps.deallocate()
    special.deallocate()
    first.deallocate()
    second.deallocate()
    lengths.deallocate()
  }

  private enum Mode { static let xor: UInt8 = 0, level: UInt8 = 1, delta: UInt8 = 2 }
  private static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

  /// Writes the first `count` samples (1 to 128) into `bytes` and returns how many bytes that took. The time of the first
  /// is not among them.
  func encode(_ count: Int) -> Int {
    var out = bytes
    encodeTimes(count, &out)
    encodeValues(count, &out)
    return out - bytes
  }

  private func encodeTimes(_ count: Int, _ out: inout UnsafeMutablePointer<UInt8>) {
    for i in 0..<count - 1 { steps[i] = times[i + 1] &- times[i] }
    let usual = middle(steps, count - 1)
    for i in 0..<count - 1 { first[i] = Residuals.zigzag(steps[i] &- usual) }
    out.putVarint(Residuals.zigzag(usual))
    Residuals.write(first, count - 1, Residuals.plan(first, count - 1, lengths), &out)
  }

  /// How whole numbers are written, and at what cost.
  private struct Whole {
    var mode = Mode.level
    var plan: Residuals.Plan
    var base: Int64
    var step: Int64 = 0
  }

  private func encodeValues(_ count: Int, _ out: inout UnsafeMutablePointer<UInt8>) {
    let (scale, specials) = findScale(count)
    let numbers = specials <= count / 4 ? planWhole(count) : nil
    let bits = (numbers?.plan.bits ?? Int.max / 2) + specials * 72
    // Whole numbers this small are hardly ever beaten.
    if numbers == nil || bits > count * 24 {
      // What the plan for whole numbers does not need.
      let spare = numbers?.mode == Mode.delta ? first : second
      for i in 0..<count - 1 { spare[i] = values[i + 1] ^ values[i] }
      let plan = Residuals.plan(spare, count - 1, lengths)
      if plan.bits + 64 < bits {
        out.put(Mode.xor)
        out.putBits(values[0])
        return Residuals.write(spare, count - 1, plan, &out)
      }
    }
    guard let numbers else { return }
    out.put(numbers.mode | UInt8(scale) << 4)
    if numbers.mode == Mode.level {
      out.putVarint(Residuals.zigzag(numbers.base))
      Residuals.write(first, count, numbers.plan, &out)
    } else {
      out.putVarint(Residuals.zigzag(whole[0]))
      out.putVarint(Residuals.zigzag(numbers.step))
      Residuals.write(second, count - 1, numbers.plan, &out)
    }
    out.put(UInt8(specials))
    for i in 0..<count where specials > 0 && special[i] {
      out.put(UInt8(i))
      out.putBits(values[i])
    }
  }

  /// The cheaper of two forms for `whole`: distances from the middle (left in `first`), or steps (in `second`).
  private func planWhole(_ count: Int) -> Whole {
    let base = middle(whole, count)
    for i in 0..<count { first[i] = Residuals.zigzag(whole[i] &- base) }
    var best = Whole(plan: Residuals.plan(first, count, lengths), base: base)
    for i in 0..<count - 1 { steps[i] = whole[i + 1] &- whole[i] }
    let usual = middle(steps, count - 1)
    for i in 0..<count - 1 { second[i] = Residuals.zigzag(steps[i] &- usual) }
    let plan = Residuals.plan(second, count - 1, lengths)
    if plan.bits < best.plan.bits { best = Whole(mode: Mode.delta, plan: plan, base: base, step: usual) }
    return best
  }

  /// Fills `whole` with the values times the smallest power of ten that makes whole numbers of them, and `special`
  /// with those for which none does (they repeat their neighbour's number).
  private func findScale(_ count: Int) -> (scale: Int, specials: Int) {
    var (scale, specials) = (0, 0)
    for i in 0..<count {
      special[i] = false
      let value = Double(bitPattern: values[i])
      var trial = scale
      while trial < 10 {
        if let number = Self.whole(value, trial) {
          whole[i] = number
          break
        }
        trial += 1
      }
      if trial < 10 {
        scale = trial
      } else {
        special[i] = true
        specials += 1
        if specials > count / 4 { return (0, specials) }
      }
    }
    var last: Int64?
    for i in 0..<count where !special[i] {
      // The scale grew on the way: numbers found before are taken anew.
      guard let number = Self.whole(Double(bitPattern: values[i]), scale) else {
        special[i] = true
        specials += 1
        continue
      }
      whole[i] = number
      if last == nil { for j in 0..<i { whole[j] = number } }
      last = number
    }
    var previous = last == nil ? 0 : whole[0]
    for i in 0..<count {
      if special[i] { whole[i] = previous }
      previous = whole[i]
    }
    return (scale, specials)
  }

  @inline(__always)
  private static func whole(_ value: Double, _ scale: Int) -> Int64? {
    let power = powers[scale]
    let scaled = (value * power).rounded(.toNearestOrEven)
    guard scaled > -0x1p53, scaled < 0x1p53 else { return nil }
    let number = Int64(scaled)
    return (Double(number) / power).bitPattern == value.bitPattern ? number : nil
  }

  /// About the median: of fifteen spread over all.
  private func middle(_ numbers: UnsafePointer<Int64>, _ count: Int) -> Int64 {
    if count < 1 { return 0 }
    let step = (count + 14) / 15
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: 16) { some in
      var taken = 0
      for at in stride(from: 0, to: count, by: step) {
        var place = taken
        while place > 0, some[place - 1] > numbers[at] {
          some[place] = some[place - 1]
          place -= 1
        }
        some[place] = numbers[at]
        taken += 1
      }
      return some[taken / 2]
    }
  }

  /// Reads `count` samples into `times` and `values` (as bits). Eight bytes behind the last must be readable.
  func decode(
    _ source: UnsafePointer<UInt8>, _ count: Int, firstTime: Int64, _ times: UnsafeMutablePointer<Int64>,
    _ values: UnsafeMutablePointer<UInt64>
  ) {
    var bytes = source
    let usual = Residuals.unzigzag(bytes.takeVarint())
    Residuals.read(&bytes, count - 1, first)
    var time = firstTime
    times[0] = time
    for i in 1..<max(1, count) {
      time &+= usual &+ Residuals.unzigzag(first[i - 1])
      times[i] = time
    }
    decodeValues(&bytes, count, values)
  }

  private func decodeValues(
    _ bytes: inout UnsafePointer<UInt8>, _ count: Int, _ values: UnsafeMutablePointer<UInt64>
  ) {
    let form = bytes.take()
    let power = Self.powers[Int(form >> 4)]
    switch form & 15 {
    case Mode.xor:
      var bits = bytes.takeBits()
      Residuals.read(&bytes, count - 1, first)
      values[0] = bits
      for i in 1..<max(1, count) {
        bits ^= first[i - 1]
        values[i] = bits
      }
      return
    case Mode.level:
      let base = Residuals.unzigzag(bytes.takeVarint())
      Residuals.read(&bytes, count, first)
      for i in 0..<count {
        values[i] = (Double(base &+ Residuals.unzigzag(first[i])) / power).bitPattern
      }
    default:
      var number = Residuals.unzigzag(bytes.takeVarint())
      let step = Residuals.unzigzag(bytes.takeVarint())
      Residuals.read(&bytes, count - 1, first)
      values[0] = (Double(number) / power).bitPattern
      for i in 1..<max(1, count) {
        number &+= step &+ Residuals.unzigzag(first[i - 1])
        values[i] = (Double(number) / power).bitPattern
      }
    }
    for _ in 0..<Int(bytes.take()) {
      let place = Int(bytes.take())
      values[place] = bytes.takeBits()
    }
  }
}
