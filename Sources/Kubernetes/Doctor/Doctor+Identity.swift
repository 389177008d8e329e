import Cluster
import HTTP

/// Which server, as whom, and with what proof: all that is known before the network is asked.
extension Doctor {
  func lookAtConfig() -> (Step, Connection?) {
    let config = Kubeconfig.load(explicit: overrides.kubeconfig, environment: environment)
    var said = config.problems.map(\.description)
    do throws(IdentityError) {
      let connection = try Connection.resolve(overrides, in: config, environment: environment, root: root)
      if connection.source == .kubeconfig { said += config.missing.map { "\($0): there is no such file" } }
      let state: Step.State = config.problems.isEmpty ? .ok : .warned
      return (
        Step(name: "config", state: state, found: describe(connection, config), said: said), connection
      )
    } catch {
      return (Step(name: "config", state: .failed, found: error.advice, said: said), nil)
    }
  }

  private func describe(_ connection: Connection, _ config: Kubeconfig) -> String {
    let place = connection.place
    let base = connection.server.base
    switch connection.source {
    case .inCluster: return "the service account of this pod, at \(base)"
    case .commandLine: return "the command line, at \(base)"
    case .kubeconfig:
      return
        "context \"\(place.context)\" of \(config.files.joined(separator: ", ")): cluster \"\(place.cluster)\""
        + " at \(base), user \"\(place.user)\""
    }
  }

  func lookAtCredential(_ access: Access, _ session: HTTPSession) -> (Step, Getter?) {
    let credential = access.connection.credential
    let getter: Getter
    do throws(IdentityError) { getter = try access.getter(over: session) } catch {
      var step = Step(name: "credential", state: .failed, found: error.advice)
      if case .plugin(let plugin) = error {
        step.said = Array(plugin.said.dropFirst())
        step.advice = "run it by itself: \(plugin.command)"
      }
      return (step, nil)
    }
    var step = Step(name: "credential", state: .ok, found: credential.summary)
    if let user = access.connection.impersonation.user { step.found += ", acting as \(user)" }
    if let certificate = access.clientCertificate { judge(certificate, &step) }
    if let ends = access.tokenExpires { judge(end: ends, of: "token", &step) }
    return (step, getter)
  }

  private func judge(_ certificate: Certificate, _ step: inout Step) {
    let groups = certificate.subject.organizations.map { Harmless.line($0) }
    step.found += " of \(certificate.subject)"
    if !groups.isEmpty { step.found += " (groups: \(groups.joined(separator: ", ")))" }
    if certificate.notBefore > now {
      step.state = .failed
      step.found += ", which is good only \(relative(certificate.notBefore))"
      step.advice = "check this machine's clock"
    } else {
      judge(end: certificate.notAfter, of: "client certificate", &step)
    }
  }

  private func judge(end: Int64, of what: String, _ step: inout Step) {
    if end > now {
      step.found += ", it ends \(relative(end))"
      return
    }
    step.state = .failed
    step.found += ", ended \(relative(end))"
    step.advice = "get a new \(what), or check this machine's clock"
  }
}
