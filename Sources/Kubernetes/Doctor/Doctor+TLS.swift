import HTTP

/// The handshake: is the server who it should be, and if not, who is it and whom do we trust?
extension Doctor {
  func lookAtTLS(_ server: Server, _ place: ServerPlace, _ probe: ConnectionProbe) -> Step {
    guard place.isSecure else {
      if place.isLoopback { return Step(name: "tls", state: .skipped, found: "plain HTTP on this machine") }
      return Step(
        name: "tls", state: .warned, found: "plain HTTP: everything travels in the clear, credentials too")
    }
    switch probe.error {
    case nil: return verified(server, place, probe)
    case .untrusted(_, let why): return untrusted(server, place, why)
    case .certificateRequired(let place):
      return Step(
        name: "tls", state: .failed, found: "\(place) wants a client certificate, and none is configured",
        advice: "add client-certificate and client-key to the user in the kubeconfig")
    case .certificateUnusable(let why):
      return Step(
        name: "tls", state: .failed, found: "the client certificate can't be used", said: [why],
        advice: "check that certificate and key belong together and that the server trusts who signed it")
    case let error?: return Step(name: "tls", state: .failed, found: error.advice)
    }
  }

  private func verified(_ server: Server, _ place: ServerPlace, _ probe: ConnectionProbe) -> Step {
    let certificate = probe.certificates.first.flatMap { Certificate(pem: $0) }
    let signer = certificate.map { ", signed by \($0.issuer), ends \(relative($0.notAfter))" } ?? ""
    if server.tls.insecureSkipVerify {
      return Step(
        name: "tls", state: .warned,
        found: "not verified: anybody could be the server (insecure-skip-tls-verify)\(signer)",
        advice: "give the cluster a certificate-authority instead")
    }
    let name = server.tls.serverName ?? place.host
    return Step(name: "tls", state: .ok, found: "the server is \(name)\(signer)")
  }

  /// Looks at the certificate that was refused. The connection for that shows nothing of ours and sends nothing.
  private func untrusted(_ server: Server, _ place: ServerPlace, _ why: String) -> Step {
    var stranger = server
    stranger.tls = TLS()
    stranger.tls.serverName = server.tls.serverName
    stranger.tls.insecureSkipVerify = true
    let shown = ConnectionProbe.run(stranger).certificates.first.flatMap { Certificate(pem: $0) }
    var step = Step(
      name: "tls", state: .failed, found: "the server's certificate is not trusted", said: [why])
    guard let shown else { return step }
    let name = server.tls.serverName ?? place.host
    if shown.notAfter <= now {
      step.found = "the server's certificate ended \(relative(shown.notAfter))"
      step.advice = "renew it on the server, or check this machine's clock"
    } else if shown.notBefore > now {
      step.found = "the server's certificate is good only \(relative(shown.notBefore))"
      step.advice = "check this machine's clock"
    } else if isAboutName(why) {
      let hosts = shown.hosts.prefix(8).joined(separator: ", ")
      step.found =
        "the server's certificate is not for \(name); it is for \(hosts.isEmpty ? "nobody" : hosts)"
      step.advice = "use one of these names as the server, or as tls-server-name"
    } else {
      let trusted = server.tls.authorities.map(authorityNames) ?? "the system's authorities"
      step.found = "the server's certificate is signed by \(shown.issuer); we trust \(trusted)"
      step.advice = "use the certificate-authority of this cluster; is this the right server?"
    }
    return step
  }

  private func isAboutName(_ why: String) -> Bool {
    let lower = why.lowercased()
    return lower.contains("subject name") || lower.contains("hostname") || lower.contains("host name")
      || lower.contains("ip address")
  }

  private func authorityNames(_ pem: [UInt8]) -> String {
    let names = PEM.blocks("CERTIFICATE", in: pem).compactMap { Certificate(der: $0)?.subject.description }
    return names.isEmpty ? "nobody (no certificate can be read)" : names.prefix(4).joined(separator: ", ")
  }
}
