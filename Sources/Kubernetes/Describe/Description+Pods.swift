import Cluster
import Document

extension Description {
  static let pod = Description(write: PodDescription.write)
}

enum PodDescription {
  static func write(_ pod: Subject, to page: inout PageWriter) {
    writeHead(pod, to: &page)
    writeStatus(pod, to: &page)
    if !pod.spec["resources"].isNull {
      page.section("Resources") { ContainerSection.writeResources(pod.spec["resources"], to: &$0) }
    }
    writeContainers(pod, to: &page)
    writeConditions(pod, to: &page)
    VolumeSection.write(pod.spec["volumes"], of: pod, to: &page)
    page.field("QoS Class", pod.status["qosClass"])
    page.labels("Node-Selectors", pod.spec["nodeSelector"])
    page.tolerations("Tolerations", pod.spec["tolerations"])
    PodTemplate.writeSpread(pod.spec, to: &page)
    PodTemplate.writeSchedulingGroup(pod.spec, to: &page)
  }

  private static func writeHead(_ pod: Subject, to page: inout PageWriter) {
    let spec = pod.spec
    page.name(pod)
    if spec["priority"].int != nil { page.field("Priority", spec["priority"]) }
    page.field(
      "Priority Class Name",
      ifPresent: pod.link("scheduling.k8s.io/v1/priorityclasses", spec["priorityClassName"]))
    page.field(
      "Runtime Class Name", ifPresent: pod.link("node.k8s.io/v1/runtimeclasses", spec["runtimeClassName"]))
    page.field("Service Account", ifPresent: pod.link("v1/serviceaccounts", spec["serviceAccountName"]))
    let node = pod.link("v1/nodes", spec["nodeName"])
    page.field("Node", node.isEmpty ? .none : "\(node)/\(pod.status["hostIP"])")
    if !pod.status["startTime"].isNull { page.field("Start Time", pod.clock.date(pod.status["startTime"])) }
    page.labelsAndAnnotations(pod.metadata)
  }

  private static func writeStatus(_ pod: Subject, to page: inout PageWriter) {
    let status = pod.status
    let phase = status["phase"].words
    let deletion = pod.metadata["deletionTimestamp"]
    if !deletion.isNull, phase != "Failed", phase != "Succeeded" {
      page.field("Status", Marked("Terminating (lasts \(pod.clock.age(deletion)))", .warning))
      page.field("Termination Grace Period", "\(pod.metadata["deletionGracePeriodSeconds"].count)s")
    } else {
      page.field("Status", .state(phase))
    }
    page.field("Reason", ifPresent: .state(status["reason"]))
    page.field("Message", ifPresent: status["message"])
    ContainerSection.writeSeccomp(pod.spec["securityContext"], nested: false, to: &page)
    page.field("IP", status["podIP"])
    let addresses = status["podIPs"].array
    if addresses.isEmpty { page.field("IPs", .none) }
    if !addresses.isEmpty {
      page.section("IPs") { page in for address in addresses { page.field("IP", address["ip"]) } }
    }
    page.field("Controlled By", ifPresent: pod.controller)
    page.field("NominatedNodeName", ifPresent: pod.link("v1/nodes", status["nominatedNodeName"]))
  }

  private static func writeContainers(_ pod: Subject, to page: inout PageWriter) {
    let spec = pod.spec
    let status = pod.status
    let section = ContainerSection(subject: pod, isPod: true)
    if !spec["initContainers"].isBlank {
      section.write("Init Containers", spec["initContainers"], status["initContainerStatuses"], to: &page)
    }
    section.write("Containers", spec["containers"], status["containerStatuses"], to: &page)
    if !spec["ephemeralContainers"].isBlank {
      section.write(
        "Ephemeral Containers", spec["ephemeralContainers"], status["ephemeralContainerStatuses"], to: &page)
    }
  }

  private static func writeConditions(_ pod: Subject, to page: inout PageWriter) {
    let conditions = pod.status["conditions"].array.map(ConditionLine.init)
    let gates = pod.spec["readinessGates"].array
    if !gates.isEmpty {
      page.section("Readiness Gates") { page in
        page.titles(["Type", "Status"])
        for gate in gates {
          let type = gate["conditionType"].words
          let status = conditions.first { $0.type == type }?.marked(" ")
          page.row(["\(type) ", status ?? "\(Marked.none) "])
        }
      }
    }
    if conditions.isEmpty { return }
    page.section("Conditions") { page in
      page.titles(["Type", "Status"])
      for condition in conditions { page.row(["\(condition.type) ", condition.marked(" ")]) }
    }
  }
}
