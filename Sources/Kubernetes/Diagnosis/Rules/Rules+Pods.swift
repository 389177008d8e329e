extension Rules {
  /// What keeps pods and their containers from being well.
  static let pods: [Rule] = [.configuration]
}
