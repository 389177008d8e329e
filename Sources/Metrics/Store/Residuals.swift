/// Small unsigned numbers in as few bits each as most of them need: the rest stand behind them as exceptions, and where
/// most are nought a bit map says which are not.
///
/// Layout: one byte 0x7F when all are nought; else the width in bits (0-64, 0x80 added with a bit map), the number of
/// low bits that are nought in all, the number of exceptions, the bit map, the bits, and per exception its place and
/// a LEB128 number. Reading may load up to eight bytes behind the last: whoever holds the bytes pads them.
enum Residuals {
  static let padding = 8
  private static let allNought: UInt8 = 0x7F

  struct Plan {
    var width = 0
    var shift = 0
    var exceptions = 0
    var sparse = false
    /// What the whole stream takes, estimated within a byte.
    var bits = 8
    var isNought = true
  }

  /// The cheapest way to write `count` numbers; `lengths` is scratch for 65 counts.
  static func plan(
    _ numbers: UnsafePointer<UInt64>, _ count: Int, _ lengths: UnsafeMutablePointer<Int32>
  ) -> Plan {
    var plan = Plan()
    var union: UInt64 = 0
    for i in 0..<count { union |= numbers[i] }
    if union == 0 { return plan }
    plan.isNought = false
    plan.shift = union.trailingZeroBitCount
    lengths.update(repeating: 0, count: 65)
    for i in 0..<count { lengths[64 - (numbers[i] >> UInt64(plan.shift)).leadingZeroBitCount] += 1 }
    let filled = count - Int(lengths[0])
    plan.bits = Int.max
    var (exceptions, exceptionBits) = (0, 0)
    for width in stride(from: 64 - plan.shift - union.leadingZeroBitCount, through: 0, by: -1) {
      let dense = count * width + exceptionBits
      let sparse = (count + 7) & ~7 + filled * width + exceptionBits
      let bits = min(dense, sparse) + 24
      if bits < plan.bits {
        plan.width = width
        plan.exceptions = exceptions
        plan.sparse = sparse < dense
        plan.bits = bits
      }
      exceptions += Int(lengths[width])
      exceptionBits += Int(lengths[width]) * (8 + 8 * ((width + 6) / 7))
    }
    return plan
  }

  static func write(
    _ numbers: UnsafePointer<UInt64>, _ count: Int, _ plan: Plan, _ out: inout UnsafeMutablePointer<UInt8>
  ) {
    if plan.isNought { return out.put(allNought) }
    out.put(UInt8(plan.width) | (plan.sparse ? 0x80 : 0))
    out.put(UInt8(plan.shift))
    out.put(UInt8(plan.exceptions))
    if plan.sparse {
      for first in stride(from: 0, to: count, by: 8) {
        var bits: UInt8 = 0
        for i in first..<min(first + 8, count) where numbers[i] != 0 { bits |= 1 << UInt8(i - first) }
        out.put(bits)
      }
    }
    writeBits(numbers, count, plan, &out)
    guard plan.exceptions > 0 else { return }
    for i in 0..<count {
      let number = numbers[i] >> UInt64(plan.shift)
      guard 64 - number.leadingZeroBitCount > plan.width else { continue }
      out.put(UInt8(i))
      out.putVarint(number)
    }
  }

  private static func writeBits(
    _ numbers: UnsafePointer<UInt64>, _ count: Int, _ plan: Plan, _ out: inout UnsafeMutablePointer<UInt8>
  ) {
    if plan.width == 0 { return }
    var (held, heldBits): (UInt64, Int) = (0, 0)
    for i in 0..<count where !plan.sparse || numbers[i] != 0 {
      var number = numbers[i] >> UInt64(plan.shift)
      if 64 - number.leadingZeroBitCount > plan.width { number = 0 }
      held |= number << UInt64(heldBits)
      if heldBits + plan.width >= 64 {
        UnsafeMutableRawPointer(out).storeBytes(of: held.littleEndian, as: UInt64.self)
        out += 8
        // A shift by 64 gives nought in Swift, as wanted.
        held = number >> (64 - heldBits)
        heldBits += plan.width - 64
      } else {
        heldBits += plan.width
      }
    }
    while heldBits > 0 {
      out.put(UInt8(truncatingIfNeeded: held))
      held >>= 8
      heldBits -= 8
    }
  }

  /// Reads what `write` wrote; `count` must be the same.
  static func read(
    _ bytes: inout UnsafePointer<UInt8>, _ count: Int, _ numbers: UnsafeMutablePointer<UInt64>
  ) {
    let first = bytes.take()
    if first == allNought { return numbers.update(repeating: 0, count: count) }
    let (sparse, width) = (first & 0x80 != 0, Int(first & 0x7F))
    let shift = UInt64(bytes.take())
    let exceptions = Int(bytes.take())
    if sparse {
      let map = bytes
      bytes += (count + 7) / 8
      let start = bytes
      var bit = 0
      for i in 0..<count {
        let filled = map[i >> 3] >> UInt8(i & 7) & 1 != 0
        numbers[i] = filled ? load(start, bit, width) << shift : 0
        if filled { bit += width }
      }
      bytes += (bit + 7) / 8
    } else if width == 0 {
      numbers.update(repeating: 0, count: count)
    } else if width <= 56 {
      let mask = (1 as UInt64) << UInt64(width) &- 1
      var bit = 0
      for i in 0..<count {
        let word = UnsafeRawPointer(bytes + bit >> 3).loadUnaligned(as: UInt64.self).littleEndian
        numbers[i] = (word &>> UInt64(bit & 7) & mask) &<< shift
        bit &+= width
      }
      bytes += (bit + 7) / 8
    } else {
      for i in 0..<count { numbers[i] = load(bytes, i * width, width) << shift }
      bytes += (count * width + 7) / 8
    }
    for _ in 0..<exceptions {
      let place = Int(bytes.take())
      numbers[place] = bytes.takeVarint() << shift
    }
  }

  private static func load(_ bytes: UnsafePointer<UInt8>, _ bit: Int, _ width: Int) -> UInt64 {
    if width == 0 { return 0 }
    let place = bytes + bit / 8
    var word = UnsafeRawPointer(place).loadUnaligned(as: UInt64.self).littleEndian >> UInt64(bit & 7)
    if width + bit & 7 > 64 { word |= UInt64(place[8]) << UInt64(64 - bit & 7) }
    return width == 64 ? word : word & ((1 << UInt64(width)) - 1)
  }

  /// Small either way from nought: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
  @inline(__always)
  static func zigzag(_ number: Int64) -> UInt64 { UInt64(bitPattern: (number &<< 1) ^ (number &>> 63)) }

  @inline(__always)
  static func unzigzag(_ number: UInt64) -> Int64 {
    Int64(bitPattern: number &>> 1) ^ (0 &- Int64(bitPattern: number & 1))
  }
}

extension UnsafeMutablePointer<UInt8> {
  @inline(__always)
  mutating func put(_ byte: UInt8) {
    pointee = byte
    self += 1
  }

  /// LEB128, seven bits a byte, the lowest first.
  mutating func putVarint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      put(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    put(UInt8(rest))
  }

  mutating func putBits(_ bits: UInt64) {
    UnsafeMutableRawPointer(self).storeBytes(of: bits.littleEndian, as: UInt64.self)
    self += 8
  }
}

extension UnsafePointer<UInt8> {
  @inline(__always)
  mutating func take() -> UInt8 {
    let byte = pointee
    self += 1
    return byte
  }

  mutating func takeVarint() -> UInt64 {
    var (number, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let byte = take()
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }

  mutating func takeBits() -> UInt64 {
    defer { self += 8 }
    return UnsafeRawPointer(self).loadUnaligned(as: UInt64.self).littleEndian
  }
}
