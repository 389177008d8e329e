#if canImport(Glibc)
  // `environ` is a plain C variable. The program never changes its environment, so reading it is safe.
  @preconcurrency import Glibc
#else
  import Darwin
#endif

/// The variables a program was started with, as a value that tests replace.
package struct Environment: Sendable {
  package var variables: [String: String]

  package init(_ variables: [String: String]) { self.variables = variables }

  /// Empty counts as absent, as for kubectl.
  package subscript(name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Those of this process.
  package static let process: Environment = {
    var variables: [String: String] = [:]
    var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
    while let entry = next?.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next = next?.advanced(by: 1)
    }
    return Environment(variables)
  }()
}

extension Environment: CustomReflectable {
  // Variables hold credentials often enough to keep them out of dumps.
  package var customMirror: Mirror { Mirror(self, children: ["count": variables.count]) }
}
