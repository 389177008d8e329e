/// What a simulated cluster is made of.
package struct DemoOptions: Sendable, Hashable {
  /// Who moves the simulation's time.
  package enum Clock: Sendable, Hashable {
    /// The wall clock: things happen by themselves.
    case wall
    /// `DemoServer.advance(seconds:)` alone, from this moment on: for tests.
    case driven(startEpochSeconds: Int)
  }

  /// Adds deployments in namespaces of their own until there are about so many pods; nil leaves the shop
  /// alone.
  package var pods: Int?
  /// The same seed and clock give the same cluster, down to names and log lines.
  package var seed: UInt64 = 1
  /// Pods changed every second besides what the shop does by itself.
  package var churnPerSecond: Double = 0
  package var clock = Clock.wall
  /// Changes of one resource that are remembered for watches; older versions answer 410.
  package var historyLimit = 20_000

  /// What is wrong with the server on purpose.
  package var faults: Set<Fault> = []

  /// One thing that a server does to its clients on a bad day.
  package enum Fault: String, Sendable, Hashable, CaseIterable {
    case slow
    /// Connections are cut.
    case drop
    case tooManyRequests = "429"
    case serverError = "500"
    /// Watches end with 410, and continue tokens are soon too old.
    case expire
    /// Credentials are refused now and then.
    case tokens
    /// Answers end in the middle.
    case truncate
  }

  /// The stories to play, by name; the workloads that fail by themselves are then left out.
  package var stories: [String] = []
  /// How long the stories have been playing when the cluster opens, where the clock is the wall's.
  package var leadSeconds = 0
  /// What a newcomer finds: a quiet cluster with a rollout that hangs, a secret that is not there, and a leak.
  package static let standardStories = ["bad-image", "missing-secret", "oom-after-release"]

  package init() {}

  /// The stories that there are: what each is called, and what happens in it.
  package static var knownStories: [(name: String, sentence: String)] {
    Story.all.map { ($0.name, $0.sentence) }
  }
}

/// Where a demo cluster listens.
package enum DemoAddress: Sendable, Hashable {
  /// Port 0 asks the system for a free one.
  case tcp(host: String, port: Int)
  case unix(path: String)
}
