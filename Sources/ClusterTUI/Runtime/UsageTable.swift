import Cluster

/// What the rows of one query use, as far as it was told.
struct UsageTable {
  private(set) var source = UsageSource()
  private var readings: [UsageKey: ResourceUsage] = [:]
  /// Rises with every batch.
  private(set) var revision = 0
  /// When the newest reading was taken (seconds since 1970). Kept, since every frame asks for it.
  private(set) var newest: Int64?
  /// Readings that are older are told no more: whoever is no longer read may have ended or be out of reach.
  static let maxAgeSeconds: Int64 = 120

  mutating func apply(_ batch: UsageBatch) {
    source = batch.source
    for (key, usage) in batch.readings {
      readings[key] = usage
      newest = max(newest ?? usage.at, usage.at)
    }
    revision += 1
    // What has gone is let go of when there is much of it.
    if revision % 64 == 0, let newest {
      readings = readings.filter { newest - $0.value.at <= Self.maxAgeSeconds }
    }
  }

  /// nil where there is no reading, or an old one.
  subscript(key: UsageKey, now now: Int64) -> ResourceUsage? {
    guard let usage = readings[key], now - usage.at <= Self.maxAgeSeconds else { return nil }
    return usage
  }
}
