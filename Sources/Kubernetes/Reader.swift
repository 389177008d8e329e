import Cluster
import Dispatch
import HTTP
import Synchronization

/// Where the reader's requests go and who makes them: what it needs of an identity.
package struct Upstream: Sendable {
  package var place: Place
  /// A getter over this session with the credential of now, or why there is none. Asked before each request; may
  /// block (a credential plug-in).
  package var getter: @Sendable (HTTPSession) -> Result<Getter, Unavailable>
  /// Called after a 401, by many at once perhaps; nil when there is a new credential, else why not. May block.
  package var refresh: @Sendable () -> Unavailable?
  /// Seconds since 1970: what ages and deadlines in the cluster are counted against.
  package var now: @Sendable () -> Double = { Watcher.now }

  package init(
    place: Place, getter: @escaping @Sendable (HTTPSession) -> Result<Getter, Unavailable>,
    refresh: @escaping @Sendable () -> Unavailable? = { Unavailable("the server refused the credential") }
  ) {
    self.place = place
    self.getter = getter
    self.refresh = refresh
  }
}

/// Where metrics come from beside the cluster's own kubelets and pods.
package struct ScrapeOptions: Sendable {
  /// Pages of metrics: http(s)://HOST:PORT/PATH.
  package var urls: [String] = []
  /// A Prometheus that is asked for history, in place of what is scraped here.
  package var prometheus: String?
  /// How often pages are read that do not say it themselves.
  package var intervalSeconds = 15
  package init() {}
}

/// Why no request can be made, in words for a person.
package struct Unavailable: Error, Sendable, Hashable {
  package var why: String
  package init(_ why: String) { self.why = why }
}

/// A Kubernetes cluster as far as it can be read: serves needs by lists that are then watched, and by log streams.
package final class KubernetesReader: Reader {
  package let place: Place
  private let sessions: [HTTPSession]
  private let lists: Engine
  /// With connections and a queue of its own, so that a log that is paused or busy never holds up a watch.
  private let logs: Engine
  /// With connections and a queue of its own: pages of metrics are big, and nobody waits for them.
  private let metrics: MetricsDesk
  /// With connections and a queue of its own: what is examined must not hold up what is looked at.
  private let diagnosis: Engine
  private let desks: DiagnosisDesks
  private let relations: RelationDesk
  private let prometheus: PrometheusSource?
  private let placements = Placements()
  private let served = Mutex<[Kind.ID: Kind]>([:])

  /// - Parameters:
  ///   - maxBackoffSeconds: about how long a server that fails is left alone at most.
  ///   - scrapes: pages of metrics outside the cluster.
  package init(upstream: Upstream, maxBackoffSeconds: Double = 30, scrapes: ScrapeOptions = ScrapeOptions()) {
    place = upstream.place
    sessions = [HTTPSession(), HTTPSession(), HTTPSession(), HTTPSession()]
    lists = Engine(
      label: "lists", session: sessions[0], upstream: upstream, maxBackoffSeconds: maxBackoffSeconds)
    logs = Engine(
      label: "logs", session: sessions[1], upstream: upstream, maxBackoffSeconds: maxBackoffSeconds)
    let engine = Engine(
      label: "metrics", session: sessions[2], upstream: upstream, maxBackoffSeconds: maxBackoffSeconds)
    diagnosis = Engine(
      label: "diagnosis", session: sessions[3], upstream: upstream, maxBackoffSeconds: maxBackoffSeconds)
    desks = DiagnosisDesks(engine: diagnosis)
    relations = RelationDesk(engine: lists)
    let desk = MetricsDesk(
      engine: engine, placements: placements, urls: scrapes.urls, intervalSeconds: scrapes.intervalSeconds)
    metrics = desk
    prometheus = scrapes.prometheus.flatMap {
      PrometheusSource(url: $0, engine: engine, session: desk.session)
    }
  }

  package var kinds: [Kind] { Kinds.all.map(\.kind) }

  package var traffic: Traffic {
    var traffic = Traffic()
    for part in sessions.map(\.traffic) + [metrics.traffic] {
      traffic.requests += part.requests
      traffic.bytesReceived += part.bytesReceived
    }
    traffic.openWatches =
      lists.openWatches + diagnosis.openWatches + logs.openWatches + metrics.engine.openWatches
    return traffic
  }

  package func start(_ need: Need, into outbox: Outbox) -> Stop {
    outbox.post(.phase(need, .connecting))
    switch need {
    case .rows(let query)
    where query.kind == BuiltIn.targets.kind.id || query.kind == BuiltIn.metrics.kind.id:
      let run = ScrapeTableRun(
        query.kind == BuiltIn.targets.kind.id ? .targets : .metrics, query, desk: metrics, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rows(let query)
    where query.kind == BuiltIn.releases.kind.id || query.kind == BuiltIn.releaseRevisions.kind.id:
      let run = HelmRun(query, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rows(let query) where query.family != nil || query.isGrouped:
      let run = EventsRun(query, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rows(let query) where JoinedRun.serves(query):
      let run = JoinedRun(query, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rows(let query) where query.kind == BuiltIn.ports.kind.id:
      let run = PortsRun(query, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .release(let ref):
      let run = ReleaseRun(ref, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rows(let query):
      let run = RowsRun(
        query, kind: kind(query.kind), engine: lists, outbox: outbox, placements: placements)
      run.start()
      return Stop { run.stop() }
    case .object(let ref):
      let run = ObjectRun(ref, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .log(let query):
      let run = LogRun(query, engine: logs, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .olderLog(let query):
      let run = OlderLogRun(query, engine: logs, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .description(let ref):
      let run = DescriptionRun(ref, kind: kind(ref.kind), engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rollout(let ref):
      let run = RolloutRun(ref, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .usage(let query):
      let run = UsageRun(query, desk: metrics, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .chart(let query):
      var kind: Kind?
      if case .object(let ref) = query.subject { kind = self.kind(ref.kind) }
      let run = ChartRun(query, kind: kind, desk: metrics, prometheus: prometheus, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .rights(let query):
      let run = RightsRun(query, kind: kind(query.kind), engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .problems(let query):
      return desks.start(ProblemsRun(query, outbox: outbox), namespaces: query.namespaces, orWider: false)
    case .diagnosis(let ref):
      let run = DiagnosisRun(ref, outbox: outbox)
      return desks.start(run, namespaces: ref.namespace.isEmpty ? [] : [ref.namespace], orWider: true)
    case .certificates(let ref):
      return desks.start(CertificateRun(ref, outbox: outbox), namespaces: [ref.namespace], orWider: true)
    case .timeline(let query):
      let namespaces = query.subject.map { $0.namespace.isEmpty ? [] : [$0.namespace] } ?? query.namespaces
      let run = TimelineRun(query, outbox: outbox)
      return desks.start(run, namespaces: namespaces, orWider: query.subject != nil)
    case .related(let ref): return relations.start(RelatedRun(ref, outbox: outbox))
    case .tree(let query): return relations.start(TreeRun(query, outbox: outbox))
    case .access(let query):
      let run = AccessRun(query, engine: lists, outbox: outbox)
      run.start()
      return Stop { run.stop() }
    case .preview:
      outbox.post(.phase(need, .refused(status: 405, why: "a reader changes nothing")))
      return Stop {}
    case .kinds:
      let run = KindsRun(engine: lists, outbox: outbox, known: kinds) { [weak self] served in
        self?.served.withLock { known in for kind in served { known[kind.id] = kind } }
        self?.desks.served(served)
        self?.relations.served(served)
      }
      run.start()
      return Stop { run.stop() }
    }
  }

  /// What can change things through this identity: to be called with a person's consent and for nothing else.
  package func writer(_ access: Access) -> Writer {
    let desk = ChangeDesk(
      engine: lists, session: HTTPSession(), place: place, kind: { [self] in kind($0) },
      client: { session in
        do throws(IdentityError) { return .success(try access.writable(over: session)) } catch {
          return .failure(Unavailable(error.advice))
        }
      }, refresh: { access.refresh() })
    return desk.writer
  }

  package func close() {
    lists.close()
    logs.close()
    diagnosis.close()
    metrics.close()
    metrics.engine.close()
    for session in sessions { session.shutdown() }
  }

  /// As the server told it, else as we know it; a kind that neither knows is still asked for.
  private func kind(_ id: Kind.ID) -> Kind {
    if let kind = served.withLock({ $0[id] }) ?? Kinds.builtIn(id)?.kind { return kind }
    let plural = id.split(separator: "/").last.map(String.init) ?? id
    return Kind(id: id, name: plural)
  }
}
