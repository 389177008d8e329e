/// The versions that kubelets tell.
enum KubeletVersion {
  /// The 35 of "v1.35.4-eks-1234"; nil for what is no version.
  static func minor(_ text: String) -> Int? {
    let parts = text.split(separator: ".")
    return parts.count >= 2 ? Int(parts[1].prefix { $0.isNumber }).map { min($0, 1_000) } : nil
  }
}
