import Cluster
import Document

/// The pods that a workload makes.
enum PodTemplate {
  static func write(_ template: JSON, of subject: Subject, to page: inout PageWriter) {
    page.section("Pod Template") { page in
      let spec = template["spec"]
      page.labels("Labels", template["metadata"]["labels"])
      if !template["metadata"]["annotations"].isBlank {
        page.annotations("Annotations", template["metadata"]["annotations"])
      }
      page.field("Service Account", ifPresent: subject.link("v1/serviceaccounts", spec["serviceAccountName"]))
      let section = ContainerSection(subject: subject, isPod: false)
      if !spec["initContainers"].isBlank {
        section.write("Init Containers", spec["initContainers"], .null, to: &page)
      }
      section.write("Containers", spec["containers"], .null, to: &page)
      VolumeSection.write(spec["volumes"], of: subject, inTemplate: true, to: &page)
      writeSpread(spec, to: &page)
      page.field(
        "Priority Class Name",
        ifPresent: subject.link("scheduling.k8s.io/v1/priorityclasses", spec["priorityClassName"]))
      page.labels("Node-Selectors", spec["nodeSelector"])
      page.tolerations("Tolerations", spec["tolerations"])
      writeSchedulingGroup(spec, to: &page)
    }
  }

  static func writeSpread(_ spec: JSON, to page: inout PageWriter) {
    let constraints = spec["topologySpreadConstraints"].array.stableSorted {
      $0["topologyKey"].words < $1["topologyKey"].words
    }
    if constraints.isEmpty { return }
    page.field(
      "Topology Spread Constraints",
      list: constraints.map { constraint in
        let selector = constraint["labelSelector"]
        let rule = "\(constraint["topologyKey"].words):\(constraint["whenUnsatisfiable"].words)"
        return "\(rule) when max skew \(constraint["maxSkew"].count) is exceeded"
          + (selector.isNull ? "" : " for selector \(SelectorText.marked(selector))")
      })
  }

  static func writeSchedulingGroup(_ spec: JSON, to page: inout PageWriter) {
    if spec["schedulingGroup"].isNull { return }
    page.section("SchedulingGroup") { $0.field("PodGroupName", spec["schedulingGroup"]["podGroupName"]) }
  }
}
