extension Rules {
  /// Nodes, namespaces, what any object can suffer from, and kinds that Kubernetes does not know.
  static let cluster: [Rule] = [
    .dns, .node, .drain, .quota, .volume, .apiService, .terminating, .namespaceTerminating,
    .helm, .isolation, .certificate, .argo, .flux, .convention,
  ]
}
