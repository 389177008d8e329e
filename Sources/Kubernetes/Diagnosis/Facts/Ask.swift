import Cluster
import Document

/// Something that is asked of the server because something is broken, and for nothing else.
enum Ask: Hashable, Sendable {
  /// A whole object. Never a Secret: its values do not travel because something is broken.
  case object(FactKey)
  /// Whether an object is there, and its metadata.
  case metadata(FactKey)
  /// The certificate in a TLS secret: only when a person asks why of what shows it. The secret's other values travel with it and are
  /// dropped on arrival.
  case certificate(FactKey)
  /// All objects of a kind in a namespace ("" everywhere) that a label selector names ("" all).
  case list(Kind.ID, namespace: String, selector: String)
  /// All events about the object of a UID, not only warnings. Asked once: what comes later is seen as it happens.
  case events(namespace: String, uid: String)
  /// The last lines of a container's log: of the run before when `previous`. `run` is its restart count: another run
  /// is another question.
  case log(namespace: String, pod: String, container: String, previous: Bool, run: Int)
}

/// What came of an ask.
enum Answer {
  /// Not yet asked, or under way.
  case pending
  case object(JSON)
  case list([JSON])
  case certificate(Certificate)
  /// The oldest first.
  case lines(LogTail)
  /// The server has no such thing.
  case absent
  /// The server says no: its own words.
  case refused(String)
  /// No answer could be had.
  case failed(String)
}

/// What is known of one object that a rule looks at.
enum Look {
  case found(JSON)
  /// It is not there.
  case absent
  /// Not known, or not yet: why. What depends on it must not be guessed.
  case unknown(String)

  var object: JSON? { if case .found(let object) = self { object } else { nil } }
  var isAbsent: Bool { if case .absent = self { true } else { false } }
}
