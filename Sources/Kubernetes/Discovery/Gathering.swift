import Dispatch
import HTTP
import Synchronization

/// Several small answers fetched at the same time.
final class Gathering: Sendable {
  private struct Part {
    var head: ResponseHead?
    var body: [UInt8] = []
    var result: Result<Response, HTTPError>?
  }

  private let parts: Mutex<[Part]>
  private let done = DispatchGroup()

  private init(count: Int) { parts = Mutex(Array(repeating: Part(), count: count)) }

  /// The answers in the order of the requests. Blocks: never on the main or the curl thread.
  static func fetch(_ requests: [ReadRequest], over getter: Getter) -> [Result<Response, HTTPError>] {
    let gathering = Gathering(count: requests.count)
    for (index, request) in requests.enumerated() {
      gathering.done.enter()
      getter.start(request) { event in
        gathering.take(event, at: index)
        return .more
      }
    }
    gathering.done.wait()
    return gathering.parts.withLock { parts in parts.map { $0.result ?? .failure(.cancelled) } }
  }

  private func take(_ event: TransferEvent, at index: Int) {
    switch event {
    case .head(let head): parts.withLock { $0[index].head = head }
    case .body(let bytes): parts.withLock { $0[index].body += Array(bytes) }
    case .ended(let error):
      parts.withLock { parts in
        let part = parts[index]
        if let error {
          parts[index].result = .failure(error)
        } else if let head = part.head {
          parts[index].result = .success(Response(head: head, body: part.body))
        }
      }
      done.leave()
    }
  }
}
