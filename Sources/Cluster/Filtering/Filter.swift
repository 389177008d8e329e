/// What `/` accepts: a regular expression over everything a row shows, `!` for the rows that do not match, `-l` labels,
/// `-f` letters in this order in the name, and terms over columns (`status=Crash* restarts>=5 age<2h !node:a problem`).
/// Without a term of that kind, blanks are part of the text.
package struct Filter {
  /// What was typed, trimmed of blanks around it.
  package let text: String
  /// What is wrong with the text; such a filter lets every row through.
  package let problem: String?
  private let terms: [FilterTerm]
  private let columns: [FilterColumn]?

  /// Whether anything is filtered away at all.
  package var isActive: Bool { !terms.isEmpty }

  /// - Parameter columns: what terms may name; nil where there are no rows with columns.
  package init(_ typed: String, columns: [FilterColumn]? = nil) {
    text = String(typed.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    self.columns = columns
    let reader = FilterReader(text, columns: columns)
    (terms, problem) = (reader.terms, reader.problem)
  }

  package func passes(_ row: Row, _ context: FilterContext = FilterContext()) -> Bool {
    terms.allSatisfy { $0.passes(row, context) }
  }

  /// Whether the same rows pass.
  func sameRows(as other: Filter) -> Bool {
    text == other.text && (columns == other.columns || terms.isEmpty)
  }

  /// Whether rows pass or fail as time goes by.
  package var tellsTime: Bool {
    terms.contains { term in
      guard case .column(let column, _, _) = term.test else { return false }
      switch column.source {
      case .created, .moment: return true
      default: return false
      }
    }
  }

  /// Whether it asks for what rows use.
  package var tellsUsage: Bool {
    terms.contains { term in
      if case .column(let column, _, _) = term.test, case .measure = column.source { true } else { false }
    }
  }

  /// The same of what is no row and has no labels: a pattern looks through its text, letters through its name.
  package func passes(text: String, name: String) -> Bool {
    terms.allSatisfy { term in
      switch term.test {
      case .pattern(let pattern):
        var text = text
        return text.withUTF8 { pattern.matches(UnsafeRawBufferPointer($0)) } != term.isInverse
      case .fuzzy(let letters): return Letters.contained(letters, inOrderIn: name.utf8)
      case .labels, .trouble, .column: return false
      }
    }
  }
}
