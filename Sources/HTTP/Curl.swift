import CCurl

/// libcurl, loaded when it is first needed.
enum Curl {
  #if canImport(Darwin)
    private static let library = "libcurl.4.dylib"
  #else
    private static let library = "libcurl.so.4"
  #endif

  /// nil in `table` when libcurl can't be used, and `problem` says why.
  private struct Loaded: @unchecked Sendable {  // written once before anybody sees it, and never freed
    var table: UnsafePointer<cc_curl>?
    var problem = ""
  }

  private static let loaded: Loaded = {
    let table = UnsafeMutablePointer<cc_curl>.allocate(capacity: 1)
    table.initialize(to: cc_curl())
    if let problem = cc_load(table, library) { return Loaded(problem: String(cString: problem)) }
    guard cc_global_init(table) == CURLE_OK else { return Loaded(problem: "libcurl can't be initialised") }
    return Loaded(table: UnsafePointer(table))
  }()

  /// The functions; nil when libcurl is not installed.
  static var table: UnsafePointer<cc_curl>? { loaded.table }
  static var problem: String { loaded.problem }
}
