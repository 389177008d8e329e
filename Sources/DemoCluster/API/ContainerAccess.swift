import HTTP

/// Ways into a container: `exec`, `attach`, `portforward`. Nothing real runs here, so none leads anywhere; what
/// can be wrong with such a request is still said as the real server says it.
struct ContainerAccess {
  static let parts = ["attach", "exec", "portforward"]
  let part: String
  let query: [QueryItem]

  func refusal(_ pod: Object) -> Failure {
    guard case .pod(let body) = pod.body else { return .unknownResource }
    if part != "portforward" {
      let template = body.state.template
      let names = (template.initContainers + template.containers).map(\.name)
      let asked = query.first { $0.name == "container" && !$0.value.isEmpty }?.value
      if let asked, !names.contains(asked) {
        return .badRequest("container \(asked) is not valid for pod \(pod.meta.name)")
      }
      let streams = ["stdin", "stdout", "stderr"]
      if !query.contains(where: { streams.contains($0.name) && $0.value == "true" }) {
        return Failure(
          code: 400, message: "you must specify at least 1 of stdin, stdout, stderr", isPlain: true)
      }
      let name = asked ?? template.containers[0].name
      if !body.state.runs(name) {
        return Failure(code: 500, message: "container not found (\"\(name)\")", isPlain: true)
      }
    }
    let what =
      switch part {
      case "exec": "run a command in"
      case "attach": "attach to"
      default: "forward ports to"
      }
    return .badRequest(
      "the demo cluster only simulates its containers: nothing can \(what) pod \"\(pod.meta.name)\"")
  }
}

extension PodState {
  /// Whether a container of that name runs.
  fileprivate func runs(_ name: String) -> Bool {
    let states = initContainers + containers
    let plans = template.initContainers + template.containers
    return zip(plans, states).contains { $0.name == name && $1.runningSince != nil }
  }
}
