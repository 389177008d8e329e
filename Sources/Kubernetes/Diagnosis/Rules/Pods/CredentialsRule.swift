import Cluster
import Document

extension Rule {
  /// Credentials that stand where everybody who may read the object reads them: variables, arguments, annotations, config maps.
  ///
  /// Source: Kubernetes, "Good practices for Kubernetes Secrets". Found here, shown masked, kept nowhere.
  static let credentials = Rule(
    "credentials", "Credentials in plain sight in variables, arguments, annotations and config maps",
    of: [
      "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/cronjobs",
      "v1/configmaps",
    ]
  ) { subject in
    let places =
      subject.ref.kind == "v1/configmaps" ? PlainSight.ofConfigMap(subject) : PlainSight.ofTemplate(subject)
    return [PlainSight.finding(subject, places)].compactMap { $0 }
  }
}

private enum PlainSight {
  struct Place {
    /// "spec.template.spec.containers[api].env[DB_PASSWORD]"
    var path: String
    /// "variable DB_PASSWORD"
    var words: String
    var match: CredentialMatch
  }

  /// Bigger texts are data, and reading them costs more than the answer is worth.
  private static let maxBytes = 256 * 1_024

  static func finding(_ subject: Case, _ places: [Place]) -> Finding? {
    guard let first = places.first else { return nil }
    let more = places.count > 1 ? " and \(places.count - 1) more" : ""
    var finding = Finding(
      Problem.credentialRule, of: subject.ref, key: "credentials",
      "\(first.match.kind) in plain sight in \(first.words)\(more)", .notice, since: nil,
      .hopeless("it stays readable until it is moved into a Secret and replaced"))
    finding.evidence = places.prefix(10).map {
      Evidence(.field($0.path), "\($0.match.kind): \($0.match.mask)")
    }
    return finding.offering(Offer("look at its manifest", .view(.yaml(subject.ref))))
  }

  static func ofConfigMap(_ subject: Case) -> [Place] {
    subject.object["data"].members.flatMap { member in
      let key = Moment.plain(member.key)
      return found(member.value.string, name: member.key, path: "data[\(key)]", words: "key \(key)")
    } + annotations(subject.metadata, path: "metadata")
  }

  static func ofTemplate(_ subject: Case) -> [Place] {
    let isCron = subject.ref.kind == "batch/v1/cronjobs"
    let template = isCron ? subject.spec["jobTemplate"]["spec"]["template"] : subject.spec["template"]
    let path = isCron ? "spec.jobTemplate.spec.template" : "spec.template"
    var places: [Place] = []
    for list in ["initContainers", "containers"] {
      for container in template["spec"][list].array {
        places += ofContainer(container, path: "\(path).spec.\(list)[\(container["name"].line)]")
      }
    }
    return places + annotations(template["metadata"], path: "\(path).metadata")
      + annotations(subject.metadata, path: "metadata")
  }

  private static func ofContainer(_ container: JSON, path: String) -> [Place] {
    var places = container["env"].array.flatMap { variable in
      let name = variable["name"].line
      return found(
        variable["value"].string, name: name, path: "\(path).env[\(name)]", words: "variable \(name)")
    }
    for field in ["command", "args"] {
      var before = ""
      for (index, word) in container[field].array.enumerated() {
        let text = word.string ?? ""
        // "--password", "x": the name stands in the word before.
        let name = before.hasPrefix("-") && !before.contains("=") ? String(before.drop { $0 == "-" }) : ""
        places += found(
          text, name: name, path: "\(path).\(field)[\(index)]",
          words: "its \(field == "args" ? "arguments" : "command")")
        before = text
      }
    }
    return places
  }

  private static func annotations(_ metadata: JSON, path: String) -> [Place] {
    metadata["annotations"].members.flatMap { member -> [Place] in
      // It repeats the object, where it is found anyway.
      if member.key == "kubectl.kubernetes.io/last-applied-configuration" { return [] }
      let key = Moment.plain(member.key)
      return found(
        member.value.string, name: member.key, path: "\(path).annotations[\(key)]", words: "annotation \(key)"
      )
    }
  }

  private static func found(_ text: String?, name: String, path: String, words: String) -> [Place] {
    guard let text, !text.isEmpty, text.utf8.count <= maxBytes else { return [] }
    return Credentials.found(in: text, name: name).filter { $0.confidence >= .likely }.prefix(3).map {
      Place(path: path, words: words, match: $0)
    }
  }
}
