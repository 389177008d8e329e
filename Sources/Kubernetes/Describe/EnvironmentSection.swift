import Cluster
import Document

/// The environment of a container: its variables and the objects that others come from.
struct EnvironmentSection {
  let subject: Subject
  let container: JSON
  let isPod: Bool

  func write(to page: inout PageWriter) {
    let sources = container["envFrom"].array
    if !sources.isEmpty {
      page.section("Environment Variables from") { page in
        for source in sources { page.row(cells(source: source)) }
      }
    }
    let variables = container["env"].array
    if variables.isEmpty { page.field("Environment", .none) } else { page.heading("Environment") }
    page.nested { page in
      for variable in variables { page.row(cells(variable: variable)) }
    }
  }

  private func cells(source: JSON) -> [Marked] {
    let isMap = !source["configMapRef"].isNull
    let reference = isMap ? source["configMapRef"] : source["secretRef"]
    let kind = isMap ? "ConfigMap" : reference.isNull ? "" : "Secret"
    let prefix = source["prefix"].words
    let name = subject.link(isMap ? "v1/configmaps" : "v1/secrets", reference["name"])
    return [name, Marked(prefix.isEmpty ? kind : "\(kind) with prefix '\(prefix)'"), optional(reference)]
  }

  private func optional(_ reference: JSON) -> Marked {
    "Optional: \(Marked.literal(reference["optional"].isTrue))"
  }

  private func cells(variable: JSON) -> [Marked] {
    let name = Marked(variable["name"].words + ":", .key)
    let source = variable["valueFrom"]
    if source.isNull { return [name, Marked(variable["value"].words, .string)] }
    if !source["fieldRef"].isNull { return [name, field(source["fieldRef"])] }
    if !source["resourceFieldRef"].isNull { return [name, resource(source["resourceFieldRef"])] }
    if !source["secretKeyRef"].isNull {
      let reference = source["secretKeyRef"]
      let link = subject.link("v1/secrets", reference["name"])
      return [name, "<set to the key '\(reference["key"].words)' in secret '\(link)'>", optional(reference)]
    }
    if !source["configMapKeyRef"].isNull {
      let reference = source["configMapKeyRef"]
      let link = subject.link("v1/configmaps", reference["name"])
      return [
        name, "<set to the key '\(reference["key"].words)' of config map '\(link)'>", optional(reference),
      ]
    }
    if !source["fileKeyRef"].isNull {
      let reference = source["fileKeyRef"]
      return [
        name, "<set to the key '\(reference["key"].words)' of file '\(reference["path"].words)'>",
        optional(reference),
      ]
    }
    return [name, .unknown]
  }

  /// kubectl resolves only the name and the namespace.
  private func field(_ reference: JSON) -> Marked {
    let path = reference["fieldPath"].words
    let value =
      switch path {
      case "metadata.name" where isPod: subject.name
      case "metadata.namespace" where isPod: subject.namespace
      default: ""
      }
    return "\(Marked(value, .string)) (\(reference["apiVersion"].words):\(path))"
  }

  /// The container's own amount in units of the divisor, rounded up.
  private func resource(_ reference: JSON) -> Marked {
    let path = reference["resource"].words
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, ["limits", "requests"].contains(parts[0]) else { return " (\(path))" }
    let amount = container["resources"][parts[0]][parts[1]].quantity
    let divisor = reference["divisor"].quantity
    let units =
      parts[1] == "cpu"
      ? ratio(amount?.milliValue, divisor?.milliValue, whole: 1_000)
      : ratio(amount?.value, divisor?.value, whole: 1)
    if units == 0, path == "limits.cpu" || path == "limits.memory" { return "node allocatable (\(path))" }
    return "\(units) (\(path))"
  }

  private func ratio(_ amount: Int64?, _ divisor: Int64?, whole: Int64) -> Int {
    let divisor = divisor.map { $0 > 0 ? $0 : whole } ?? whole
    let amount = max(0, amount ?? 0)
    return Int(amount / divisor + (amount % divisor > 0 ? 1 : 0))
  }
}
