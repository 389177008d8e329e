// sources Sources/Metrics Sources/Metrics/Store seeds Tests/MetricsTests/Fixtures/queries.txt

nonisolated(unsafe) private let coder = ChunkCoder()

/// Whatever samples are packed, the same bits come out; and a store gives back what it took, in order.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChunks(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 8 else { return 0 }
  var bytes = UnsafeBufferPointer(start: start, count: count)[...]
  let shape = bytes.removeFirst()
  var (times, values): ([Int64], [UInt64]) = ([], [])
  var time = Int64(bitPattern: take(&bytes, 5)) - 1 << 38
  while !bytes.isEmpty, times.count < 1000 {
    let step = take(&bytes, shape & 1 == 0 ? 1 : 4)
    let bits = take(&bytes, shape & 2 == 0 ? 8 : 3)
    times.append(time)
    values.append(
      shape & 4 == 0 ? bits : (Double(bits) / [1, 10, 1000, 1e9][Int(shape >> 3 & 3)] - 5).bitPattern)
    time += Int64(step) + 1
  }
  guard !times.isEmpty else { return 0 }
  packed(Array(times.prefix(128)), Array(values.prefix(128)))
  stored(times, values)
  return 0
}

private func take(_ bytes: inout Slice<UnsafeBufferPointer<UInt8>>, _ count: Int) -> UInt64 {
  var number: UInt64 = 0
  for _ in 0..<count { number = number << 8 | UInt64(bytes.popFirst() ?? 0) }
  return number
}

private func packed(_ times: [Int64], _ values: [UInt64]) {
  for i in times.indices {
    coder.times[i] = times[i]
    coder.values[i] = values[i]
  }
  let size = coder.encode(times.count)
  precondition(size < 4096)
  // A piece of memory of just the size that the store gives, so that reading further is seen.
  let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: size + Residuals.padding)
  defer { copy.deallocate() }
  copy.initialize(repeating: 0, count: size + Residuals.padding)
  copy.update(from: coder.bytes, count: size)
  coder.decode(copy, times.count, firstTime: times[0], coder.times, coder.values)
  for i in times.indices { precondition(coder.times[i] == times[i] && coder.values[i] == values[i]) }
}

private func stored(_ times: [Int64], _ values: [UInt64]) {
  let store = SeriesStore()
  guard let id = store.series(Labels("x")) else { preconditionFailure("no series") }
  for (time, bits) in zip(times, values) {
    precondition(store.append(id, milliseconds: time, value: Double(bitPattern: bits)) == .stored)
  }
  var (readTimes, readValues): ([Int64], [Double]) = ([], [])
  store.read(id, from: .min, through: .max, times: &readTimes, values: &readValues)
  precondition(readTimes == times && readValues.map(\.bitPattern) == values)
  let middle = times[times.count / 2]
  (readTimes, readValues) = ([], [])
  store.read(id, from: middle - 100, through: middle + 100, times: &readTimes, values: &readValues)
  precondition(readTimes == times.filter { $0 >= middle - 100 && $0 <= middle + 100 })
}
