extension Rules {
  /// What keeps pods and their containers from being well.
  static let pods: [Rule] = [
    .scheduling, .claim, .creating, .podLoss, .podEnd,
    .image, .configuration, .start, .hook, .memory, .probe, .exit, .readiness, .initial, .restarted,
  ]
}
