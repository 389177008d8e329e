import Document

/// Which pods belong to an object, in the words of a list request.
enum LogSelection: Hashable {
  /// Those that a label selector names.
  case labels(String)
  /// Those that name it as an owner.
  case owned(String)
  /// Those of the jobs that name it as an owner.
  case ofJobs(String)
  /// It selects none.
  case nothing

  /// - Parameter object: a workload, job, service or custom object, whole.
  init(_ object: JSON) {
    let uid = object["metadata"]["uid"].string ?? ""
    if object["kind"].string == "CronJob" {
      self = .ofJobs(uid)
      return
    }
    let spec = object["spec"]["selector"]
    let bytes = spec.encoded()
    let text = bytes.withUnsafeBytes { bytes -> String? in
      let slice = JSONSlice(bytes)
      guard slice.isObject else { return nil }
      let isSelector = slice["matchLabels"] != nil || slice["matchExpressions"] != nil
      return isSelector ? LabelSelector.text(of: slice) : LabelSelector.text(ofMap: slice)
    }
    if let text {
      self = .labels(text)
    } else if let text = object["status"]["selector"].string ?? object["status"]["labelSelector"].string,
      !text.isEmpty
    {
      // What can be scaled tells its pods there.
      self = .labels(text)
    } else if object["kind"].string == "Service" {
      self = .nothing
    } else {
      self = .owned(uid)
    }
  }
}
