import Cluster
import Kubernetes

/// The difference of two revisions of a pod template as a document.
enum RevisionPage {
  /// What is other in a revision than now; of the current one, what it changed.
  static func page(of revision: Rollout.Revision, in rollout: Rollout) -> Page {
    if revision.isCurrent {
      guard let before = rollout.revisions.first(where: { $0.number < revision.number }) else {
        return Page(
          title: "revision \(revision.number)",
          lines: [PageLine([Span("revision \(revision.number) is the only one that is kept", .heading)])])
      }
      return page(from: before, to: revision)
    }
    if let current = rollout.current { return page(from: current, to: revision) }
    // Nothing has been made of the template as it is.
    let title = "from the template as it is now to revision \(revision.number)"
    return Page(
      title: "revision \(revision.number)",
      lines: lines(title, DifferencePage.lines(from: rollout.template, to: revision.template)))
  }

  static func page(from old: Rollout.Revision, to new: Rollout.Revision) -> Page {
    func words(_ revision: Rollout.Revision) -> String {
      "revision \(revision.number)" + (revision.isCurrent ? " (the current one)" : "")
        + (revision.cause.isEmpty ? "" : ", \(revision.cause)")
    }
    return Page(
      title: "revisions \(old.number), \(new.number)",
      lines: lines(
        "from \(words(old)) to \(words(new))", DifferencePage.lines(from: old.template, to: new.template)))
  }

  private static func lines(_ title: String, _ difference: [PageLine]) -> [PageLine] {
    let same = PageLine([Span("their pod templates are the same", .dim)])
    return [PageLine([Span(title, .heading)]), PageLine([])] + (difference.isEmpty ? [same] : difference)
  }
}
