import Foundation
import Synchronization

/// Directories that somebody holds until the run ends, a static fixture for one, are removed then.
private let remaining = Mutex<Set<String>>([])
private let removesAtExit: Void = {
  atexit {
    for path in remaining.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
  }
}()

/// A directory that lives as long as this does.
package final class TemporaryDirectory: Sendable {
  package let path: String

  fileprivate init() {
    var template = Array((NSTemporaryDirectory() + "/clustertui-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no temporary directory: errno \(errno)") }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    _ = removesAtExit
    let path = path
    _ = remaining.withLock { $0.insert(path) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    let path = path
    _ = remaining.withLock { $0.remove(path) }
  }

  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file below the directory, parents included, and returns its path.
  @discardableResult
  package func write(_ text: String, to name: String) -> String {
    let file = file(name)
    let parent = (file as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
      fatalError("can't write \(file)")
    }
    return file
  }
}

package func temporaryDirectory() -> TemporaryDirectory { TemporaryDirectory() }
