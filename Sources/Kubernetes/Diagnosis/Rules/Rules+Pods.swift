extension Rules {
  /// What keeps pods and their containers from being well.
  static let pods: [Rule] = [
    .image, .configuration, .start, .hook, .memory, .probe, .exit, .readiness, .initial, .restarted,
    .forbidden,
    .scheduling, .creating, .claim, .podEnd, .podLoss, .credentials,
  ]
}
