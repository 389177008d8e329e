import Cluster
import Document

extension Description {
  static let generic = Description(write: GenericDescription.write)
}

/// Any other kind: all members of the object with their names made readable, in alphabetical order.
enum GenericDescription {
  @Sendable static func write(_ subject: Subject, to page: inout PageWriter) {
    page.name(subject)
    page.labelsAndAnnotations(subject.metadata)
    var object = subject.object
    for member in ["managedFields", "name", "namespace", "labels", "annotations"] {
      object["metadata"].remove(member)
    }
    // Whatever calls itself a secret is kept as one.
    if subject.kind.name == "Secret" || object["kind"].string == "Secret" {
      for member in ["data", "stringData"] { object[member] = SecretMask.sizes(object[member]) }
    }
    let links = DocumentLinks.references(subject.object, kind: subject.kind.id, kinds: [])
    writeMembers(object, to: &page, links: links)
  }

  /// - Parameters:
  ///   - links: what names of other objects open, by their paths.
  ///   - path: where the members stand.
  static func writeMembers(
    _ object: JSON, to page: inout PageWriter, links: [String: ObjectRef] = [:], at path: String = ""
  ) {
    // A list's items with a type and a status are conditions, whatever the kind.
    let isCondition = object["type"].string != nil && object["status"].string != nil
    for member in object.sortedMembers {
      let label = label(member.key)
      let place = path.isEmpty ? member.key : "\(path).\(member.key)"
      switch member.value {
      case .object:
        page.section(label) { writeMembers(member.value, to: &$0, links: links, at: place) }
      case .array(let items):
        page.section(label) { page in
          for (index, item) in items.enumerated() {
            writeItem(item, to: &page, links, "\(place)[\(index)]")
          }
        }
      case .null: page.field(label, Marked("<nil>", .dim))
      case .string(let text) where isCondition && member.key == "status":
        page.field(label, Marked(text, ConditionLine(object).meaning))
      case .string(let text) where links[place] != nil:
        page.field(label, Marked(Moment.plain(text), .link, reference: links[place]))
      default: page.field(label, value(member.value))
      }
    }
  }

  private static func writeItem(
    _ item: JSON, to page: inout PageWriter, _ links: [String: ObjectRef], _ path: String
  ) {
    if item.object != nil {
      writeMembers(item, to: &page, links: links, at: path)
    } else {
      page.line(value(item))
    }
  }

  /// Only words that can hardly mean anything else are coloured.
  private static func value(_ json: JSON) -> Marked {
    guard let text = json.string else { return json.marked }
    return ["Degraded", "OutOfSync", "Missing"].contains(text) ? Marked(text, .bad) : .state(text)
  }

  /// "lastTransitionTime" as "Last Transition Time"; names with digits or signs in them stay as they are.
  static func label(_ name: String) -> String {
    guard name.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || $0 == "-" }) else { return name }
    let parts = merged(words(name))
    return parts.map { part in
      if acronyms.contains(part.uppercased()) { return part.uppercased() }
      return part.lowercased() == part ? part.prefix(1).uppercased() + part.dropFirst() : part
    }.joined(separator: " ")
  }

  private static let acronyms: Set = ["API", "URL", "UID", "GUID"]

  private enum Letter {
    case lower, upper, other
  }

  /// Splits at changes between small letters, capitals and other signs; the last of several capitals begins
  /// the word of small letters behind it.
  private static func words(_ name: String) -> [String] {
    var runs: [(letter: Letter, text: String)] = []
    for character in name {
      let letter: Letter = character.isLowercase ? .lower : character.isUppercase ? .upper : .other
      if let last = runs.last, last.letter == letter {
        runs[runs.count - 1].text.append(character)
      } else {
        runs.append((letter, String(character)))
      }
    }
    for index in runs.indices.dropLast()
    where runs[index].letter == .upper && runs[index + 1].letter == .lower {
      let capital = runs[index].text.removeLast()
      runs[index + 1].text.insert(capital, at: runs[index + 1].text.startIndex)
    }
    return runs.map(\.text).filter { !$0.isEmpty }
  }

  /// Two words of which the first is capitals only and the second begins with one are one: "CID", "Rs".
  private static func merged(_ words: [String]) -> [String] {
    var merged: [String] = []
    var index = 0
    while index < words.count {
      let word = words[index]
      let isCapitals = word.count >= 2 && !word.contains { $0.isLowercase }
      if isCapitals, index + 1 < words.count, words[index + 1].first?.isUppercase == true {
        merged.append(word + words[index + 1])
        index += 2
      } else {
        merged.append(word)
        index += 1
      }
    }
    return merged
  }
}

extension JSON {
  mutating func remove(_ member: String) {
    guard var object else { return }
    object[member] = nil
    self = .object(object)
  }
}
