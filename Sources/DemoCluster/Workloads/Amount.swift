/// Quantities as resources use them: millicores and bytes.
enum Amount {
  static func milliCPU(_ text: String?) -> Int {
    guard let text else { return 0 }
    if text.hasSuffix("m") { return Int(text.dropLast()) ?? 0 }
    return Int((Double(text) ?? 0) * 1_000)
  }

  static func bytes(_ text: String?) -> Int {
    guard let text else { return 0 }
    let units = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40)]
    for (unit, factor) in units where text.hasSuffix(unit) { return (Int(text.dropLast(2)) ?? 0) * factor }
    return Int(text) ?? 0
  }

  /// 1500 is "1500m", 2000 is "2".
  static func text(milliCPU: Int) -> String {
    milliCPU % 1_000 == 0 ? "\(milliCPU / 1_000)" : "\(milliCPU)m"
  }

  static func text(bytes: Int) -> String {
    if bytes > 0, bytes % (1 << 30) == 0 { return "\(bytes >> 30)Gi" }
    if bytes > 0, bytes % (1 << 20) == 0 { return "\(bytes >> 20)Mi" }
    return bytes > 0 && bytes % (1 << 10) == 0 ? "\(bytes >> 10)Ki" : "\(bytes)"
  }
}
