/// Chance that can be repeated: the same seed throws the same numbers (SplitMix64).
struct Dice: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Dice.mixed(state)
  }

  /// A well spread hash of a number.
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// FNV-1a of a text, spread.
  static func hash(_ text: String, _ seed: UInt64 = 0) -> UInt64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return mixed(value)
  }

  /// 0 ..< 1
  mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
  /// 0 ..< count
  mutating func below(_ count: Int) -> Int { count > 0 ? Int(next() % UInt64(count)) : 0 }
  mutating func between(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + fraction() * (range.upperBound - range.lowerBound)
  }
  mutating func chance(_ probability: Double) -> Bool { fraction() < probability }
  mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }

  /// The alphabet of generated names: no vowels and no digits that look like letters, so that no words come
  /// out.
  private static let nameLetters = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

  /// The random end of a generated name, such as `x7k2p`.
  mutating func suffix(_ count: Int = 5) -> String {
    String(decoding: (0..<count).map { _ in Dice.nameLetters[below(Dice.nameLetters.count)] }, as: UTF8.self)
  }

  /// A hash written with the same letters, as pod-template-hash labels are: each decimal digit of 32 bits
  /// picks the letter of its own code, so that only `456789bcdf` come up.
  static func nameHash(_ text: String) -> String {
    let digits = "\(UInt32(truncatingIfNeeded: hash(text)))".utf8
    return String(decoding: digits.map { nameLetters[Int($0) % nameLetters.count] }, as: UTF8.self)
  }

  /// A longer one.
  static func nameHash(_ text: String, letters: Int) -> String {
    var dice = Dice(seed: hash(text))
    return dice.suffix(letters)
  }

  mutating func uid() -> UID { UID(high: next(), low: next()) }
}

/// The identity of an object over its life: a random UUID.
struct UID: Hashable, Sendable, CustomStringConvertible {
  let high, low: UInt64

  /// The bits of version 4 and variant 1 are put in place.
  init(high: UInt64, low: UInt64) {
    self.high = high & ~0xf000 | 0x4000
    self.low = low & ~(0b11 << 62) | (0b10 << 62)
  }

  var description: String {
    var text = Bytes()
    text.put(uid: self)
    return String(decoding: text, as: UTF8.self)
  }
}

extension Bytes {
  /// The 36 characters of a UUID, without quotes.
  mutating func put(uid: UID) {
    put(hex: uid.high >> 32, digits: 8)
    append(UInt8(ascii: "-"))
    put(hex: uid.high >> 16, digits: 4)
    append(UInt8(ascii: "-"))
    put(hex: uid.high, digits: 4)
    append(UInt8(ascii: "-"))
    put(hex: uid.low >> 48, digits: 4)
    append(UInt8(ascii: "-"))
    put(hex: uid.low, digits: 12)
  }

  mutating func put(hex value: UInt64, digits: Int) {
    for place in (0..<digits).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(place * 4)) & 15
      append(digit < 10 ? 48 + digit : 87 + digit)
    }
  }
}
