// sources Sources/Document seeds Tests/DocumentTests/Fixtures/*.json

/// A value that is read must read the same when it is written, compact or pretty; and there is a value or a
/// problem.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONTree(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let (value, problem) = JSON.parse(bytes)
  precondition((value == nil) != (problem == nil))
  guard let value else { return 0 }
  precondition(JSON.parse(value.encoded()).value == value)
  precondition(JSON.parse(value.encoded(pretty: true)).value == value)
  _ = value.at("metadata.annotations['a/b'].x[0]")
  _ = Quantity(value.string ?? value.text)?.text
  _ = Timestamp(value.string ?? "")?.text
  return 0
}
