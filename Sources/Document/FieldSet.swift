#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A set of paths compiled to a trie: one pass over an object hands out the slices of all of them and skips
/// the rest.
///
/// Paths are written as for `JSON.at`: `spec.containers[0].image`, `metadata.annotations['a.b/c']`. Of an
/// object that ends in garbage, what stands before the fault is found.
package struct FieldSet: Sendable {
  /// A place in the trie. Its children lie side by side, those of keys before those of indexes.
  fileprivate struct Node: Sendable {
    /// The key this node hangs on, as a range of `keyBytes`; empty for an index.
    var keyStart = 0
    var keyCount = 0
    /// The index this node hangs on, -1 for a key.
    var index = -1
    var firstChild = 0
    var childCount = 0
    /// Places in the result that this node's value fills, as a range of `outputs`.
    var firstOutput = 0
    var outputCount = 0
  }

  /// How many slices `pick` hands out: one for each path.
  package let count: Int
  private let nodes: [Node]
  private let keyBytes: [UInt8]
  private let outputs: [Int]

  package init(_ paths: [String]) {
    let root = Branch(paths.enumerated().map { (JSONPath($0.element).steps[...], $0.offset) })
    var nodes = [Node()]
    var keyBytes: [UInt8] = []
    var outputs: [Int] = []
    var waiting = [(root, 0)]
    // Level by level, so that the children of a node are neighbours.
    while !waiting.isEmpty {
      let (branch, place) = waiting.removeFirst()
      nodes[place].firstOutput = outputs.count
      nodes[place].outputCount = branch.outputs.count
      outputs += branch.outputs
      nodes[place].firstChild = nodes.count
      nodes[place].childCount = branch.children.count
      for (step, child) in branch.children {
        var node = Node()
        switch step {
        case .key(let key):
          node.keyStart = keyBytes.count
          node.keyCount = key.utf8.count
          keyBytes += key.utf8
        case .index(let index): node.index = index
        }
        waiting.append((child, nodes.count))
        nodes.append(node)
      }
    }
    count = paths.count
    self.nodes = nodes
    self.keyBytes = keyBytes
    self.outputs = outputs
  }

  /// Fills `slices` in the order of the paths, nil where a path leads to nothing. Of doubled keys the last
  /// wins.
  package func pick(from value: JSONSlice, into slices: inout [JSONSlice?]) {
    slices.removeAll(keepingCapacity: true)
    slices.append(contentsOf: repeatElement(nil, count: count))
    nodes.withUnsafeBufferPointer { nodes in
      keyBytes.withUnsafeBufferPointer { keyBytes in
        outputs.withUnsafeBufferPointer { outputs in
          slices.withUnsafeMutableBufferPointer { slices in
            var walk = FieldWalk(
              cursor: JSONCursor(value.start, count: value.count), nodes: nodes, keyBytes: keyBytes,
              outputs: outputs, slices: slices)
            _ = walk.value(at: 0)
          }
        }
      }
    }
  }
}

/// What a set of paths needs while it is compiled: the steps that begin some path, each with the rest of
/// them.
private struct Branch {
  var outputs: [Int] = []
  var children: [(JSONPath.Step, Branch)] = []

  init(_ paths: [(steps: ArraySlice<JSONPath.Step>, output: Int)]) {
    var order: [JSONPath.Step] = []
    var rests: [JSONPath.Step: [(ArraySlice<JSONPath.Step>, Int)]] = [:]
    for path in paths {
      guard let step = path.steps.first else {
        outputs.append(path.output)
        continue
      }
      if rests[step] == nil { order.append(step) }
      rests[step, default: []].append((path.steps.dropFirst(), path.output))
    }
    children = order.map { ($0, Branch(rests[$0]!)) }
  }
}

/// One pass of a field set over an object. The recursion is as deep as the longest path.
private struct FieldWalk {
  var cursor: JSONCursor
  let nodes: UnsafeBufferPointer<FieldSet.Node>
  let keyBytes: UnsafeBufferPointer<UInt8>
  let outputs: UnsafeBufferPointer<Int>
  let slices: UnsafeMutableBufferPointer<JSONSlice?>

  /// Reads the value under the cursor, which belongs to a node. False when it has no end.
  mutating func value(at place: Int) -> Bool {
    let node = nodes[place]
    let start = cursor.position
    if node.childCount == 0 {
      guard cursor.skipValue() else { return false }
    } else {
      switch cursor.byte {
      case UInt8(ascii: "{"): guard object(node) else { return false }
      case UInt8(ascii: "["): guard array(node) else { return false }
      default: guard cursor.skipValue() else { return false }
      }
    }
    for output in node.firstOutput..<node.firstOutput + node.outputCount {
      slices[outputs[output]] = JSONSlice(start, count: cursor.position - start)
    }
    return true
  }

  private mutating func object(_ node: FieldSet.Node) -> Bool {
    switch cursor.enter(UInt8(ascii: "{"), UInt8(ascii: "}")) {
    case .nothing: return false
    case .empty: return true
    case .items: break
    }
    repeat {
      guard let key = cursor.memberKey() else { return false }
      if let child = child(of: node, named: key) {
        guard value(at: child) else { return false }
      } else {
        guard cursor.skipValue() else { return false }
      }
    } while cursor.takeComma()
    return cursor.take(UInt8(ascii: "}"))
  }

  private mutating func array(_ node: FieldSet.Node) -> Bool {
    switch cursor.enter(UInt8(ascii: "["), UInt8(ascii: "]")) {
    case .nothing: return false
    case .empty: return true
    case .items: break
    }
    var index = 0
    repeat {
      cursor.skipSpace()
      if let child = child(of: node, at: index) {
        guard value(at: child) else { return false }
      } else {
        guard cursor.skipValue() else { return false }
      }
      index += 1
    } while cursor.takeComma()
    return cursor.take(UInt8(ascii: "]"))
  }

  @inline(__always)
  private func child(of node: FieldSet.Node, named key: JSONCursor.Key) -> Int? {
    if key.hasEscapes { return child(of: node, escaped: key.raw) }
    for place in node.firstChild..<node.firstChild + node.childCount
    where isNode(nodes[place], named: key.raw) {
      return place
    }
    return nil
  }

  @inline(__always)
  private func isNode(_ node: FieldSet.Node, named raw: UnsafeRawBufferPointer) -> Bool {
    guard node.keyCount == raw.count, node.index < 0 else { return false }
    guard let base = raw.baseAddress, let keys = keyBytes.baseAddress else { return true }
    return memcmp(keys + node.keyStart, base, raw.count) == 0
  }

  @inline(never)
  private func child(of node: FieldSet.Node, escaped raw: UnsafeRawBufferPointer) -> Int? {
    guard var key = JSONText.unescaped(raw) else { return nil }
    return key.withUTF8 { utf8 in
      (node.firstChild..<node.firstChild + node.childCount).first {
        isNode(nodes[$0], named: UnsafeRawBufferPointer(utf8))
      }
    }
  }

  private func child(of node: FieldSet.Node, at index: Int) -> Int? {
    (node.firstChild..<node.firstChild + node.childCount).first { nodes[$0].index == index }
  }
}
