import Document
import HTTP

/// Why there is no discovery at all.
package enum DiscoveryError: Error, Sendable, Hashable {
  case lost(HTTPError)
  /// The server's own words.
  case refused(status: Int, why: String)
  /// Something answers, and it is no Kubernetes API.
  case notKubernetes(why: String)
}

extension Discovery {
  /// Asks a server for all it serves: two requests, or one for each group version on old servers. Blocks.
  package static func fetch(_ getter: Getter) throws(DiscoveryError) -> Discovery {
    let answers = Gathering.fetch(["/api", "/apis"].map(request), over: getter)
    var versions: [GroupVersion] = []
    var failures: [(path: String, error: DiscoveryError)] = []
    for (path, answer) in zip(["/api", "/apis"], answers) {
      do throws(DiscoveryError) {
        switch try index(of: answer) {
        case .aggregated(let found): versions += found
        case .legacy(let found): versions += complete(found, over: getter)
        case .other(let kind):
          throw .notKubernetes(why: "\(path) is of kind \"\(Harmless.line(kind))\"")
        }
      } catch {
        failures.append((path, error))
      }
    }
    // One half is better than nothing, but nothing is an error.
    if failures.count == 2 { throw failures[0].error }
    var discovery = Discovery(versions)
    for failure in failures {
      discovery.outages.append(Outage(groupVersion: failure.path, why: failure.error.advice))
    }
    return discovery
  }

  private static func request(_ path: String) -> ReadRequest {
    var request = ReadRequest(path)
    request.accept = accept
    request.maxBytes = 64 << 20
    return request
  }

  private static func index(of answer: Result<Response, HTTPError>) throws(DiscoveryError) -> Index {
    let response: Response
    switch answer {
    case .success(let got): response = got
    case .failure(let error): throw .lost(error)
    }
    let json = JSON.parse(response.body).value
    guard response.head.status == 200 else {
      throw .refused(status: response.head.status, why: ServerWords.message(of: response))
    }
    guard let json else { throw .notKubernetes(why: ServerWords.description(of: response)) }
    return index(json)
  }

  /// Asks for each version's resources, all at once. What does not answer is an outage.
  private static func complete(_ versions: [GroupVersion], over getter: Getter) -> [GroupVersion] {
    let answers = Gathering.fetch(versions.map { ReadRequest($0.path) }, over: getter)
    return zip(versions, answers).map { version, answer in
      var version = version
      switch answer {
      case .failure(let error): version.outage = error.advice
      case .success(let response):
        if response.head.status == 200, let found = JSON.parse(response.body).value.flatMap(resources) {
          version.resources = found
        } else {
          version.outage = "\(response.head.status): \(ServerWords.message(of: response))"
        }
      }
      return version
    }
  }
}

extension DiscoveryError {
  /// One line for a person.
  package var advice: String {
    switch self {
    case .lost(let error): error.advice
    case .refused(let status, let why): "\(status): \(why)"
    case .notKubernetes(let why): "this is no Kubernetes API: \(why)"
    }
  }
}
