import Cluster

/// Decides when `why` has seen enough, and with which exit code it ends: 0 well, 1 not well, 2 not known.
struct WhyGate {
  enum Step: Equatable {
    case goOn
    case end(Int32)
    /// Nothing to print: why not is told.
    case fail(String)
  }

  /// Waits until the object is well, as long as it is not hopeless; else one look is enough.
  let waits: Bool
  /// How long, in milliseconds.
  let patience: Int64
  private let startedAt: Int64
  /// Since when it is hopeless, as far as was seen.
  private var hopelessSince: Int64?

  /// What was broken before a fix was applied still looks hopeless until its controller has seen the fix: for so long
  /// it must stand.
  static let settleMilliseconds: Int64 = 2_000

  init(waitSeconds: Int64?, lookMilliseconds: Int64 = 30_000, now: Int64) {
    waits = waitSeconds != nil
    patience = waitSeconds.map { $0 * 1_000 } ?? lookMilliseconds
    startedAt = now
  }

  /// When to look again although nothing came.
  func milliseconds(now: Int64) -> Int64 {
    let settled = hopelessSince.map { $0 + Self.settleMilliseconds - now } ?? .max
    return max(1, min(500, settled, startedAt + patience - now))
  }

  /// - Parameter now: milliseconds of the same clock as at the start.
  mutating func saw(_ diagnosis: Diagnosis?, _ phase: Phase, now: Int64) -> Step {
    let isOver = now - startedAt >= patience
    if let diagnosis, diagnosis.isWhole, let step = saw(diagnosis, now: now, isOver: isOver) { return step }
    if diagnosis?.isWhole != true { hopelessSince = nil }
    switch phase {
    case .refused(let status, let why):
      // What is not there may yet come; what may not be read will not be readable.
      if !waits || status == 403 || isOver { return .fail(why) }
    case .stale(_, let why):
      if !waits || isOver, diagnosis == nil { return .fail(why) }
    case .ended(let why): if !waits || isOver { return .fail(why) }
    case .connecting, .listing, .live, .partial: break
    }
    guard isOver else { return .goOn }
    guard let diagnosis else { return .fail("no answer within \(patience / 1_000) s") }
    return .end(Self.code(diagnosis))
  }

  private mutating func saw(_ diagnosis: Diagnosis, now: Int64, isOver: Bool) -> Step? {
    if !waits { return .end(Self.code(diagnosis)) }
    if case .healthy = diagnosis.state { return .end(0) }
    guard case .broken = diagnosis.state, diagnosis.isHopeless else {
      hopelessSince = nil
      return isOver ? .end(Self.code(diagnosis)) : nil
    }
    let since = hopelessSince ?? now
    hopelessSince = since
    return isOver || now - since >= Self.settleMilliseconds ? .end(1) : nil
  }

  private static func code(_ diagnosis: Diagnosis) -> Int32 {
    switch diagnosis.state {
    case .healthy: 0
    case .broken, .underway: 1
    case .gone, .unknown: 2
    }
  }
}

extension Diagnosis {
  /// Whether waiting is in vain: what fails does not heal. What only may fail, or is merely untidy, does not count.
  var isHopeless: Bool {
    problem?.findings.contains { $0.severity >= .error && $0.verdict.isHopeless } ?? false
  }
}
