import Document

extension Benchmark {
  /// Finding the items alone.
  static let jsonList = Benchmark(name: "json.list") {
    let body = PodList.body
    let seconds = medianSeconds {
      body.withUnsafeBytes { precondition(JSONList($0, itemsKey: "items").count == PodList.count) }
    }
    return megabytesPerSecond(body.count, seconds) + "\(PodList.count) items found, \(megabytes(body.count))"
  }

  /// Items and the slices of what a list of pods shows.
  static let jsonFields = Benchmark(name: "json.fields") {
    let body = PodList.body
    var found = 0
    let seconds = medianSeconds {
      found = 0
      body.withUnsafeBytes { bytes in
        var slices: [JSONSlice?] = []
        JSONList(bytes, itemsKey: "items").eachItem { item in
          podFields.pick(from: item, into: &slices)
          for slice in slices where slice != nil { found += 1 }
        }
      }
    }
    return megabytesPerSecond(body.count, seconds) + "\(podFields.count) fields of each item, \(found) found"
  }

  /// The same, and the values decoded to a row: numbers, times, container counts and the bytes of the texts.
  static let jsonRows = Benchmark(name: "json.rows") {
    let body = PodList.body
    var sum = 0
    let seconds = medianSeconds {
      sum = 0
      body.withUnsafeBytes { bytes in
        var slices: [JSONSlice?] = []
        var arena: [UInt8] = []
        arena.reserveCapacity(2_000_000)
        JSONList(bytes, itemsKey: "items").eachItem { item in
          podFields.pick(from: item, into: &slices)
          for text in slices.prefix(7) {
            if let raw = text?.rawString { arena.append(contentsOf: raw) }
          }
          sum &+= Int(slices[7]?.epochSeconds ?? 0)
          slices[8]?.eachElement { status in
            sum &+= status["restartCount"]?.int ?? 0
            if status["ready"]?.bool == true { sum &+= 1 }
          }
          sum &+= arena.count
        }
      }
    }
    return megabytesPerSecond(body.count, seconds) + "rows of the fields' values, checksum \(sum)"
  }

  private static let podFields = FieldSet([
    "metadata.name", "metadata.namespace", "metadata.uid", "metadata.resourceVersion", "spec.nodeName",
    "status.phase",
    "status.podIP", "metadata.creationTimestamp", "status.containerStatuses", "status.initContainerStatuses",
    "metadata.labels", "metadata.deletionTimestamp", "status.reason",
  ])
}
