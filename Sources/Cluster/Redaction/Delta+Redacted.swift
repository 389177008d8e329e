/// Everything that a screen can show passes through here when the screen is shared with others: what holds for this
/// holds for every screen. Names and UIDs stay, since they are what more is asked by.
extension Delta {
  func redacted(_ masker: inout CredentialMasker) -> Delta {
    switch self {
    case .rows(let query, var batch):
      batch.maskCredentials()
      return .rows(query, batch)
    case .object(let ref, let object):
      return .object(ref, object.map { WholeObject(json: $0.json.redacted) })
    case .page(let ref, var page):
      CredentialMasker.mask(&page.lines)
      return .page(ref, page)
    case .log(let query, var chunk):
      masker.mask(&chunk)
      return .log(query, chunk)
    case .olderLog(let query, var chunk, let hasMore):
      // They come from another time: what a key began with is theirs alone.
      var fresh = CredentialMasker()
      fresh.mask(&chunk)
      return .olderLog(query, chunk, hasMore: hasMore)
    case .rollout(let ref, let rollout): return .rollout(ref, rollout.redacted)
    case .chart(let query, let board): return .chart(query, board.redacted)
    case .problems(let query, let board): return .problems(query, board.redacted)
    case .diagnosis(let ref, let diagnosis): return .diagnosis(ref, diagnosis.redacted)
    case .timeline(let query, let timeline): return .timeline(query, timeline.redacted)
    case .relations(let ref, let relations): return .relations(ref, relations.redacted)
    case .tree(let query, let batch): return .tree(query, batch.redacted)
    case .access(let query, var board):
      (board.notes, board.unseen) = (board.notes.map(masked), board.unseen.map(masked))
      return .access(query, board)
    case .rights(let query, let refused): return .rights(query, refused: refused.mapValues(masked))
    case .phase(let need, let phase): return .phase(need, phase.redacted)
    case .notice(let text): return .notice(masked(text))
    case .release(let ref, let release): return .release(ref, release.redacted)
    case .preview(let need, let preview): return .preview(need, preview.redacted)
    case .progress(let id, var progress):
      progress.text = masked(progress.text)
      for index in progress.parts.indices { progress.parts[index].text = masked(progress.parts[index].text) }
      return .progress(id, progress)
    case .kinds, .usage: return self
    }
  }
}

private func masked(_ text: String) -> String { Credentials.masked(text) }

extension Phase {
  fileprivate var redacted: Phase {
    switch self {
    case .connecting, .listing, .live: self
    case .partial(let why): .partial(why: masked(why))
    case .stale(let since, let why): .stale(since: since, why: masked(why))
    case .refused(let status, let why): .refused(status: status, why: masked(why))
    case .ended(let why): .ended(why: masked(why))
    }
  }
}

extension Relations {
  fileprivate var redacted: Relations {
    var copy = self
    copy.subject = subject.redacted
    for index in copy.groups.indices { copy.groups[index].items = copy.groups[index].items.map(\.redacted) }
    copy.unseen = unseen.map(masked)
    return copy
  }
}

extension Relations.Item {
  fileprivate var redacted: Relations.Item {
    var copy = self
    (copy.how, copy.state, copy.reason) = (masked(how), masked(state), masked(reason))
    if case .unseen(let why) = presence { copy.presence = .unseen(masked(why)) }
    return copy
  }
}

extension TreeBatch {
  fileprivate var redacted: TreeBatch {
    var copy = self
    copy.unseen = unseen.map(masked)
    for index in copy.changed.indices {
      copy.changed[index].nodes = copy.changed[index].nodes.map(\.redacted)
    }
    return copy
  }
}

extension Rollout {
  fileprivate var redacted: Rollout {
    var copy = self
    copy.verdict = verdict.redacted
    for index in copy.revisions.indices {
      copy.revisions[index].cause = masked(copy.revisions[index].cause)
      copy.revisions[index].images = copy.revisions[index].images.map(masked)
      copy.revisions[index].template = copy.revisions[index].template.redacted
    }
    for index in copy.blockers.indices { copy.blockers[index].why = masked(copy.blockers[index].why) }
    copy.template = template.redacted
    copy.problems = problems.map(masked)
    return copy
  }
}

extension Rollout.Verdict {
  fileprivate var redacted: Rollout.Verdict {
    switch self {
    case .done(let text): .done(masked(text))
    case .progressing(let text): .progressing(masked(text))
    case .waiting(let text): .waiting(masked(text))
    case .stuck(let text, let since): .stuck(masked(text), since: since)
    case .paused(let text): .paused(masked(text))
    }
  }
}

extension ChartBoard {
  fileprivate var redacted: ChartBoard {
    var copy = self
    copy.source = masked(source)
    copy.missing = missing.map(masked)
    copy.problem = problem.map(masked)
    for index in copy.charts.indices {
      copy.charts[index].title = masked(copy.charts[index].title)
      copy.charts[index].note = masked(copy.charts[index].note)
      for line in copy.charts[index].lines.indices {
        copy.charts[index].lines[line].label = masked(copy.charts[index].lines[line].label)
      }
    }
    return copy
  }
}

extension Preview {
  fileprivate var redacted: Preview {
    var copy = self
    copy.title = masked(title)
    (copy.command, copy.request) = (masked(command), masked(request))
    CredentialMasker.mask(&copy.difference)
    for index in copy.notes.indices { copy.notes[index].text = masked(copy.notes[index].text) }
    (copy.base, copy.result) = (base.map { WholeObject(json: $0.json.redacted) }, nil)
    return copy
  }
}
