import Document
import Foundation
import TestSupport
import Testing

@testable import DemoCluster

/// A demo cluster with a kubectl that talks to it.
final class KubectlCluster: Sendable {
  let demo: Demo
  let directory = temporaryDirectory()

  /// - Parameter isWall: time passes by itself, for commands that wait for something to happen.
  init(isWall: Bool = false) throws {
    demo = try Demo { if isWall { $0.clock = .wall } }
    directory.write(demo.server.kubeconfig(contextName: "demo"), to: "config")
  }

  var environment: [String: String?] {
    ["KUBECONFIG": directory.file("config"), "HOME": directory.path, "KUBE_EDITOR": directory.file("editor")]
  }

  /// What a command prints; it must end well.
  @discardableResult
  func run(_ arguments: String, at location: SourceLocation = #_sourceLocation) throws -> String {
    let result = try TestSupport.run("kubectl", words(arguments), environment: environment)
    #expect(
      result.exit == .code(0), "kubectl \(arguments): \(result.errors)", sourceLocation: location)
    return result.output
  }

  /// What a command says that must not end well.
  func fail(_ arguments: String, at location: SourceLocation = #_sourceLocation) throws -> String {
    let result = try TestSupport.run("kubectl", words(arguments), environment: environment)
    #expect(result.exit != .code(0), "kubectl \(arguments): \(result.output)", sourceLocation: location)
    return result.errors
  }

  /// Words between blanks; what single quotes enclose is not cut.
  private func words(_ text: String) -> [String] {
    var words = [""]
    var isQuoted = false
    for character in text {
      if character == "'" {
        isQuoted.toggle()
      } else if character == " ", !isQuoted {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words.filter { !$0.isEmpty }
  }

  /// A manifest in a file; its path.
  func file(_ name: String, _ text: String) -> String {
    directory.write(text, to: name)
    return directory.file(name)
  }
}
