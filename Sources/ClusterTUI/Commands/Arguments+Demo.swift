import DemoCluster

extension Arguments {
  /// What the demo cluster shall be like; faults and stories that it does not know are told.
  func demoOptions() throws(Problem) -> DemoOptions {
    var options = DemoOptions()
    options.pods = pods
    if let seed { options.seed = seed }
    options.churnPerSecond = churn ?? 0
    let known = DemoOptions.knownStories.map(\.name)
    for name in stories where !known.contains(name) {
      throw Problem(text: "there is no story '\(name)': demo --stories lists them")
    }
    options.stories = stories
    if stories.isEmpty, pods == nil {
      options.stories = DemoOptions.standardStories
      options.leadSeconds = 240
    }
    for name in faults {
      guard let fault = DemoOptions.Fault(rawValue: name) else {
        let known = DemoOptions.Fault.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem(text: "--fault knows \(known), not '\(name)'")
      }
      options.faults.insert(fault)
    }
    return options
  }
}
