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
  convenience init(isWall: Bool = false) throws {
    self.init(try Demo { if isWall { $0.clock = .wall } })
  }

  init(_ demo: Demo) {
    self.demo = demo
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

  /// Runs a command that waits for something, and lets time pass until it ends.
  @discardableResult
  func wait(_ arguments: String, at location: SourceLocation = #_sourceLocation) throws -> String {
    let child = try ChildProcess("kubectl", words(arguments), environment: environment)
    let hasEnded = waitUntil {
      demo.server.advance(seconds: 0.5)
      return child.exit != nil
    }
    #expect(
      hasEnded && child.waitForExit() == .code(0), "kubectl \(arguments): \(child.errors)",
      sourceLocation: location)
    return child.output
  }

  func apply(_ yaml: String) throws { try run("apply -f \(file("objects.yaml", yaml))") }

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
