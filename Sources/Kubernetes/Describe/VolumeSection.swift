import Cluster
import Document

/// The volumes of a pod or a template, and the source of a PersistentVolume: what kind of storage, and which.
enum VolumeSection {
  static func write(_ volumes: JSON, of subject: Subject, inTemplate: Bool = false, to page: inout PageWriter)
  {
    if volumes.isBlank {
      page.field("Volumes", .none)
      return
    }
    page.heading("Volumes")
    for volume in volumes.array {
      page.entry(volume["name"].words, inTemplate: inTemplate) {
        writeSource(volume, of: subject, isPersistent: false, to: &$0)
      }
    }
  }

  /// Writes the one member of `volume` that names a source.
  static func writeSource(
    _ volume: JSON, of subject: Subject, isPersistent: Bool, to page: inout PageWriter
  ) {
    for source in VolumeSource.all where !volume[source.member].isNull {
      page.field("Type", Marked(source.type))
      let json = volume[source.member]
      for field in source.fields { page.field(field.label, field.value(json, subject)) }
      writeRest(source.member, json, of: subject, isPersistent: isPersistent, to: &page)
      return
    }
    // Sources that came after this program, or that Kubernetes has dropped: their members as they are.
    let other = volume.members.first { $0.key != "name" && !isPersistent && $0.value.object != nil }
    guard let other else { return page.line(.unknown) }
    page.field("Type", Marked(GenericDescription.label(other.key)))
    GenericDescription.writeMembers(other.value, to: &page)
  }

  private static func writeRest(
    _ member: String, _ json: JSON, of subject: Subject, isPersistent: Bool, to page: inout PageWriter
  ) {
    switch member {
    case "projected":
      for source in json["sources"].array { writeProjected(source, of: subject, to: &page) }
    case "downwardAPI":
      page.section("Items") { page in
        for item in json["items"].array {
          let path = item["path"].words
          if !item["fieldRef"].isNull { page.line("\(item["fieldRef"]["fieldPath"]) -> \(path)") }
          if !item["resourceFieldRef"].isNull {
            page.line("\(item["resourceFieldRef"]["resource"]) -> \(path)")
          }
        }
      }
    case "ephemeral" where !json["volumeClaimTemplate"].isNull:
      VolumeClaimDescription.write(json["volumeClaimTemplate"], of: subject, isWhole: false, to: &page)
    case "csi":
      if isPersistent { page.field("VolumeHandle", json["volumeHandle"]) }
      page.field("ReadOnly", .literal(json["readOnly"].isTrue))
      page.field(
        "VolumeAttributes",
        list: json["volumeAttributes"].sortedMembers.map {
          Marked(Annotation.shortened("\($0.key)=\($0.value.words)", to: Annotation.maxBytes))
        })
    default: break
    }
  }

  private static func writeProjected(_ source: JSON, of subject: Subject, to page: inout PageWriter) {
    let optional = { (json: JSON) in Marked.literal(json["optional"].isTrue) }
    if !source["secret"].isNull {
      page.field("SecretName", subject.link("v1/secrets", source["secret"]["name"]))
      page.field("Optional", optional(source["secret"]))
    } else if !source["downwardAPI"].isNull {
      page.field("DownwardAPI", .literal(true))
    } else if !source["configMap"].isNull {
      page.field("ConfigMapName", subject.link("v1/configmaps", source["configMap"]["name"]))
      page.field("Optional", optional(source["configMap"]))
    } else if !source["serviceAccountToken"].isNull {
      page.field("TokenExpirationSeconds", source["serviceAccountToken"]["expirationSeconds"])
    } else {
      GenericDescription.writeMembers(source, to: &page)
    }
  }
}
