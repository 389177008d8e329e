import Document

extension Benchmark {
  static let yamlRead = Benchmark(name: "yaml.read") {
    let text = Array(JSON.parse(PodList.make(200)).value!.yaml().utf8)
    let seconds = medianSeconds(runs: 5) { precondition(YAML.parse(text).problems.isEmpty) }
    return megabytesPerSecond(text.count, seconds) + "YAML.parse of 200 pods, \(megabytes(text.count))"
  }

  static let yamlWrite = Benchmark(name: "yaml.write") {
    let value = JSON.parse(PodList.make(200)).value!
    var count = 0
    let seconds = medianSeconds(runs: 5) { count = value.yaml().utf8.count }
    return megabytesPerSecond(count, seconds) + "yaml() of 200 pods, \(megabytes(count))"
  }
}
