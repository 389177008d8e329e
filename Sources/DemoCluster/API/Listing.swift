/// Lists and single objects.
struct Listing: Sendable {
  let target: Route.Target
  let options: ListOptions
  let representation: Representation

  /// What a list consists of, taken from the store at one moment; it is written without the lock.
  struct Snapshot: Sendable {
    let objects: [Object]
    let meta: ObjectWriter.ListMeta
    let now: Moment
  }

  func snapshot(_ world: World) throws(Failure) -> Snapshot {
    let shelf = world.store[target.resource.store]
    let current = world.store.version
    let (version, start, limit) = try frame(shelf, current)
    let options = options
    let resource = target.resource
    let matches: ((Object) -> Bool)? = options.selectsAll ? nil : { options.selects($0, as: resource) }
    guard
      let page = shelf.page(
        at: version, namespace: target.namespace, after: start, limit: limit, where: matches)
    else { throw expired }
    let token = page.last.map { ContinueToken(version: version, last: $0).text }
    return Snapshot(
      objects: page.objects,
      meta: ObjectWriter.ListMeta(version: version, continueToken: token, remaining: page.remaining),
      now: world.now)
  }

  /// The version to list at, the key to go on after, and how many objects to list.
  private func frame(_ shelf: Shelf, _ current: UInt64) throws(Failure) -> (UInt64, ObjectKey?, Int) {
    let limit = options.limit == 0 ? Int.max : options.limit
    if let token = options.continueToken {
      let version = token.version ?? current
      guard version <= current else { throw .tooLargeVersion(version, current: current) }
      return (version, token.last, limit)
    }
    guard let wanted = options.version, wanted > 0 else {
      // From the cache, which knows no pages.
      return (current, nil, options.version == 0 ? Int.max : limit)
    }
    if wanted > current { throw .tooLargeVersion(wanted, current: current) }
    // A limit without a match means exactly this version, as it did before there were matches.
    let isExact = options.versionMatch == .exact || (options.versionMatch == nil && options.limit > 0)
    return (isExact ? wanted : current, nil, limit)
  }

  private var expired: Failure {
    guard let token = options.continueToken else { return .tooOldList }
    return .expiredContinue(next: ContinueToken(version: nil, last: token.last).text)
  }

  func write(_ snapshot: Snapshot) -> Bytes {
    writer(snapshot.now).list(snapshot.objects, snapshot.meta)
  }

  func writer(_ now: Moment) -> ObjectWriter {
    ObjectWriter(
      resource: target.resource, representation: representation, includeObject: options.includeObject,
      now: now)
  }
}
