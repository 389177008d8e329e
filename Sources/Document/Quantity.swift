/// An amount of cpu, memory and the like as Kubernetes writes it: "250m", "1Gi", "1e3".
package struct Quantity: Sendable, Hashable {
  package var double: Double
  package init?(_ text: String) {
    let suffixes: [(String, Double)] = [
      ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
      ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12),
    ]
    let suffix = suffixes.first { text.hasSuffix($0.0) }
    guard let number = Double(text.dropLast(suffix?.0.count ?? 0)) else { return nil }
    double = number * (suffix?.1 ?? 1)
  }
  package var milliValue: Int64 { Int64(double * 1000) }
}
