/// What says that the server is there.
enum Health {
  private static let checks = [
    "ping", "log", "poststarthook/start-kubernetes-service-cidr-controller",
    "poststarthook/crd-informer-synced",
    "poststarthook/rbac/bootstrap-roles", "poststarthook/bootstrap-controller", "shutdown",
  ]

  static func text(_ name: String, isVerbose: Bool) -> String {
    if !isVerbose { return "ok" }
    return checks.map { "[+]\($0) ok\n" }.joined() + "\(name) check passed\n"
  }

  /// The version of the cluster that is simulated.
  static let version = """
    {
      "major": "1",
      "minor": "36",
      "emulationMajor": "1",
      "emulationMinor": "36",
      "minCompatibilityMajor": "1",
      "minCompatibilityMinor": "35",
      "gitVersion": "v1.36.2",
      "gitCommit": "98b35193b2ac7a23a673325f5e9b830ecd5ba406",
      "gitTreeState": "clean",
      "buildDate": "2026-06-09T00:00:00Z",
      "goVersion": "go1.26.6",
      "compiler": "gc",
      "platform": "linux/amd64"
    }
    """
}
