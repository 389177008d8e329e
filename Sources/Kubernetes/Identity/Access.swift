import Cluster
import Dispatch
import HTTP
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Turns a resolved connection into something that can ask: reads files, runs plug-ins, keeps what they gave for as
/// long as it is good, and gets it anew when the server says 401.
///
/// `getter`, `writable` and `refresh` may block for as long as a plug-in runs: never on the main or the curl thread.
package final class Access: Sendable {
  package let connection: Connection
  /// How long before its end a plug-in's credential is replaced, and how seldom a token file is looked at.
  private static let leewaySeconds: Int64 = 60
  /// What a plug-in just gave is used for so long even where it says that it has ended: clocks differ, and running
  /// a plug-in for every request would help nobody.
  private static let patienceSeconds: Int64 = 10
  /// Requests under way with the old credential get their 401 a moment after the first did.
  private static let settlingSeconds: Int64 = 2

  private let environment: Environment
  private let terminal: PluginTerminal
  private let deadlineSeconds: Int
  private let reload: @Sendable () -> Connection?
  private let clock: (@Sendable () -> Int64)?
  private var now: @Sendable () -> Int64 { clock ?? { Int64(time(nil)) } }
  /// Held while a credential is being obtained, so that one plug-in runs at a time.
  private let obtaining = Mutex(())
  private let state: Mutex<State>

  private struct State {
    /// The connection that credentials are obtained for: the one given, or what `reload` gave last.
    var source: Connection
    var held: HeldCredential?
    var obtained: Int64 = 0
    /// When a 401 last brought a new credential.
    var renewed: Int64?
    /// The last failure and when it was known: who waited for it gets it too, and runs nothing again.
    var failure: (error: IdentityError, at: Int64)?
    var tokenChecked: Int64 = 0
    var isRenewingAhead = false
  }

  /// - Parameters:
  ///   - reload: resolves the context again after a 401, for programs that write fresh tokens into the kubeconfig.
  ///   - now: seconds since 1970; nil is the system's clock.
  package init(
    _ connection: Connection, environment: Environment = .process, terminal: PluginTerminal = .none,
    deadlineSeconds: Int = 60, reload: @escaping @Sendable () -> Connection? = { nil },
    now: (@Sendable () -> Int64)? = nil
  ) {
    self.connection = connection
    self.environment = environment
    self.terminal = terminal
    self.deadlineSeconds = deadlineSeconds
    self.reload = reload
    clock = now
    state = Mutex(State(source: connection))
  }

  // MARK: What asks

  /// Reads as this identity. Ask again for every new watch: a certificate may have been replaced meanwhile.
  package func getter(over session: HTTPSession) throws(IdentityError) -> Getter {
    let held = try current()
    return Getter(session: session, server: held.server) { [self] in headers() }
  }

  /// Can change things: to be called with a person's consent and for nothing else.
  package func writable(over session: HTTPSession) throws(IdentityError) -> Client {
    let held = try current()
    return Client(session: session, server: held.server) { [self] in headers() }
  }

  /// After a 401: gets the credential anew. nil when there is another one now, else why there is none.
  package func refresh() -> Unavailable? {
    let asked = now()
    return obtaining.withLock { _ in
      let (old, renewed) = state.withLock { ($0.held, $0.renewed) }
      if let renewed, renewed + Self.settlingSeconds >= asked { return nil }
      do throws(IdentityError) {
        if let newer = reload() { state.withLock { $0.source = newer } }
        let fresh = try obtain()
        if let old, !fresh.differs(from: old) { return Unavailable(refusal) }
        keep(fresh)
        let done = now()
        state.withLock { $0.renewed = done }
        return nil
      } catch {
        return Unavailable(error.advice)
      }
    }
  }

  /// The same as a question: whether it is worth asking again after this status.
  package func refreshed(after status: Int) -> Bool { status == 401 && refresh() == nil }

  // MARK: What is held

  /// The server with the client certificate that is shown to it; nil before the first `getter`.
  var currentServer: Server? { state.withLock { $0.held?.server } }

  /// The client certificate that is shown; nil where there is none, and before the first `getter`.
  package var clientCertificate: Certificate? {
    currentServer?.tls.clientCertificate.flatMap { Certificate(pem: $0) }
  }

  /// When the token ends, in seconds since 1970, where it says so or the plug-in did.
  package var tokenExpires: Int64? { state.withLock { $0.held?.tokenExpires } }

  private var refusal: String {
    let who = connection.place.user
    let name = who.isEmpty ? "the user" : "user \"\(Harmless.line(who))\""
    return "the server refused the credential of \(name): \(connection.credential.summary)"
  }

  // MARK: Keeping a credential

  private func current() throws(IdentityError) -> HeldCredential {
    if let held = good() { return held }
    let asked = now()
    return try obtaining.withLock { _ throws(IdentityError) in
      if let held = good() { return held }
      if let failure = state.withLock({ $0.failure }), failure.at > asked { throw failure.error }
      let fresh = try obtain()
      keep(fresh)
      return fresh
    }
  }

  private func good() -> HeldCredential? {
    let now = now()
    return state.withLock { state in
      guard let held = state.held else { return nil }
      guard let expires = held.expires else { return held }
      return now < max(expires, state.obtained + Self.patienceSeconds) ? held : nil
    }
  }

  private func keep(_ fresh: HeldCredential) {
    let now = now()
    state.withLock { state in
      state.held = fresh
      state.obtained = now
      state.failure = nil
      state.tokenChecked = now
    }
  }

  private func obtain() throws(IdentityError) -> HeldCredential {
    do throws(IdentityError) {
      return try HeldCredential(
        state.withLock(\.source), environment: environment, terminal: terminal,
        deadlineSeconds: deadlineSeconds)
    } catch {
      let now = now()
      state.withLock { $0.failure = (error, now) }
      throw error
    }
  }

  /// Called as every request starts, so it must not wait: a plug-in whose credential is about to end is run
  /// beside, and the one we have is used until then.
  private func headers() -> [Header] {
    let now = now()
    let (held, looksAtFile, renews) = state.withLock { state -> (HeldCredential?, Bool, Bool) in
      let looks = state.held?.tokenFile != nil && now - state.tokenChecked >= Self.leewaySeconds
      if looks { state.tokenChecked = now }
      let endsSoon = state.held?.expires.map { $0 - Self.leewaySeconds <= now } ?? false
      let isFresh = now < state.obtained + Self.patienceSeconds
      let renews = endsSoon && !isFresh && !state.isRenewingAhead
      if renews { state.isRenewingAhead = true }
      return (state.held, looks, renews)
    }
    guard var held else { return [] }
    if looksAtFile, held.readTokenFile() {
      let newer = held
      state.withLock { state in
        state.held = newer
        // An answer of 401 that is on its way belongs to the token before.
        state.renewed = now
      }
    }
    if renews { renewAhead() }
    return held.headers
  }

  private func renewAhead() {
    DispatchQueue.global(qos: .utility).async { [self] in
      obtaining.withLock { _ in
        if let fresh = try? obtain() { keep(fresh) }
      }
      state.withLock { $0.isRenewingAhead = false }
    }
  }
}

extension Access {
  /// What a `KubernetesReader` needs of an identity.
  package var upstream: Upstream {
    var upstream = Upstream(
      place: connection.place,
      getter: { [self] session in
        do throws(IdentityError) { return .success(try getter(over: session)) } catch {
          return .failure(Unavailable(error.advice))
        }
      },
      refresh: { [self] in refresh() })
    if let clock { upstream.now = { Double(clock()) } }
    return upstream
  }
}

extension Access: CustomReflectable {
  package nonisolated var customMirror: Mirror { Mirror(self, children: ["place": connection.place]) }
}
