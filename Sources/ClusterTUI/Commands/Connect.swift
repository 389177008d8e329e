import Cluster
import Kubernetes

extension Arguments {
  /// What the command line says about who connects where.
  var overrides: Overrides {
    var overrides = Overrides()
    overrides.kubeconfig = kubeconfig
    overrides.context = context
    overrides.cluster = cluster
    overrides.user = user
    overrides.server = server
    overrides.token = token.map { Secret($0) }
    overrides.asUser = impersonate
    overrides.asGroups = impersonateGroups
    overrides.certificateAuthority = certificateAuthority
    overrides.clientCertificate = clientCertificate
    overrides.clientKey = clientKey
    overrides.tlsServerName = tlsServerName
    overrides.insecureSkipTLSVerify = insecureSkipVerify
    overrides.requestTimeoutSeconds = requestTimeoutSeconds
    return overrides
  }

  var scrapeOptions: ScrapeOptions {
    var options = ScrapeOptions()
    (options.urls, options.prometheus) = (scrapes, prometheus)
    return options
  }
}

extension Connector {
  /// The contexts of a kubeconfig, or of the pod the program runs in.
  /// - Parameters:
  ///   - isReadOnly: whether nothing shall be able to change anything.
  ///   - now: seconds since 1970; nil is the system's clock.
  init(
    _ config: Kubeconfig, _ overrides: Overrides, isReadOnly: Bool, care: Configuration = Configuration(),
    scrapes: ScrapeOptions = ScrapeOptions(), now: (@Sendable () -> Int64)? = nil
  ) {
    contexts = config.contexts.map {
      ContextRow(name: $0.name, cluster: $0.cluster, user: $0.user, namespace: $0.namespace ?? "")
    }
    let rules = Rules(care)
    follow = { rules.care = $0 }
    open = { context in
      let isOther = !context.isEmpty && context != (overrides.context ?? config.currentContext)
      let wanted = isOther ? overrides.switched(to: context) : overrides
      do throws(IdentityError) {
        let connection = try Connection.resolve(wanted, in: config)
        let access = Access(
          connection, reload: { try? Connection.resolve(wanted) }, now: now)
        let reader = KubernetesReader(upstream: access.upstream, scrapes: scrapes)
        let name = context.isEmpty ? connection.place.context : context
        let mayChange = !isReadOnly && !rules.care.isReadOnly(name)
        return .success(
          Link(
            reader: reader, writer: mayChange ? { reader.writer(access) } : nil,
            isProtected: rules.care.isProtected(name)))
      } catch {
        return .failure(ConnectionProblem(text: error.advice))
      }
    }
  }
}

/// What the file of settings says of contexts now.
private final class Rules {
  var care: Configuration
  init(_ care: Configuration) { self.care = care }
}
