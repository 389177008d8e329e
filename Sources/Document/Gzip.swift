import CZlib

/// Unpacks gzip (RFC 1952) with zlib, which is loaded when it is first needed.
package enum Gzip {
  #if canImport(Darwin)
    private static let library = "libz.1.dylib"
  #else
    private static let library = "libz.so.1"
  #endif

  private static let zlib: cz_zlib? = {
    var table = cz_zlib()
    return cz_load(&table, library) != 0 ? table : nil
  }()

  /// Whether bytes begin as gzip does.
  package static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

  /// nil where the bytes are no gzip or are cut off, where they would come to more than `maxBytes`, and where there is
  /// no zlib.
  package static func unpacked(_ bytes: [UInt8], maxBytes: Int) -> [UInt8]? {
    guard var zlib, isGzip(bytes) else { return nil }
    var stream = z_stream()
    guard cz_begin(&zlib, &stream) == Z_OK else { return nil }
    defer { cz_end(&zlib, &stream) }
    var packed = bytes
    return packed.withUnsafeMutableBufferPointer { packed in
      stream.next_in = packed.baseAddress
      stream.avail_in = UInt32(clamping: packed.count)
      var out: [UInt8] = []
      while true {
        // Room for what is still to come at the usual ratio, and twice as much each time it was too little.
        let room = min(max(16 << 10, out.isEmpty ? packed.count * 4 : out.count), maxBytes - out.count)
        guard room > 0 else { return nil }
        var status = Z_OK
        let part = [UInt8](unsafeUninitializedCapacity: room) { part, count in
          stream.next_out = part.baseAddress
          stream.avail_out = UInt32(clamping: room)
          status = cz_inflate(&zlib, &stream)
          count = room - Int(stream.avail_out)
        }
        out += part
        if status == Z_STREAM_END { return out }
        guard status == Z_OK, !part.isEmpty else { return nil }
      }
    }
  }
}
