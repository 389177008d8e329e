extension SeriesStore {
  /// Sets the clock, in milliseconds since 1970, and forgets what is older than the span; call it once a scrape or oftener. It
  /// never goes back. Runs are forgotten whole: a few samples older than the span stay readable.
  package func advance(to now: Int64) {
    let now = min(max(now, -Self.timeBound), Self.timeBound)
    if let clock, now <= clock { return }
    clock = now
    // Sixty sweeps a span keep the cost of walking all series small.
    if lastSweep != .min, now - lastSweep < limits.spanMilliseconds / 60 { return }
    lastSweep = now
    sweep(before: now - limits.spanMilliseconds)
  }

  private func sweep(before horizon: Int64) {
    var gone: Set<Int32> = []
    for at in states.indices where states[at].isLive {
      if states[at].lastTime < horizon {
        gone.insert(Int32(at))
      } else {
        dropRuns(at, before: horizon)
      }
    }
    if !gone.isEmpty { remove(gone) }
    if let before = missingBefore, before <= horizon { missingBefore = nil }
  }

  /// Takes the oldest runs of all series away until a sixteenth of the budget is free.
  func pushOut() {
    var (oldest, youngest) = (Int64.max, Int64.min)
    for at in states.indices where states[at].isLive {
      guard let first = states[at].first.map(Chunk.init), let last = states[at].last.map(Chunk.init) else {
        continue
      }
      oldest = min(oldest, first.last)
      youngest = max(youngest, last.last)
    }
    guard oldest <= youngest else { return }
    // How many bytes end in each sixty-fourth of the time that is kept.
    let width = (youngest - oldest) / 64 + 1
    var ending = Array(repeating: 0, count: 64)
    for at in states.indices where states[at].isLive {
      var run = states[at].first.map(Chunk.init)
      while let chunk = run {
        ending[Int((chunk.last - oldest) / width)] += Int(chunk.header.bytes) + 40
        run = chunk.next
      }
    }
    var (slot, freed) = (0, 0)
    let wanted = bytes - limits.maxBytes / 16 * 15
    while slot < 64, freed < wanted {
      freed += ending[slot]
      slot += 1
    }
    let horizon = oldest + Int64(slot) * width
    let edge = clock.map { $0 - limits.spanMilliseconds } ?? .min
    for at in states.indices where states[at].isLive {
      counts.pushedOut += dropRuns(at, before: horizon, countingFrom: edge)
    }
    missingBefore = max(missingBefore ?? .min, horizon)
  }

  /// Frees the runs that end before `horizon`; returns how many samples of those that end at `edge` or later went.
  @discardableResult
  private func dropRuns(_ at: Int, before horizon: Int64, countingFrom edge: Int64 = .max) -> Int {
    var counted = 0
    while let run = states[at].first.map(Chunk.init), run.last < horizon {
      if run.last >= edge { counted += Int(run.header.count) }
      states[at].first = run.header.next
      if states[at].last == run.memory { states[at].last = nil }
      memory.giveBack(run)
    }
    return counted
  }

  private func remove(_ gone: Set<Int32>) {
    for name in Set(gone.map { nameSymbol(Int($0)) }) {
      byName[name]?.removeAll { gone.contains($0) }
      if byName[name]?.isEmpty == true { byName[name] = nil }
    }
    for index in gone {
      let at = Int(index)
      dropSamples(at)
      table.remove(index, hash: states[at].hash)
      let (start, count) = (Int(states[at].labels), Int(states[at].labelCount))
      for pair in start..<start + count * 2 { symbols.release(pairs[pair]) }
      freePairs[count, default: []].append(states[at].labels)
      states[at].isLive = false
      freeStates.append(index)
    }
  }

  /// Frees all samples of a series.
  func dropSamples(_ at: Int) {
    while let run = states[at].first.map(Chunk.init) {
      states[at].first = run.header.next
      memory.giveBack(run)
    }
    states[at].last = nil
    if let tail = states[at].tail { memory.giveBack(tail, Int(states[at].tailCapacity) * 12) }
    states[at].tail = nil
    states[at].tailCount = 0
    states[at].tailCapacity = 0
  }
}
