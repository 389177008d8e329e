/// Which values of a document a person means, in the part of kubectl's JSONPath that columns use: `.a.b`, `['a.b/c']`,
/// `.a\.b`, `[0]`, `[-1]`, `[0,2]`, `[*]`, `.*`, `..name`, `[?(@.type=="Ready")]`. Braces and `$` around it may stand there.
///
/// Source: "JSONPath Support" in Kubernetes' documentation. It has no ranges, no `&&` and no functions.
package struct JSONQuery: Sendable, Hashable {
  enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
    case all
    /// This name, however deep below.
    case anywhere(String)
    case some([Step])
    case filter(Condition)
  }

  /// What an element must satisfy: of the value at a path below it.
  struct Condition: Sendable, Hashable {
    enum Comparison: String, Sendable {
      case equal = "=="
      case unequal = "!="
      case atMost = "<="
      case atLeast = ">="
      case less = "<"
      case more = ">"
      case exists = ""
    }

    var path: [Step]
    var comparison: Comparison
    /// As it was written, without quotes.
    var wanted: String
  }

  let steps: [Step]

  /// The path, or what is wrong with it and where, counted in characters from 1.
  package static func parse(_ text: String) -> (query: JSONQuery?, problem: String?) {
    var reader = JSONQueryReader(text)
    let steps = reader.steps(until: nil)
    if let problem = reader.problem { return (nil, "'\(text)': \(problem)") }
    return (JSONQuery(steps: steps), nil)
  }

  /// Whether it leads nowhere but into an object's metadata.
  package var isOfMetadata: Bool { steps.first == .key("metadata") }

  /// The values below a root, in their order.
  package func values(in root: JSONSlice) -> [JSONSlice] { Self.values(steps[...], in: [root]) }

  private static func values(_ steps: ArraySlice<Step>, in roots: [JSONSlice]) -> [JSONSlice] {
    var found = roots
    for step in steps {
      var next: [JSONSlice] = []
      for value in found { reach(step, from: value, into: &next) }
      found = next
    }
    return found
  }

  private static func reach(_ step: Step, from value: JSONSlice, into found: inout [JSONSlice]) {
    switch step {
    case .key(let key): if let member = value.member(named: key) { found.append(member) }
    case .index(let index):
      var elements: [JSONSlice] = []
      value.eachElement { elements.append($0) }
      let at = index < 0 ? elements.count + index : index
      if elements.indices.contains(at) { found.append(elements[at]) }
    case .all: eachChild(of: value) { found.append($0) }
    case .anywhere(let name): descend(to: name, in: value, into: &found, depth: 0)
    case .some(let steps): for step in steps { reach(step, from: value, into: &found) }
    case .filter(let condition):
      eachChild(of: value) { if holds(condition, of: $0) { found.append($0) } }
    }
  }

  private static func eachChild(of value: JSONSlice, _ body: (JSONSlice) -> Void) {
    if value.isObject { value.eachMember { body($1) } } else { value.eachElement(body) }
  }

  private static let maxDepth = 64

  private static func descend(to name: String, in value: JSONSlice, into found: inout [JSONSlice], depth: Int)
  {
    guard depth < maxDepth else { return }
    if let member = value.member(named: name) { found.append(member) }
    eachChild(of: value) { descend(to: name, in: $0, into: &found, depth: depth + 1) }
  }

  private static func holds(_ condition: Condition, of element: JSONSlice) -> Bool {
    guard let value = values(condition.path[...], in: [element]).first else {
      return condition.comparison == .unequal
    }
    let text = value.string ?? String(decoding: value.bytes, as: UTF8.self)
    switch condition.comparison {
    case .exists: return true
    case .equal: return text == condition.wanted
    case .unequal: return text != condition.wanted
    case .less, .more, .atMost, .atLeast: break
    }
    guard let a = value.double, let b = Double(condition.wanted) else { return false }
    switch condition.comparison {
    case .less: return a < b
    case .more: return a > b
    case .atMost: return a <= b
    default: return a >= b
    }
  }
}

extension JSONSlice {
  /// The first member with this key.
  fileprivate func member(named key: String) -> JSONSlice? {
    var (found, key): (JSONSlice?, String) = (nil, key)
    key.withUTF8 { wanted in
      _ = eachMember { rawKey, value in
        if found == nil, rawKey.elementsEqual(wanted) { found = value }
      }
    }
    return found
  }
}
