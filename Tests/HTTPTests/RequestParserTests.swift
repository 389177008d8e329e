import Testing

@testable import HTTP

/// What the parser makes of bytes that come in pieces of these sizes.
private func parsed(_ bytes: [UInt8], pieces: () -> Int) -> [String] {
  var parser = RequestParser()
  var seen: [String] = []
  var at = 0
  while true {
    switch parser.next() {
    case .needsMore:
      guard at < bytes.count else { return seen }
      let end = min(bytes.count, at + pieces())
      bytes[at..<end].withUnsafeBytes { parser.append($0) }
      at = end
    case .expectsContinue: break
    case .request(let request, let version):
      let body = String(decoding: request.body, as: UTF8.self)
      seen.append("\(request.method) \(request.path) \(request.headers) \(body) \(version.keepsAlive)")
    case .refused(let status, _): return seen + ["\(status)"]
    }
  }
}

@Suite struct RequestParserTests {
  private let requests = """
    GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept:  a, b \r\n\r\n\r\nPOST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\n\
    one two\
    PUT /d HTTP/1.1\nhost: x\nTransfer-Encoding: Chunked\nConnection: close\n\n3\nabc\nA;x=y\n0123456789\n0\nT: u\n\n\
    DELETE http://proxy/e?f HTTP/1.0\r\n\r\n
    """

  @Test func theSameBytesMeanTheSameInWhateverPiecesTheyCome() {
    let bytes = Array(requests.utf8)
    let whole = parsed(bytes) { bytes.count }
    #expect(
      whole == [
        "GET /a [Host: x, Accept: a, b]  true", "POST /c [Host: x, Content-Length: 7] one two true",
        "PUT /d [host: x, Transfer-Encoding: Chunked, Connection: close] abc0123456789 false",
        "DELETE /e []  false",
      ])
    var random = SystemRandomNumberGenerator()
    for largest in [1, 2, 3, 7, 40] {
      for _ in 0..<20 { #expect(parsed(bytes) { Int.random(in: 1...largest, using: &random) } == whole) }
    }
  }

  @Test func noBytesMakeItFail() {
    let bytes = Array(requests.utf8)
    for round in 0..<2_000 {
      var broken = bytes
      for _ in 0...(round % 4) {
        let at = Int.random(in: 0..<broken.count)
        switch round % 3 {
        case 0: broken[at] = UInt8.random(in: 0...255)
        case 1: broken.remove(at: at)
        default: broken.insert(contentsOf: broken[at...].prefix(20), at: Int.random(in: 0..<broken.count))
        }
      }
      let whole = parsed(broken) { broken.count }
      #expect(parsed(broken) { Int.random(in: 1...50) } == whole)
    }
  }

  @Test func percentAndPlusAreDecoded() {
    #expect(percentDecoded("a%20b%C3%BC%zz%4") == "a bü%zz%4")
    #expect(percentDecoded("a+b", plusIsSpace: true) == "a b")
    let request = ServerRequest(method: "GET", target: "/a%2Fb?c=d%26e&f&=g&", headers: [])
    #expect(request.path == "/a/b")
    #expect(request.rawPath == "/a%2Fb")
    #expect(request.query == [QueryItem("c", "d&e"), QueryItem("f", ""), QueryItem("", "g")])
    #expect(request.query("c") == "d&e")
  }
}
