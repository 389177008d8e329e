#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where files of settings are looked for: our own folder, and k9s's for what ours does not hold.
struct SettingsFolders: Equatable {
  /// $XDG_CONFIG_HOME/clustertui
  var own: String
  /// $K9S_CONFIG_DIR, else $XDG_CONFIG_HOME/k9s.
  var k9s: String
  /// Where k9s keeps what belongs to one context: below its folder, or in $XDG_DATA_HOME/k9s.
  var k9sData: String

  /// A context, for what is set there alone.
  struct Place: Equatable {
    var cluster = ""
    var context = ""

    /// "clusters/C/X" as k9s spells it: what no file may be named with becomes a hyphen.
    fileprivate var path: String? {
      func safe(_ name: String) -> String {
        let parts = name.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "/" }
        return parts.enumerated().filter { $0 == 0 || !$1.isEmpty || $0 == parts.count - 1 }.map(\.element)
          .joined(separator: "-")
      }
      let names = [safe(cluster), safe(context)]
      guard !names.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
      return "clusters/\(names[0])/\(names[1])"
    }
  }

  init(environment: (String) -> String? = Self.environment) {
    let home = environment("HOME") ?? ""
    // The standard wants relative paths to be ignored.
    func base(_ name: String, _ otherwise: String) -> String {
      environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(otherwise)"
    }
    let config = base("XDG_CONFIG_HOME", ".config")
    own = "\(config)/clustertui"
    if let folder = environment("K9S_CONFIG_DIR"), !folder.isEmpty {
      (k9s, k9sData) = (folder, folder)
    } else {
      (k9s, k9sData) = ("\(config)/k9s", "\(base("XDG_DATA_HOME", ".local/share"))/k9s")
    }
  }

  init(own: String, k9s: String) { (self.own, self.k9s, k9sData) = (own, k9s, k9s) }

  static func environment(_ name: String) -> String? {
    getenv(name).flatMap { $0.pointee == 0 ? nil : String(cString: $0) }
  }

  /// The files of a name, what counts for a context alone last. Ours is read where there is one, else k9s's.
  func files(_ name: String, at place: Place) -> [String] {
    func found(_ ours: String, _ theirs: String) -> [String] {
      [ours, theirs].first(where: Self.exists).map { [$0] } ?? []
    }
    var files = found("\(own)/\(name)", "\(k9s)/\(name)")
    if let path = place.path { files += found("\(own)/\(path)/\(name)", "\(k9sData)/\(path)/\(name)") }
    return files
  }

  /// The file of a skin; its name is no path.
  func skin(_ name: String) -> String? {
    guard !name.contains("/"), name != "..", name != "." else { return nil }
    return [own, k9s].lazy.map { "\($0)/skins/\(name).yaml" }.first(where: Self.exists)
  }

  /// The names of the skins there are.
  var skinNames: [String] {
    let names = [own, k9s].flatMap { Self.names(in: "\($0)/skins") }
    return Array(Set(names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })).sorted()
  }

  /// Every folder whose files count for a context.
  func folders(at place: Place) -> [String] {
    var folders = [own, "\(own)/skins", k9s, "\(k9s)/skins"]
    if let path = place.path { folders += ["\(own)/\(path)", "\(k9sData)/\(path)"] }
    return folders
  }

  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  private static func names(in folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing), names.count < 1_000 {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) {
          String(cString: $0.bindMemory(to: CChar.self).baseAddress!)
        })
    }
    return names
  }
}
