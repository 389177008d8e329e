import Document

extension Benchmark {
  /// A whole value of one object, as when it is opened, and of a list.
  static let jsonTree = Benchmark(name: "json.tree") {
    let body = PodList.make(500)
    let seconds = medianSeconds { _ = JSON.parse(body) }
    return megabytesPerSecond(body.count, seconds) + "JSON.parse of 500 pods, \(megabytes(body.count))"
  }
}
