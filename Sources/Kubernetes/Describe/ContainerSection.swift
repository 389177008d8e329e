import Cluster
import Document

/// The containers of a pod or of a pod template. kubectl indents those of a template by one blank.
struct ContainerSection {
  let subject: Subject
  /// Only a pod's own containers have references to its fields resolved.
  let isPod: Bool

  func write(_ title: String, _ containers: JSON, _ statuses: JSON, to page: inout PageWriter) {
    if containers.isBlank {
      page.line("\(Marked(title + ":", .heading)) \(Marked.none)")
      return
    }
    let byName = Dictionary(statuses.array.map { ($0["name"].words, $0) }, uniquingKeysWith: { $1 })
    page.heading(title)
    for container in containers.array {
      let name = container["name"].words
      page.entry(name, inTemplate: !isPod) { writeContainer(container, byName[name], to: &$0) }
    }
  }

  private func writeContainer(_ container: JSON, _ status: JSON?, to page: inout PageWriter) {
    writeIdentity(container, status, to: &page)
    Self.writeLines("Command", container["command"], to: &page)
    Self.writeLines("Args", container["args"], to: &page)
    if let status { ContainerState(status: status, clock: subject.clock).write(to: &page) }
    Self.writeResources(container["resources"], to: &page)
    for (title, member) in [("Liveness", "liveness"), ("Readiness", "readiness"), ("Startup", "startup")] {
      let probe = container[member + "Probe"]
      if !probe.isNull { page.field(title, Marked(ProbeText.words(probe))) }
    }
    EnvironmentSection(subject: subject, container: container, isPod: isPod).write(to: &page)
    Self.writeMounts(container, to: &page)
  }

  private func writeIdentity(_ container: JSON, _ status: JSON?, to page: inout PageWriter) {
    if let status { page.field("Container ID", status["containerID"]) }
    page.field("Image", container["image"])
    if let status { page.field("Image ID", status["imageID"]) }
    let ports = container["ports"].array
    let plural = ports.count > 1 ? "s" : ""
    page.field("Port" + plural, Self.ports(ports, "containerPort"))
    page.field("Host Port" + plural, Self.ports(ports, "hostPort"))
    Self.writeSeccomp(container["securityContext"], nested: true, to: &page)
  }

  private static func ports(_ ports: [JSON], _ member: String) -> Marked {
    ports.map { port in
      let name = port["name"].words
      return "\(port[member].count)/\(port["protocol"])" + Marked(name.isEmpty ? "" : " (\(name))")
    }.joined(", ").or(.none)
  }

  static func writeSeccomp(_ context: JSON, nested: Bool, to page: inout PageWriter) {
    let profile = context["seccompProfile"]
    if profile.isNull { return }
    page.field("SeccompProfile", profile["type"])
    guard profile["type"].string == "Localhost" else { return }
    page.nested(nested ? 1 : 0) { $0.field("LocalhostProfile", profile["localhostProfile"]) }
  }

  private static func writeLines(_ title: String, _ words: JSON, to page: inout PageWriter) {
    if words.isBlank { return }
    page.section(title) { page in
      for word in words.array {
        for line in word.words.split(separator: "\n", omittingEmptySubsequences: false) {
          page.line(Marked(String(line), .string))
        }
      }
    }
  }

  static func writeResources(_ resources: JSON, to page: inout PageWriter) {
    for (title, member) in [("Limits", "limits"), ("Requests", "requests")] where !resources[member].isBlank {
      page.section(title) { page in
        for resource in resources[member].sortedMembers {
          page.field(resource.key, Marked(resource.value.words, .number))
        }
      }
    }
  }

  private static func writeMounts(_ container: JSON, to page: inout PageWriter) {
    let mounts = container["volumeMounts"].array.stableSorted {
      $0["mountPath"].words < $1["mountPath"].words
    }
    if mounts.isEmpty { page.field("Mounts", .none) } else { page.heading("Mounts") }
    page.nested { page in
      for mount in mounts {
        let access = mount["readOnly"].isTrue ? "ro" : "rw"
        let path = mount["subPath"].words
        let flags = path.isEmpty ? access : "\(access),path=\"\(path)\""
        page.line("\(mount["mountPath"]) from \(mount["name"]) (\(flags))")
      }
    }
    let devices = container["volumeDevices"].array.stableSorted {
      $0["devicePath"].words < $1["devicePath"].words
    }
    if devices.isEmpty { return }
    page.section("Devices") { page in
      for device in devices { page.line("\(device["devicePath"]) from \(device["name"])") }
    }
  }
}

/// What a container does now and did before.
struct ContainerState {
  let status: JSON
  let clock: PageClock

  func write(to page: inout PageWriter) {
    write("State", status["state"], to: &page)
    if !status["lastState"]["terminated"].isNull { write("Last State", status["lastState"], to: &page) }
    let isReady = status["ready"].isTrue
    page.field("Ready", Marked(isReady ? "True" : "False", isReady ? .good : .warning))
    let restarts = status["restartCount"].count
    page.field("Restart Count", Marked(String(restarts), restarts > 0 ? .warning : .number))
  }

  private func write(_ title: String, _ state: JSON, to page: inout PageWriter) {
    if !state["running"].isNull {
      page.field(title, .state("Running"))
      page.nested { $0.field("Started", clock.date(state["running"]["startedAt"])) }
    } else if !state["terminated"].isNull {
      let isFault = state["terminated"]["exitCode"].count != 0
      page.field(title, Marked("Terminated", isFault ? .warning : .plain))
      page.nested { writeEnd(state["terminated"], to: &$0) }
    } else {
      page.field(title, .state("Waiting"))
      page.nested { $0.field("Reason", ifPresent: .state(state["waiting"]["reason"])) }
    }
  }

  private func writeEnd(_ end: JSON, to page: inout PageWriter) {
    page.field("Reason", ifPresent: .state(end["reason"]))
    page.field("Message", ifPresent: end["message"])
    let code = end["exitCode"].count
    page.field("Exit Code", Marked(String(code), code == 0 ? .good : .bad))
    if end["signal"].count > 0 { page.field("Signal", end["signal"]) }
    page.field("Started", clock.date(end["startedAt"]))
    page.field("Finished", clock.date(end["finishedAt"]))
  }
}

/// A probe in one line: what is asked, how often, and how many answers count.
enum ProbeText {
  static func words(_ probe: JSON) -> String {
    let attributes =
      "delay=\(probe["initialDelaySeconds"].count)s timeout=\(probe["timeoutSeconds"].count)s"
      + " period=\(probe["periodSeconds"].count)s #success=\(probe["successThreshold"].count)"
      + " #failure=\(probe["failureThreshold"].count)"
    return action(probe) + " " + attributes
  }

  private static func action(_ probe: JSON) -> String {
    let http = probe["httpGet"]
    let tcp = probe["tcpSocket"]
    let grpc = probe["grpc"]
    if !probe["exec"].isNull {
      return "exec \(probe["exec"]["command"].isNull ? "[]" : probe["exec"]["command"].words)"
    }
    if !http.isNull {
      let host = HostPort.joined(http["host"].words, http["port"].words)
      return "http-get \(http["scheme"].words.lowercased())://\(host)\(escaped(http["path"].words))"
    }
    if !tcp.isNull { return "tcp-socket \(tcp["host"].words):\(tcp["port"].words)" }
    if !grpc.isNull { return "grpc <pod>:\(grpc["port"].count) \(grpc["service"].words)" }
    return "unknown"
  }

  /// As Go writes the path of a URL.
  private static func escaped(_ path: String) -> String {
    var bytes: [UInt8] = []
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_.~$&+,/:;=@".unicodeScalars.contains(scalar)
      {
        bytes.append(byte)
      } else {
        bytes += Array("%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

enum HostPort {
  /// "10.0.0.1:80", "[fd00::1]:80"; without a port the host alone.
  static func joined(_ host: String, _ port: String) -> String {
    if port.isEmpty { return host }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
