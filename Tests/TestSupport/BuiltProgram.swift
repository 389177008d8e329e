import Foundation

/// The program as the test command just built it, beside the test bundle.
package let builtProgram = builtProduct("clustertui")

/// Any executable of the package: SwiftPM puts them all beside the test bundle.
package func builtProduct(_ name: String) -> String {
  #if os(Linux)
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  #else
    let tests = CommandLine.arguments[0]
  #endif
  var directory = URL(fileURLWithPath: tests).deletingLastPathComponent()
  while directory.path != "/" {
    let candidate = directory.appendingPathComponent(name).path
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), !isDirectory.boolValue {
      return candidate
    }
    directory.deleteLastPathComponent()
  }
  return name
}
