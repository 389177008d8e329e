extension Rules {
  /// Nodes, namespaces, and what any object can suffer from.
  static let cluster: [Rule] = [.dns, .node, .quota, .terminating, .namespaceTerminating]
}
