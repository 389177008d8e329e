#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A packed run of samples in memory of its own: a header of 24 bytes, then what `ChunkCoder` wrote. The chunks of a
/// series are a list, the oldest first.
struct Chunk {
  struct Header {
    var next: UnsafeMutableRawPointer?
    var first: Int64
    /// From the first sample to the last, in milliseconds.
    var length: UInt32
    var count: UInt16
    var bytes: UInt16

    /// Of the whole chunk in memory.
    var size: Int { MemoryLayout<Header>.size + Int(bytes) + Residuals.padding }
  }

  let memory: UnsafeMutableRawPointer

  var header: Header {
    get { memory.load(as: Header.self) }
    nonmutating set { memory.storeBytes(of: newValue, as: Header.self) }
  }

  var body: UnsafePointer<UInt8> {
    UnsafePointer((memory + MemoryLayout<Header>.size).assumingMemoryBound(to: UInt8.self))
  }

  var next: Chunk? { header.next.map(Chunk.init) }
  var last: Int64 { header.first + Int64(header.length) }
}

/// Memory for chunks and tails from the system's allocator, counted as what it really takes.
struct ChunkMemory {
  private(set) var bytes = 0

  mutating func take(_ size: Int) -> UnsafeMutableRawPointer {
    guard let memory = malloc(size) else { fatalError("out of memory") }
    bytes += Self.real(size)
    return memory
  }

  /// `size` as it was taken.
  mutating func giveBack(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    bytes -= Self.real(size)
    free(memory)
  }

  mutating func giveBack(_ chunk: Chunk) { giveBack(chunk.memory, chunk.header.size) }

  mutating func chunk(_ coder: ChunkCoder, count: Int, bytes size: Int) -> Chunk {
    let (first, last) = (coder.times[0], coder.times[count - 1])
    let header = Chunk.Header(
      next: nil, first: first, length: UInt32(last - first), count: UInt16(count), bytes: UInt16(size))
    let memory = take(header.size)
    memory.initializeMemory(as: Chunk.Header.self, to: header)
    let body = memory + MemoryLayout<Chunk.Header>.size
    body.bindMemory(to: UInt8.self, capacity: size)
    body.copyMemory(from: coder.bytes, byteCount: size)
    // What is read ahead must be something.
    (body + size).initializeMemory(as: UInt8.self, repeating: 0, count: Residuals.padding)
    return Chunk(memory: memory)
  }

  /// The allocator adds a word and gives multiples of sixteen, 32 at least (glibc on 64 bits).
  private static func real(_ size: Int) -> Int { max(32, (size + 8 + 15) & ~15) }
}
