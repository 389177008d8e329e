// Findings quote logs, events and fields, each of which may hold a credential.

private func masked(_ text: String) -> String { Credentials.masked(text) }

extension ProblemBoard {
  package var redacted: ProblemBoard {
    var copy = self
    copy.problems = problems.map(\.redacted)
    copy.unseen = unseen.map(masked)
    return copy
  }
}

extension Diagnosis {
  package var redacted: Diagnosis {
    var copy = self
    copy.state =
      switch state {
      case .healthy(let text): .healthy(masked(text))
      case .underway(let text): .underway(masked(text))
      case .gone(let text): .gone(masked(text))
      case .unknown(let text): .unknown(masked(text))
      case .broken: .broken
      }
    copy.problem = problem?.redacted
    copy.timeline = timeline.redacted
    copy.checked = checked.map(masked)
    copy.unseen = unseen.map(masked)
    return copy
  }
}

extension Timeline {
  package var redacted: Timeline {
    var copy = self
    copy.happenings = happenings.map(\.redacted)
    copy.unseen = unseen.map(masked)
    return copy
  }
}

extension Problem {
  fileprivate var redacted: Problem {
    var copy = self
    copy.finding = finding.redacted
    copy.others = others.map(\.redacted)
    for index in copy.consequences.indices {
      copy.consequences[index].headline = masked(copy.consequences[index].headline)
    }
    copy.trigger = trigger?.redacted
    return copy
  }
}

extension Happening {
  fileprivate var redacted: Happening {
    var copy = self
    (copy.text, copy.by) = (masked(text), masked(by))
    copy.ground = ground.map(masked)
    return copy
  }
}

extension Finding {
  fileprivate var redacted: Finding {
    var copy = self
    copy.headline = masked(headline)
    copy.verdict =
      switch verdict {
      case .heals(let ground): .heals(masked(ground))
      case .hopeless(let ground): .hopeless(masked(ground))
      case .unclear(let ground): .unclear(masked(ground))
      }
    for index in copy.evidence.indices { copy.evidence[index].text = masked(copy.evidence[index].text) }
    copy.offers = offers.map(\.redacted)
    copy.cause?.headline = masked(cause?.headline ?? "")
    copy.unseen = unseen.map(masked)
    return copy
  }
}

extension Offer {
  fileprivate var redacted: Offer {
    var copy = self
    copy.title = masked(title)
    if case .command(let line) = action { copy.action = .command(masked(line)) }
    return copy
  }
}
