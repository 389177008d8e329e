import Document
import HTTP
import Synchronization

/// Answers requests from the world behind the lock.
final class APIServer: Sendable {
  private let simulation: Mutex<Simulation>
  /// The moment that the world should be at; nil when something else moves it.
  private let clock: (@Sendable () -> Moment)?
  /// Told after a request that put something on the agenda.
  private let onAgenda: @Sendable () -> Void
  private let address: Mutex<String> = Mutex("")
  private let faults: Faults

  init(
    _ simulation: sending Simulation, faults: Faults, clock: (@Sendable () -> Moment)?,
    onAgenda: @escaping @Sendable () -> Void
  ) {
    self.simulation = Mutex(simulation)
    self.faults = faults
    self.clock = clock
    self.onAgenda = onAgenda
  }

  /// What discovery says about where the server is.
  func setAddress(_ text: String) { address.withLock { $0 = text } }

  /// Works on the world at its present moment.
  private func locked<Result: Sendable>(
    _ body: (Simulation) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var result: Swift.Result<Result, Failure>!
    simulation.withLock { simulation in
      if let clock { simulation.advance(to: clock()) }
      do throws(Failure) { result = .success(try body(simulation)) } catch { result = .failure(error) }
      simulation.watches.pump(simulation.world)
    }
    return try result.get()
  }

  /// Lets time pass. Returns when the next thing happens.
  @discardableResult
  func advance(to moment: Moment) -> Moment? {
    simulation.withLock { simulation in
      simulation.advance(to: moment)
      return simulation.world.agenda.next
    }
  }

  var now: Moment { simulation.withLock { $0.world.now } }

  func endAll() { simulation.withLock { $0.endAll() } }

  // MARK: Requests

  func handle(_ request: ServerRequest, _ responder: Responder) {
    faults.admit(request, responder) { self.admitted(request, responder) }
  }

  private func admitted(_ request: ServerRequest, _ responder: Responder) {
    let answer: Answer
    do throws(Failure) { answer = try self.answer(request, responder) } catch { answer = .failure(error) }
    guard case .whole(let status, let contentType, let body, let headers) = answer else { return }
    // An answer without a body has no type either.
    let type = status == 204 ? [] : [Header("Content-Type", contentType)]
    responder.respond(
      status, [Header("Cache-Control", "no-cache, private")] + type + headers, body: faults.sent(body))
  }

  private func answer(_ request: ServerRequest, _ responder: Responder) throws(Failure) -> Answer {
    if request.body.count > 3 << 20 { throw .tooLarge }
    let isWatch = ["true", "1"].contains(request.query("watch") ?? "")
    let (catalog, route, identity) = try locked { simulation throws(Failure) in
      let world = simulation.world
      let identity = try Identity.of(request, now: world.now)
      let authorizer = Authorizer(world: world, identity: identity)
      if let action = Authorizer.action(proxied: request.path, method: request.method) {
        try authorizer.check(action)
        return (world.catalog, Route?.none, identity)
      }
      let route = try Route(request.path, world.catalog)
      try authorizer.check(
        Authorizer.action(route, method: request.method, path: request.path, isWatch: isWatch))
      return (world.catalog, route, identity)
    }
    guard let route else {
      let answer = try locked { s throws(Failure) in try Proxied(world: s.world, request: request).answer() }
      guard let answer else { throw .unknownResource }
      return answer
    }
    if request.method != "GET" && request.method != "HEAD" { return try change(route, request, identity) }
    let discovery = Discovery(catalog: catalog)
    let isAggregated = Representation.isAggregatedDiscovery(request["Accept"])
    switch route {
    case .version: return .json(Array(Health.version.utf8))
    case .health(let name):
      return .text(Health.text(name, isVerbose: request.query.contains { $0.name == "verbose" }))
    case .coreVersions:
      if isAggregated { return cached(discovery.aggregated(isCore: true), request) }
      return .json(discovery.coreVersions(address: address.withLock { $0 }))
    case .groups:
      return isAggregated ? cached(discovery.aggregated(isCore: false), request) : .json(discovery.groups)
    case .group(let name): return .json(discovery.group(name))
    case .resources(let group, let version): return .json(discovery.resources(group: group, version: version))
    case .openAPI:
      let documents = OpenAPI(catalog: catalog)
      if request.path == "/openapi/v2" {
        return .whole(status: 200, contentType: OpenAPI.secondType, body: documents.second)
      }
      guard request.path.hasPrefix("/openapi/v3") else { throw .unknownPath }
      let path = String(request.path.dropFirst("/openapi/v3".count))
      if path.isEmpty { return .text(String(decoding: documents.index, as: UTF8.self)) }
      return .json(try documents.document(path))
    case .paths:
      return .json(
        Array(
          "{\"paths\":[\"/api\",\"/api/v1\",\"/apis\",\"/healthz\",\"/livez\",\"/readyz\",\"/version\"]}".utf8
        ))
    case .review: throw .methodNotAllowed
    case .objects(let target): return try read(target, request, responder)
    }
  }

  /// Aggregated discovery, which a client need not fetch again while it has the newest.
  private func cached(_ body: Bytes, _ request: ServerRequest) -> Answer {
    var tag = Bytes()
    for part in 0..<4 {
      tag.put(hex: Dice.hash(String(decoding: body, as: UTF8.self), UInt64(part)), digits: 16)
    }
    let etag = "\"\(String(decoding: tag, as: UTF8.self).uppercased())\""
    let headers = [Header("Etag", etag), Header("Vary", "Accept")]
    let isKnown = request["If-None-Match"] == etag
    return .whole(
      status: isKnown ? 304 : 200, contentType: Discovery.aggregatedType, body: isKnown ? [] : body,
      headers: headers)
  }

  // MARK: Reading

  private func read(_ target: Route.Target, _ request: ServerRequest, _ responder: Responder) throws(Failure)
    -> Answer
  {
    if target.subresource == "log" { return try log(target, request, responder) }
    if let part = target.subresource, ContainerAccess.parts.contains(part) {
      throw try refusal(of: ContainerAccess(part: part, query: request.query), to: target)
    }
    guard let representation = Representation(accept: request["Accept"]) else { throw .notAcceptable }
    let options = try ListOptions(request.query, for: target.resource)
    let listing = Listing(target: target, options: options, representation: representation)
    if let name = target.name {
      return try one(listing, name)
    }
    if options.isWatch { return try watch(listing, responder) }
    let snapshot = try locked { simulation throws(Failure) in try listing.snapshot(simulation.world) }
    return whole(listing.write(snapshot), representation)
  }

  private func refusal(
    of access: ContainerAccess, to target: Route.Target
  ) throws(Failure) -> Failure {
    let name = target.name ?? ""
    let key = ObjectKey(namespace: target.namespace ?? "", name: name)
    return try locked { simulation throws(Failure) in
      guard let pod = simulation.world.store[.pods][key] else { throw .notFound(target.resource, name) }
      return access.refusal(pod)
    }
  }

  private func whole(_ body: Bytes, _ representation: Representation) -> Answer {
    guard representation == .yaml, let value = JSON.parse(body).value else { return .json(body) }
    return .whole(status: 200, contentType: "application/yaml", body: Array(value.yaml().utf8))
  }

  private func one(_ listing: Listing, _ name: String) throws(Failure) -> Answer {
    let target = listing.target
    let key = ObjectKey(namespace: target.namespace ?? "", name: name)
    let (found, now, scale) = try locked { simulation -> (Object?, Moment, Bytes?) in
      let found = simulation.world.store[target.resource.store][key]
      let scale =
        target.subresource == "scale" ? found.flatMap { simulation.world.scale($0, target.resource) } : nil
      return (found, simulation.world.now, scale)
    }
    guard let found else { throw .notFound(target.resource, name) }
    if target.subresource == "scale" {
      guard let scale else { throw .unknownResource }
      if listing.representation == .table { return .json(listing.writer(now).scaleTable(scale, found)) }
      return whole(scale, listing.representation)
    }
    return whole(listing.writer(now).object(found), listing.representation)
  }

  // MARK: Watching

  private func watch(_ listing: Listing, _ responder: Responder) throws(Failure) -> Answer {
    let options = listing.options
    // Without a version, or with 0, the watch begins with what there is.
    let hasInitial = options.sendsInitialEvents || options.version == nil || options.version == 0
    let initial = hasInitial ? try locked { s throws(Failure) in try listing.initial(s.world) } : nil
    let stream = responder.stream(
      200, [Header("Cache-Control", "no-cache, private"), Header("Content-Type", "application/json")])
    faults.watch(stream)
    let expiry = faults.expirySeconds
    // Many objects are written without the lock: what happens meanwhile is in the history.
    if let initial { stream.write(listing.initialEvents(initial)) }
    let from = initial?.meta.version ?? options.version ?? 0
    try locked { simulation in
      let watch = WatchHub.Watch(
        listing.target.resource, namespace: listing.target.namespace, listing.representation, options,
        stream: stream,
        from: from)
      watch.hasSentColumns = initial.map { !$0.objects.isEmpty || options.sendsInitialEvents } ?? false
      simulation.watches.add(watch, simulation.world)
      if let expiry { simulation.watches.expire(watch, after: expiry, simulation.world) }
    }
    onAgenda()
    return .streaming
  }

  // MARK: Logs

  private func log(_ target: Route.Target, _ request: ServerRequest, _ responder: Responder) throws(Failure)
    -> Answer
  {
    let name = target.name ?? ""
    let key = ObjectKey(namespace: target.namespace ?? "", name: name)
    let (reading, options, now) = try locked { simulation throws(Failure) in
      guard let object = simulation.world.store[.pods][key], case .pod(let body) = object.body else {
        throw .notFound(target.resource, name)
      }
      let options = try LogOptions(request.query, pod: name, now: simulation.world.now)
      return (try LogReading(object, body.state, options), options, simulation.world.now)
    }
    guard let source = reading.source else { return .whole(status: 204, contentType: "text/plain", body: []) }
    var printer = LogPrinter(options)
    let text = source.text(options, now: now, &printer)
    if !options.isFollowed || source.ended != nil || printer.isFull {
      return .whole(status: 200, contentType: "text/plain", body: text)
    }
    let stream = responder.stream(
      200, [Header("Cache-Control", "no-cache, private"), Header("Content-Type", "text/plain")])
    stream.write(text)
    let rest = printer
    try locked { simulation in
      simulation.follows.add(reading, source, stream, rest, from: now, simulation.world)
    }
    onAgenda()
    return .streaming
  }

  // MARK: Changing

  private func change(
    _ route: Route, _ request: ServerRequest, _ identity: Identity
  ) throws(Failure) -> Answer {
    switch route {
    case .review(let group, let kind):
      guard request.method == "POST" else { throw .methodNotAllowed }
      let body = request.body
      let manager = request["User-Agent"]?.split(separator: "/").first.map(String.init) ?? "unknown"
      let answer = try locked { simulation throws(Failure) in
        try Reviews(world: simulation.world, identity: identity, manager: manager)
          .answer(group: group, kind: kind, body: body)
      }
      return .json(answer, status: 201)
    case .objects(let target):
      let request = try WriteRequest(target, request)
      let answer = try locked { simulation throws(Failure) in try Change(simulation.world, request).perform()
      }
      onAgenda()
      return answer
    default: throw .methodNotAllowed
    }
  }
}

extension Listing {
  /// What a watch begins with. Versions from the future are waited for.
  fileprivate func initial(_ world: World) throws(Failure) -> Snapshot {
    var whole = options
    whole.limit = 0
    whole.version = nil
    whole.versionMatch = nil
    return try Listing(target: target, options: whole, representation: representation).snapshot(world)
  }

  /// An ADDED for each object, and, if asked for, the bookmark that says that these were all.
  fileprivate func initialEvents(_ snapshot: Snapshot) -> Bytes {
    let writer = writer(snapshot.now)
    var out = Bytes()
    for (index, object) in snapshot.objects.enumerated() {
      writer.write(event: "ADDED", object, hasColumns: index == 0, to: &out)
    }
    if options.sendsInitialEvents, options.allowsBookmarks {
      out.append(
        contentsOf: writer.bookmark(
          version: snapshot.meta.version, endsInitialEvents: true, hasColumns: snapshot.objects.isEmpty))
    }
    return out
  }
}
