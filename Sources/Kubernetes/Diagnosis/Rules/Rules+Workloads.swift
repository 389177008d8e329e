extension Rules {
  /// What keeps those that make pods from making them, and those that reach them from reaching them.
  static let workloads: [Rule] = [
    .creation, .deployment, .statefulSet, .daemonSet, .job, .cronJob, .autoscaler, .service, .ingress,
  ]
}
