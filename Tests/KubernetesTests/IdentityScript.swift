import Foundation
import TestSupport

/// Makes a shell script that can be run, and returns its path.
///
/// Another process writes it: a file that this one has open for writing can't be run (ETXTBSY), and a child that a
/// parallel test is just starting holds our descriptors for a moment.
@discardableResult
func executable(_ script: String, in folder: TemporaryDirectory, _ name: String) throws -> String {
  let path = folder.file(name)
  let command = #"cat > "$1" && chmod +x "$1""#
  _ = try run("/bin/sh", ["-c", command, "sh", path], input: "#!/bin/sh\n" + script + "\n")
  return path
}
