import Cluster
import Document

extension Description {
  static let configMap = Description(write: ConfigDescription.writeConfigMap)
  static let secret = Description(hasEvents: false, write: ConfigDescription.writeSecret)
  static let serviceAccount = Description { account, page in
    page.name(account)
    page.labelsAndAnnotations(account.metadata)
    let secrets = account.object["imagePullSecrets"].array.map { account.link("v1/secrets", $0["name"]) }
    page.field("Image pull secrets", list: secrets)
  }
  static let priorityClass = Description { priority, page in
    let object = priority.object
    page.name(priority, namespace: false)
    page.field("Value", .number(object["value"].count))
    page.field("GlobalDefault", .literal(object["globalDefault"].isTrue))
    page.field("PreemptionPolicy", object["preemptionPolicy"])
    page.field("Description", object["description"])
    page.field("Annotations", SelectorText.labels(priority.metadata["annotations"]))
  }
}

enum ConfigDescription {
  @Sendable static func writeConfigMap(_ map: Subject, to page: inout PageWriter) {
    page.name(map)
    page.labelsAndAnnotations(map.metadata)
    page.blank()
    page.underlined("Data")
    page.folded { page in
      for member in map.object["data"].sortedMembers {
        page.line(Marked(member.key + ":", .key))
        page.line(Marked("----", .dim))
        page.folded { $0.line(Marked(member.value.words, .string)) }
        page.blank()
      }
    }
    page.blank()
    page.underlined("BinaryData")
    page.folded { page in
      for member in map.object["binaryData"].sortedMembers {
        page.line("\(Marked(member.key + ":", .key)) \(SecretMask.size(member.value)) bytes")
      }
    }
    page.blank()
  }

  /// Values are never shown here, not even the token that kubectl prints of a service account's secret.
  @Sendable static func writeSecret(_ secret: Subject, to page: inout PageWriter) {
    page.name(secret)
    page.labelsAndAnnotations(secret.metadata)
    page.blank()
    page.field("Type", secret.object["type"])
    page.blank()
    page.underlined("Data")
    page.folded { page in
      for member in secret.object["data"].sortedMembers {
        page.field(member.key, "\(SecretMask.size(member.value)) bytes")
      }
    }
  }

  /// Conditions of a cluster's own objects, with the time of their last change.
  static func writeDatedConditions(_ subject: Subject, to page: inout PageWriter) {
    let conditions = subject.status["conditions"].array.map(ConditionLine.init)
    if conditions.isEmpty { return }
    page.section("Conditions") { page in
      page.underlinedTitles(["Type", "Status", "LastTransitionTime", "Reason", "Message"])
      for condition in conditions {
        page.row([
          Marked(condition.type), condition.marked(), subject.clock.date(condition.since),
          Marked(condition.reason), Marked(condition.message),
        ])
      }
    }
  }
}

extension PageWriter {
  /// A title over its own underline, flush left: "Data" and "====".
  mutating func underlined(_ title: String) {
    line(Marked(title, .heading))
    folded { $0.line(Marked("====", .dim)) }
  }
}
