extension PodBody {
  /// `"spec":{…},"status":{…},`
  func write(_ meta: Meta, to out: inout Bytes) {
    out.put("\"spec\":")
    write(state.template.text.spec, meta, to: &out)
    out.put(",\"status\":{")
    if state.started != nil { out.put("\"observedGeneration\":1,") }
    out.put(member: "phase", state.phase.rawValue)
    writeConditions(to: &out)
    out.put(member: "message", state.message)
    out.put(member: "reason", state.reason)
    out.put(member: "nominatedNodeName", state.nominated?.name)
    if state.started != nil { writeKubeletStatus(meta, to: &out) }
    out.put(member: "qosClass", state.template.qosClass)
    if state.started != nil { out.append(contentsOf: state.template.text.total) }
    out.close("}")
    out.put(",")
  }

  func writeManagers(_ meta: Meta, to out: inout Bytes) {
    let text = state.template.text
    out.put("\"managedFields\":[")
    if !meta.owners.isEmpty {
      out.put("{\"manager\":\"kube-controller-manager\",")
      writeManager(text.controllerFields, time: meta.created, meta, to: &out)
      out.put("},")
    }
    // What came through the API: a pod made by hand, a label set on another.
    for manager in meta.managers {
      manager.write(sorted: false, to: &out)
      out.put(",")
    }
    if state.started != nil {
      out.put("{\"manager\":\"kubelet\",")
      let fields = state.addressText == nil ? text.earlyKubeletFields : text.kubeletFields
      writeManager(fields, time: state.reported, meta, to: &out)
      out.put(",\"subresource\":\"status\"},")
    }
    out.close("]")
    out.put(",")
  }

  private func writeManager(_ fields: Template, time: Int64, _ meta: Meta, to out: inout Bytes) {
    out.put("\"operation\":\"Update\",\"apiVersion\":\"v1\",\"time\":")
    out.put(timeSeconds: time)
    out.put(",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":")
    write(fields, meta, to: &out)
  }

  private func write(_ template: Template, _ meta: Meta, to out: inout Bytes) {
    template.write(to: &out) { value, out in
      switch PodText.Hole(rawValue: value) {
      case .node:
        guard let node = state.node else { return }
        out.put("\"nodeName\":\"")
        out.put(raw: node.name)
        out.put("\",")
      case .tokenSuffix: out.put(raw: state.tokenSuffix)
      case .podName: out.put(raw: meta.name)
      case .ownerUID: if let owner = meta.owners.first { out.put(uid: owner.uid) }
      case .podIP: out.put(raw: state.addressText ?? "")
      case .nodeName: out.put(raw: state.node?.name ?? "")
      case nil: break
      }
    }
  }

  private func writeKubeletStatus(_ meta: Meta, to out: inout Bytes) {
    if let node = state.node {
      out.put(member: "hostIP", node.address)
      out.put("\"hostIPs\":[{\"ip\":\"")
      out.put(raw: node.address)
      out.put("\"}],")
    }
    if let address = state.addressText {
      out.put(member: "podIP", address)
      out.put("\"podIPs\":[{\"ip\":\"")
      out.put(raw: address)
      out.put("\"}],")
    }
    if let started = state.started {
      out.put("\"startTime\":")
      out.put(timeSeconds: started)
      out.put(",")
    }
    let text = state.template.text
    if !state.initContainers.isEmpty {
      out.put("\"initContainerStatuses\":[")
      for (index, container) in state.initContainers.enumerated() {
        write(container, state.template.initContainers[index], text.initResources[index], to: &out)
        write(text.initMounts[index], meta, to: &out)
        out.put("},")
      }
      out.close("]")
      out.put(",")
    }
    out.put("\"containerStatuses\":[")
    for (index, container) in state.containers.enumerated() {
      write(container, state.template.containers[index], text.resources[index], to: &out)
      write(text.mounts[index], meta, to: &out)
      out.put("},")
    }
    out.close("]")
    out.put(",")
  }

  private func write(
    _ container: ContainerState, _ plan: ContainerPlan, _ resources: Bytes, to out: inout Bytes
  ) {
    out.put("{")
    out.put(member: "name", plan.name)
    out.put("\"state\":{")
    switch container.state {
    case .waiting(let reason, let message):
      out.put("\"waiting\":{")
      out.put(member: "reason", reason)
      out.put(member: "message", message)
      out.close("}")
    case .running(let since):
      out.put("\"running\":{\"startedAt\":")
      out.put(timeSeconds: since)
      out.put("}")
    case .ended(let ending): ending.write(to: &out)
    }
    out.put("},\"lastState\":{")
    container.last?.write(to: &out)
    out.put(container.isReady ? "},\"ready\":true," : "},\"ready\":false,")
    out.put(member: "restartCount", container.restarts)
    out.put(member: "image", plan.image)
    out.put(member: "imageID", container.id == 0 ? "" : plan.digest)
    if container.id != 0 { out.put(containerID: container.id) }
    out.put(container.hasStarted ? "\"started\":true," : "\"started\":false,")
    if container.id != 0 { out.append(contentsOf: resources) }
  }

  private func writeConditions(to out: inout Bytes) {
    out.put("\"conditions\":[")
    let isOver = state.phase == .succeeded
    let over: StaticString? = isOver ? "PodCompleted" : state.phase == .failed ? "PodFailed" : nil
    write("PodReadyToStartContainers", state.sandbox, nil, nil, to: &out)
    let waitsForInit = state.initialized?.isTrue == false
    write(
      "Initialized", state.initialized, waitsForInit ? "ContainersNotInitialized" : isOver ? over : nil,
      waitsForInit ? incomplete : nil, to: &out)
    let isUnready = state.ready?.isTrue == false
    let reason: StaticString? = isUnready ? over ?? "ContainersNotReady" : nil
    let message = isUnready && over == nil ? unready : nil
    write("Ready", state.ready, reason, message, to: &out)
    write("ContainersReady", state.containersReady, reason, message, to: &out)
    let waitsForGate = state.template.placement.isGated
    write(
      "PodScheduled", state.scheduled,
      state.scheduled?.isTrue == false ? (waitsForGate ? "SchedulingGated" : "Unschedulable") : nil,
      state.unschedulable, to: &out)
    if let disruption = state.disruption {
      out.put("{\"type\":\"DisruptionTarget\",\"observedGeneration\":1,\"status\":\"True\",")
      out.put("\"lastProbeTime\":null,\"lastTransitionTime\":")
      out.put(timeSeconds: disruption.since)
      out.put(",")
      out.put(member: "reason", disruption.reason)
      out.put(member: "message", disruption.message)
      out.close("}")
      out.put(",")
    }
    out.close("]")
    out.put(",")
  }

  private func write(
    _ type: StaticString, _ condition: PodState.Condition?, _ reason: StaticString?, _ message: String?,
    to out: inout Bytes
  ) {
    guard let condition else { return }
    out.put("{\"type\":\"")
    out.put(type)
    out.put("\",\"observedGeneration\":1,\"status\":")
    out.put(condition.isTrue ? "\"True\"" : "\"False\"")
    out.put(",\"lastProbeTime\":null,\"lastTransitionTime\":")
    out.put(timeSeconds: condition.since)
    if let reason {
      out.put(",\"reason\":\"")
      out.put(reason)
      out.put("\"")
    }
    if let message {
      out.put(",\"message\":")
      out.put(quoted: message)
    }
    out.put("},")
  }

  private var unready: String {
    let sidecars = zip(state.initContainers, state.template.initContainers).filter {
      $0.1.isSidecar && !$0.0.isReady
    }
    let names =
      sidecars.map(\.1.name)
      + zip(state.containers, state.template.containers).filter { !$0.0.isReady }.map(\.1.name)
    return "containers with unready status: [\(names.joined(separator: " "))]"
  }

  private var incomplete: String {
    let names = zip(state.initContainers, state.template.initContainers)
      .filter { $0.1.isSidecar ? !$0.0.hasStarted : $0.0.ending?.exitCode != 0 }.map(\.1.name)
    return "containers with incomplete status: [\(names.joined(separator: " "))]"
  }
}

extension Ending {
  fileprivate func write(to out: inout Bytes) {
    out.put("\"terminated\":{")
    out.put(member: "exitCode", exitCode)
    out.put(member: "reason", reason)
    out.put(member: "message", message)
    out.put("\"startedAt\":")
    out.put(timeSeconds: startedAt)
    out.put(",\"finishedAt\":")
    out.put(timeSeconds: finishedAt)
    out.put(",")
    out.put(containerID: id)
    out.close("}")
  }
}

extension Bytes {
  /// `"containerID":"containerd://…",`
  fileprivate mutating func put(containerID id: UInt64) {
    put("\"containerID\":\"containerd://")
    put(raw: ContainerID.text(id))
    put("\",")
  }
}

/// The long name of a container, made from its short one.
enum ContainerID {
  static func text(_ id: UInt64) -> String {
    var text = Bytes()
    for part in 0..<4 { text.put(hex: Dice.mixed(id &+ UInt64(part) &* 0x9e37_79b9_7f4a_7c15), digits: 16) }
    return String(decoding: text, as: UTF8.self)
  }
}
