import Cluster
import Terminal

/// Sentences for scripts and files: harmless, with moments still marked, so that whoever writes them dates them.
enum ReportWords {
  /// "deployment shop/api 3/5: image shop/api:v9 not found, hopeless until changed"
  static func sentence(_ diagnosis: Diagnosis, _ kinds: Catalog) -> String {
    let name = kinds.words(for: diagnosis.subject, diagnosis.kindName)
    switch diagnosis.state {
    case .healthy(let how): return join("\(name) is well", how)
    case .underway(let ground): return join("\(name) is on its way", ground)
    case .gone(let how): return join("\(name) is not there", how)
    case .unknown(let why): return join("\(name): it cannot be told how it is", why)
    case .broken:
      guard let problem = diagnosis.problem else { return "\(name) is broken" }
      if problem.subject.isSame(as: diagnosis.subject) { return sentence(problem, kinds) }
      return "\(name), from \(sentence(problem, kinds))"
    }
  }

  static func sentence(_ problem: Problem, _ kinds: Catalog) -> String {
    let tally = problem.tally.map { " \($0.ready)/\($0.wanted)" } ?? ""
    let name = kinds.words(for: problem.subject, problem.kindName)
    return "\(name)\(tally): \(problem.finding.headline), \(problem.finding.verdict.words)"
  }

  private static func join(_ head: String, _ rest: String) -> String {
    rest.isEmpty ? head : "\(head): \(rest)"
  }
}
