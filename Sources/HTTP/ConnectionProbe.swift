import CCurl
import Dispatch
import Synchronization

/// How far a connection to a server came, without a request being sent over it: for finding out what is
/// wrong.
package struct ConnectionProbe: Sendable {
  /// nil when the connection is there, TLS handshake included.
  package var error: HTTPError?
  /// Who took the TCP connection, a proxy where there is one: an address without its port.
  package var address: String?
  package var port: Int?
  package var connectMilliseconds: Int?
  /// From the TCP connection to the end of the handshake.
  package var handshakeMilliseconds: Int?
  /// What the server showed, in PEM, its own certificate first. Empty without TLS and after a failed
  /// handshake.
  package var certificates: [[UInt8]] = []

  /// Connects anew and closes again. Blocks: never on the main or the curl thread.
  package static func run(_ server: Server) -> ConnectionProbe {
    let session = HTTPSession()
    defer { session.shutdown() }
    let found = Mutex(ConnectionProbe())
    let ended = DispatchSemaphore(value: 0)
    var job = Job(ReadRequest("/"), to: server, headers: []) { event in
      if case .ended(let error) = event {
        found.withLock { $0.error = error }
        ended.signal()
      }
      return .more
    }
    job.probe = { facts in found.withLock { $0 = facts } }
    let transfer = session.start(job)
    ended.wait()
    return withExtendedLifetime(transfer) { found.withLock { $0 } }
  }
}

extension Running {
  func setProbe() {
    cc_long(curl, easy, CURLOPT_CONNECT_ONLY, 1)
    cc_long(curl, easy, CURLOPT_CERTINFO, 1)
    cc_long(curl, easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
  }

  /// What libcurl knows of the connection, once the transfer has ended.
  var facts: ConnectionProbe {
    var facts = ConnectionProbe()
    var text: UnsafeMutableRawPointer?
    cc_get_ptr(curl, easy, CURLINFO_PRIMARY_IP, &text)
    let address = text.map { String(cString: $0.assumingMemoryBound(to: CChar.self)) } ?? ""
    if !address.isEmpty {
      facts.address = address
      var port = 0
      cc_get_long(curl, easy, CURLINFO_PRIMARY_PORT, &port)
      facts.port = port
    }
    let (name, connect) = (microseconds(CURLINFO_NAMELOOKUP_TIME_T), microseconds(CURLINFO_CONNECT_TIME_T))
    let handshake = microseconds(CURLINFO_APPCONNECT_TIME_T)
    if connect > 0 { facts.connectMilliseconds = (connect - name) / 1_000 }
    if handshake > 0 { facts.handshakeMilliseconds = (handshake - connect) / 1_000 }
    facts.certificates = certificates
    return facts
  }

  private func microseconds(_ time: CURLINFO) -> Int {
    var value: curl_off_t = 0
    cc_get_off(curl, easy, time, &value)
    return Int(value)
  }

  /// libcurl tells fields of each certificate as "Name:value" lines; "Cert" is the whole of it.
  private var certificates: [[UInt8]] {
    var pointer: UnsafeMutableRawPointer?
    cc_get_ptr(curl, easy, CURLINFO_CERTINFO, &pointer)
    guard let list = pointer?.assumingMemoryBound(to: curl_certinfo.self).pointee, let fields = list.certinfo
    else { return [] }
    var found: [[UInt8]] = []
    for index in 0..<Int(list.num_of_certs) {
      var field = fields[index]
      while let line = field?.pointee {
        let text = String(cString: line.data)
        if text.hasPrefix("Cert:") { found.append(Array(text.utf8.dropFirst(5))) }
        field = line.next
      }
    }
    return found
  }
}
