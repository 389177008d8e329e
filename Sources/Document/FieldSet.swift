/// A set of paths compiled to a trie: one pass over an object hands out the slices of all of them and skips the rest.
///
/// Paths are written as for `JSON.at`: `spec.containers[0].image`, `metadata.annotations['a.b/c']`.
package struct FieldSet: Sendable {
  private struct Node: Sendable {
    var key: [UInt8] = []
    var index = -1
    /// Places in the result that this node's value fills.
    var outputs: [Int] = []
    var children: [Node] = []
  }

  private let root: Node
  package let count: Int

  package init(_ paths: [String]) {
    var root = Node()
    for (output, path) in paths.enumerated() {
      FieldSet.insert(JSONPath(path).steps[...], output, into: &root)
    }
    self.root = root
    count = paths.count
  }

  /// Fills `slices` in the order of the paths, nil where a path leads to nothing. Of doubled keys the last wins.
  package func pick(from value: JSONSlice, into slices: inout [JSONSlice?]) {
    slices.removeAll(keepingCapacity: true)
    slices.append(contentsOf: repeatElement(nil, count: count))
    FieldSet.pick(root, value, &slices)
  }

  private static func insert(_ steps: ArraySlice<JSONPath.Step>, _ output: Int, into node: inout Node) {
    guard let step = steps.first else {
      node.outputs.append(output)
      return
    }
    var child = Node()
    switch step {
    case .key(let key): child.key = Array(key.utf8)
    case .index(let index): child.index = index
    }
    let place = node.children.firstIndex { $0.key == child.key && $0.index == child.index }
    if place == nil { node.children.append(child) }
    insert(steps.dropFirst(), output, into: &node.children[place ?? node.children.count - 1])
  }

  private static func pick(_ node: Node, _ value: JSONSlice, _ slices: inout [JSONSlice?]) {
    for output in node.outputs { slices[output] = value }
    if node.children.isEmpty { return }
    if value.isObject {
      value.eachMember { key, member in
        for child in node.children where child.index < 0 && child.key.elementsEqual(key) {
          pick(child, member, &slices)
        }
      }
    } else if value.isArray {
      var index = 0
      value.eachElement { element in
        for child in node.children where child.index == index { pick(child, element, &slices) }
        index += 1
      }
    }
  }
}
