/// Which log: of which pods, which of their containers, from when to when.
package struct LogQuery: Sendable, Hashable {
  /// Whose log it is, in the namespace.
  package enum Pods: Sendable, Hashable {
    /// The one that `pod` and `uid` name.
    case one
    /// All that a label selector names, those born later too.
    case selected(String)
    /// All that belong to an object (a workload, a job, a service, anything that selects or owns pods), those born
    /// later too.
    case of(ObjectRef)
  }

  package var namespace: String
  /// The pod's name; of several pods a word for what they belong to.
  package var pod: String
  package var uid: String
  package var pods = Pods.one
  /// Empty means every container, init and ephemeral ones included.
  package var containers: [String] = []
  package var previous = false
  package var follow = true
  /// Of each container; nil asks for everything the node still has.
  package var tailLines: Int? = 1_000
  package var sinceSeconds: Int?
  /// Lines from this moment on, in seconds since 1970.
  package var sinceTime: Int64?
  /// Lines up to this moment, in seconds since 1970; such a log is not followed.
  package var untilTime: Int64?

  package init(namespace: String, pod: String, uid: String = "", containers: [String] = []) {
    self.namespace = namespace
    self.pod = pod
    self.uid = uid
    self.containers = containers
  }

  /// Of all pods that a label selector names.
  package init(namespace: String, selector: String) {
    self.init(namespace: namespace, pod: selector)
    pods = .selected(selector)
  }

  /// Of all pods that belong to an object; of a pod, its own.
  package init(of ref: ObjectRef, isPod: Bool) {
    self.init(namespace: ref.namespace, pod: ref.name, uid: ref.uid)
    if !isPod { pods = .of(ref) }
  }

  /// Whether other pods may join.
  package var isOfSeveralPods: Bool { pods != .one }
}

/// Where lines come from: a container of a pod.
package struct LogSource: Sendable, Hashable {
  /// Empty where all lines are of one pod.
  package var pod: String
  package var container: String
  package init(pod: String = "", container: String) {
    self.pod = pod
    self.container = container
  }

  /// "web-1/app"
  package var name: String { pod.isEmpty ? container : "\(pod)/\(container)" }
}

extension LogSource: ExpressibleByStringLiteral {
  package init(stringLiteral container: String) { self.init(container: container) }
}

/// The lines before those of a log that are there: of each container the last ones before its first.
package struct OlderLogQuery: Sendable, Hashable {
  /// Where the lines of one container begin.
  package struct Anchor: Sendable, Hashable {
    /// Its index among the sources of the log.
    package var index: Int
    package var source: LogSource
    /// Of the first line, since 1970; older lines are wanted.
    package var nanoseconds: Int64
    /// How many lines of just that time are there.
    package var sameTime: Int
    /// How far back as many lines as are wanted may lie, judged from those that are there.
    package var guessSeconds: Int

    package init(index: Int, source: LogSource, nanoseconds: Int64, sameTime: Int, guessSeconds: Int) {
      (self.index, self.source, self.nanoseconds) = (index, source, nanoseconds)
      (self.sameTime, self.guessSeconds) = (sameTime, guessSeconds)
    }
  }

  package var log: LogQuery
  package var anchors: [Anchor]
  /// Of each container.
  package var maxLines: Int
  package init(log: LogQuery, anchors: [Anchor], maxLines: Int) {
    self.log = log
    self.anchors = anchors
    self.maxLines = maxLines
  }
}
