extension SeriesStore {
  /// Samples that wait to be packed together: few, since there are as many tails as series.
  static let tailSamples = 16
  /// No time is further from 1970, so that differences need no care.
  static let timeBound: Int64 = 1 << 60

  /// Adds a sample behind the last one of its series; `milliseconds` since 1970. Anything else is refused, counted and told.
  @discardableResult
  package func append(_ id: SeriesID, milliseconds time: Int64, value: Double) -> Outcome {
    guard let at = place(id) else { return .unknownSeries }
    if let refusal = refusal(at, time, value.bitPattern) { return refusal }
    if !fitsTail(at, time) { pack(at) }
    if states[at].tailCount == states[at].tailCapacity { growTail(at) }
    let count = Int(states[at].tailCount)
    if count == 0 { states[at].tailBase = time }
    let (values, times) = tail(at)
    values[count] = value.bitPattern
    times[count] = UInt32(time - states[at].tailBase)
    states[at].tailCount += 1
    states[at].lastTime = time
    states[at].lastBits = value.bitPattern
    states[at].hasSamples = true
    counts.stored += 1
    if Int(states[at].tailCount) == Self.tailSamples { pack(at) }
    return .stored
  }

  private func refusal(_ at: Int, _ time: Int64, _ bits: UInt64) -> Outcome? {
    if states[at].hasSamples, time <= states[at].lastTime {
      if time < states[at].lastTime {
        counts.outOfOrder += 1
        return .outOfOrder
      }
      if bits == states[at].lastBits {
        counts.repeated += 1
        return .repeated
      }
      counts.conflicting += 1
      return .conflicting
    }
    if time < -Self.timeBound {
      counts.tooOld += 1
      return .tooOld
    }
    let clock = clock ?? (time > Self.timeBound ? Self.timeBound : time)
    if time < clock - limits.spanMilliseconds {
      counts.tooOld += 1
      return .tooOld
    }
    if time > clock + limits.aheadMilliseconds {
      counts.tooFarAhead += 1
      return .tooFarAhead
    }
    return nil
  }

  func tail(_ at: Int) -> (values: UnsafeMutablePointer<UInt64>, times: UnsafeMutablePointer<UInt32>) {
    guard let memory = states[at].tail else { preconditionFailure("a series without a tail") }
    let capacity = Int(states[at].tailCapacity)
    return (
      memory.assumingMemoryBound(to: UInt64.self),
      (memory + capacity * 8).assumingMemoryBound(to: UInt32.self)
    )
  }

  private func fitsTail(_ at: Int, _ time: Int64) -> Bool {
    if states[at].tailCount == 0 { return true }
    let (length, overflow) = time.subtractingReportingOverflow(states[at].tailBase)
    return !overflow && length <= Int64(UInt32.max)
  }

  private func growTail(_ at: Int) {
    let (count, capacity) = (Int(states[at].tailCount), max(4, Int(states[at].tailCapacity) * 2))
    let grown = memory.take(capacity * 12)
    grown.bindMemory(to: UInt64.self, capacity: capacity)
    (grown + capacity * 8).bindMemory(to: UInt32.self, capacity: capacity)
    if let old = states[at].tail {
      let (values, times) = tail(at)
      grown.copyMemory(from: values, byteCount: count * 8)
      (grown + capacity * 8).copyMemory(from: times, byteCount: count * 4)
      memory.giveBack(old, Int(states[at].tailCapacity) * 12)
    }
    states[at].tail = grown
    states[at].tailCapacity = UInt8(capacity)
    if bytes > limits.maxBytes { pushOut() }
  }

  /// Packs the tail: together with the youngest run while that has room, else as a run of its own.
  private func pack(_ at: Int) {
    let added = Int(states[at].tailCount)
    guard added > 0 else { return }
    var count = 0
    var merged: Chunk?
    if let last = states[at].last.map(Chunk.init) {
      let header = last.header
      let (length, overflow) = states[at].lastTime.subtractingReportingOverflow(header.first)
      if Int(header.count) + added <= ChunkCoder.maxSamples, !overflow, length <= Int64(UInt32.max) {
        coder.decode(
          last.body, Int(header.count), firstTime: header.first, coder.times, coder.values)
        count = Int(header.count)
        merged = last
      }
    }
    let (values, times) = tail(at)
    for i in 0..<added {
      coder.times[count + i] = states[at].tailBase + Int64(times[i])
      coder.values[count + i] = values[i]
    }
    count += added
    let size = coder.encode(count)
    let chunk = memory.chunk(coder, count: count, bytes: size)
    link(chunk, at, insteadOf: merged)
    if let tail = states[at].tail { memory.giveBack(tail, Int(states[at].tailCapacity) * 12) }
    states[at].tail = nil
    states[at].tailCapacity = 0
    states[at].tailCount = 0
  }

  private func link(_ chunk: Chunk, _ at: Int, insteadOf merged: Chunk?) {
    guard let merged else {
      if let last = states[at].last.map(Chunk.init) {
        last.header.next = chunk.memory
      } else {
        states[at].first = chunk.memory
      }
      states[at].last = chunk.memory
      return
    }
    if states[at].first == merged.memory {
      states[at].first = chunk.memory
    } else {
      var before = states[at].first.map(Chunk.init)
      while let run = before, run.header.next != merged.memory { before = run.next }
      before?.header.next = chunk.memory
    }
    states[at].last = chunk.memory
    memory.giveBack(merged)
  }
}
