// sources Sources/Document seeds Tests/DocumentTests/Fixtures/*.yaml

/// A document that is read must come back when it is written as YAML, folded or not, and as JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAMLStream(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let read = YAML.parse(Array(UnsafeBufferPointer(start: start, count: count)))
  precondition(read.problems.count <= 100)
  for document in read.documents {
    precondition(JSON.parse(document.encoded()).value == document)
    let text = document.yaml()
    // Numbers are spelled anew when written, so what is compared is the text of a second round.
    for written in [text, document.yaml(sortedKeys: false, foldColumn: 40)] {
      let again = YAML.parse(Array(written.utf8))
      precondition(again.problems.isEmpty, "\(again.problems)")
      precondition(again.documents.count == 1 && again.documents[0].yaml() == text)
    }
  }
  return 0
}
