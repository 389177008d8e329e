import Foundation

@testable import Document

/// The path of a file in `Fixtures`.
func fixturePath(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
}

func fixture(_ name: String) throws -> [UInt8] {
  try [UInt8](Data(contentsOf: URL(fileURLWithPath: fixturePath(name))))
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// True so many times in a hundred.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// Lends bytes that end where the address space does: reading one byte too far, or one before them when
/// `atStart`, crashes the test.
func withGuarded<Result>(
  _ bytes: [UInt8], atStart: Bool = false, _ body: (UnsafeRawBufferPointer) throws -> Result
) rethrows -> Result {
  let page = Int(sysconf(Int32(_SC_PAGESIZE)))
  let size = (bytes.count + page - 1) / page * page
  let area = mmap(nil, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
  defer { munmap(area, size + 2 * page) }
  if size > 0 { mprotect(area + page, size, PROT_READ | PROT_WRITE) }
  let start = area + page + (atStart ? 0 : size - bytes.count)
  bytes.withUnsafeBytes { if $0.count > 0 { start.copyMemory(from: $0.baseAddress!, byteCount: $0.count) } }
  return try body(UnsafeRawBufferPointer(start: start, count: bytes.count))
}

/// Runs on a thread with a small stack. Release builds need a quarter of it, debug builds half.
func onSmallStack(_ body: @escaping @Sendable () -> Void) {
  let done = DispatchSemaphore(value: 0)
  let thread = Thread {
    body()
    done.signal()
  }
  thread.stackSize = 1 << 20
  thread.start()
  done.wait()
}
