import Cluster
import Document
import Kubernetes

extension Benchmark {
  /// Whole rows of pods as the table shows them: every cell, labels, owner, tone and reason, written into a batch.
  static let podRows = Benchmark(name: "kinds.pods") {
    let body = PodList.body
    let decoder = Kinds.builtIn("v1/pods")!.decoder!
    var bytes = 0
    let seconds = medianSeconds {
      var writer = RowWriter()
      body.withUnsafeBytes { buffer in
        var count = 0
        bytes = 0
        JSONList(buffer, itemsKey: "items").eachItem {
          decoder.write($0, &writer)
          count += 1
          if count % 500 == 0 { bytes += writer.takeBatch().byteCount }
        }
      }
    }
    return megabytesPerSecond(body.count, seconds)
      + "\(PodList.count) pods to rows of \(megabytes(bytes)), \(milliseconds(seconds))"
  }
}
