import HTTP

/// The open watches, and what each has been told.
final class WatchHub {
  /// Everything that decides the text of a watch: watches that have it in common share the bytes.
  struct Form: Hashable {
    let resource: ObjectIdentifier
    let namespace: String?
    let labels: LabelSelector
    let fields: FieldSelector
    let representation: Representation
    let includeObject: ListOptions.IncludeObject
  }

  final class Watch {
    let resource: ResourceDefinition
    let form: Form
    let options: ListOptions
    let stream: ResponseStream
    /// The version up to which everything has been told.
    var version: UInt64
    /// Columns come once, in a Table's first event.
    var hasSentColumns = false

    init(
      _ resource: ResourceDefinition, namespace: String?, _ representation: Representation,
      _ options: ListOptions,
      stream: ResponseStream, from version: UInt64
    ) {
      self.resource = resource
      self.options = options
      self.stream = stream
      self.version = version
      form = Form(
        resource: ObjectIdentifier(resource), namespace: namespace, labels: options.labels,
        fields: options.fields,
        representation: representation, includeObject: options.includeObject)
    }

    func writer(_ now: Moment) -> ObjectWriter {
      ObjectWriter(
        resource: resource, representation: form.representation, includeObject: form.includeObject, now: now)
    }
  }

  private var watches: [Watch] = []
  private var pumped: UInt64 = 0
  /// A client that does not read is dropped before it holds more than this.
  private static let maxBacklogBytes = 512 << 20

  var count: Int { watches.count }

  /// Begins to tell a watch of all that happens after its version.
  func add(_ watch: Watch, _ world: World) {
    watches.append(watch)
    pump(watch, world, &cache)
    cache.removeAll()
    if watch.options.allowsBookmarks { bookmark(watch, after: 60, world) }
    guard let seconds = watch.options.timeoutSeconds else { return }
    world.after(seconds) { [weak self, weak watch] world in
      guard let self, let watch else { return }
      self.end(watch)
    }
    if watch.options.allowsBookmarks, seconds > 3 { bookmark(watch, after: seconds - 2, world) }
  }

  private func bookmark(_ watch: Watch, after seconds: Double, _ world: World) {
    world.after(seconds) { [weak self, weak watch] world in
      guard let self, let watch, watch.stream.isOpen, self.watches.contains(where: { $0 === watch }) else {
        return
      }
      // Before the version of a bookmark everything must have been told.
      self.pump(world)
      self.send(
        watch.writer(world.now).bookmark(
          version: watch.version, endsInitialEvents: false, hasColumns: !watch.hasSentColumns), to: watch)
      if seconds == 60 { self.bookmark(watch, after: 60, world) }
    }
  }

  private func send(_ bytes: Bytes, to watch: Watch) {
    watch.hasSentColumns = true
    watch.stream.write(bytes)
  }

  /// Ends a watch as if its version had been forgotten.
  func expire(_ watch: Watch, after seconds: Double, _ world: World) {
    world.after(seconds) { [weak self, weak watch] world in
      guard let self, let watch, self.watches.contains(where: { $0 === watch }) else { return }
      watch.stream.write(WatchHub.error(.tooOldWatch(watch.version, oldest: world.store.version)))
      self.end(watch)
    }
  }

  private func end(_ watch: Watch) {
    watch.stream.finish()
    watches.removeAll { $0 === watch }
  }

  func endAll() {
    for watch in watches { watch.stream.finish() }
    watches.removeAll()
  }

  // MARK: Telling

  /// The texts that were made for one round, by form and by the version they begin after.
  private struct CacheKey: Hashable {
    let form: Form
    let after: UInt64
  }
  private var cache: [CacheKey: Bytes] = [:]

  /// Tells every watch what it has not been told.
  func pump(_ world: World) {
    let version = world.store.version
    if version == pumped { return }
    pumped = version
    watches.removeAll { !$0.stream.isOpen }
    for watch in watches { pump(watch, world, &cache) }
    cache.removeAll(keepingCapacity: true)
    // A kind that is no longer defined has nothing more to tell.
    for watch in watches where watch.resource.isCustom {
      let resource = watch.resource
      let isServed =
        world.catalog.resource(group: resource.group, version: resource.version, plural: resource.plural)
        != nil
      if !isServed { end(watch) }
    }
  }

  private func pump(_ watch: Watch, _ world: World, _ cache: inout [CacheKey: Bytes]) {
    let shelf = world.store[watch.resource.store]
    guard let changes = shelf.changes(after: watch.version) else {
      watch.stream.write(WatchHub.error(.tooOldWatch(watch.version, oldest: shelf.forgotten)))
      end(watch)
      return
    }
    defer { watch.version = max(watch.version, world.store.version) }
    if changes.isEmpty { return }
    if watch.stream.backlogBytes > WatchHub.maxBacklogBytes {
      watch.stream.abort()
      watches.removeAll { $0 === watch }
      return
    }
    var changesLeft = changes
    // The first event of a Table has the columns, so it is this watch's own.
    while watch.form.representation == .table, !watch.hasSentColumns, let change = changesLeft.popFirst() {
      let text = encode([change], watch, world.now)
      if !text.isEmpty { send(text, to: watch) }
    }
    guard let first = changesLeft.first else { return }
    let key = CacheKey(form: watch.form, after: first.version)
    let text = cache[key] ?? encode(changesLeft, watch, world.now)
    cache[key] = text
    if !text.isEmpty { send(text, to: watch) }
  }

  private func encode(_ changes: ArraySlice<Shelf.Change>, _ watch: Watch, _ now: Moment) -> Bytes {
    let writer = watch.writer(now)
    var out = Bytes()
    for change in changes {
      guard isInScope(change, watch) else { continue }
      let before = change.before.flatMap { watch.options.selects($0, as: watch.resource) ? $0 : nil }
      let after = change.after.flatMap { watch.options.selects($0, as: watch.resource) ? $0 : nil }
      switch (before, after) {
      case (nil, let after?): writer.write(event: "ADDED", after, hasColumns: !watch.hasSentColumns, to: &out)
      case (_?, let after?):
        writer.write(event: "MODIFIED", after, hasColumns: !watch.hasSentColumns, to: &out)
      case (let before?, nil):
        // What was last seen of it, under the version of what took it away.
        let last = Object(before.meta, version: change.version, before.body)
        writer.write(event: "DELETED", last, hasColumns: !watch.hasSentColumns, to: &out)
      case (nil, nil): break
      }
    }
    return out
  }

  private func isInScope(_ change: Shelf.Change, _ watch: Watch) -> Bool {
    watch.form.namespace == nil || change.key.namespace == watch.form.namespace
  }

  static func error(_ failure: Failure) -> Bytes {
    var out = Bytes()
    out.put("{\"type\":\"ERROR\",\"object\":")
    out.append(contentsOf: failure.status)
    out.put("}\n")
    return out
  }
}
