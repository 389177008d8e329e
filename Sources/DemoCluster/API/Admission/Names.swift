import Document

/// The rules for names, labels and keys.
enum Names {
  private static func isSmall(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
  }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isSmall(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  /// RFC 1123: lower case, digits and dashes, ends that are no dashes.
  static func isLabel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
    return isSmall(first) && isSmall(last) && bytes.allSatisfy { isSmall($0) || $0 == UInt8(ascii: "-") }
  }

  static func isSubdomain(_ text: String) -> Bool {
    text.utf8.count <= 253
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        guard let first = part.utf8.first, let last = part.utf8.last else { return false }
        return isSmall(first) && isSmall(last)
          && part.utf8.allSatisfy { isSmall($0) || $0 == UInt8(ascii: "-") }
      }
  }

  static func isConfigKey(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253 && text != "." && text != ".."
      && text.utf8.allSatisfy { isAlphanumeric($0) || "-._".utf8.contains($0) }
  }

  /// An IANA service name.
  static func isPortName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 15
      && text.utf8.allSatisfy { isSmall($0) || $0 == UInt8(ascii: "-") }
  }

  static let labelFault =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

  private static let subdomainFault =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    + "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

  static let serviceFault =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    + "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    + "'[a-z]([-a-z0-9]*[a-z0-9])?')"

  /// What is wrong with the name of an object; nil: nothing.
  static func fault(in name: String, of resource: ResourceDefinition) -> String? {
    switch resource.kind {
    case "Service":
      return isLabel(name) && !isDigit(name.utf8.first ?? 48) ? nil : serviceFault
    case "Namespace": return isLabel(name) ? nil : labelFault
    case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding":
      if name == "." || name == ".." { return "may not be '\(name)'" }
      return name.contains("/") ? "may not contain '/'" : name.contains("%") ? "may not contain '%'" : nil
    default: return isSubdomain(name) ? nil : subdomainFault
    }
  }

  /// What is wrong with a host; it may begin with a wildcard.
  static func hostFault(_ host: String) -> String? {
    if host.hasPrefix("*.") {
      if isSubdomain(String(host.dropFirst(2))) { return nil }
      return
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
        + "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "
        + "'*.example.com', regex used for validation is "
        + "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    }
    return isSubdomain(host) ? nil : subdomainFault
  }

  private static func isQualified(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && text.utf8.allSatisfy { isAlphanumeric($0) || "-._".utf8.contains($0) }
  }

  static func keyFault(_ key: String) -> String? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, !isSubdomain(String(parts[0]).lowercased()) {
      return "prefix part " + subdomainFault
    }
    if parts.count <= 2, let name = parts.last, isQualified(name) { return nil }
    if parts.last?.isEmpty ?? true { return "name part must be non-empty" }
    return
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
      + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
      + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  }

  static func labelCauses(_ key: String, _ value: String, _ path: String) -> [Failure.Cause] {
    var causes: [Failure.Cause] = []
    if let why = keyFault(key) { causes.append(.wrong(path, .string(key), why)) }
    if !value.isEmpty, !isQualified(value[...]) {
      causes.append(
        .wrong(
          path, .string(value),
          value.utf8.count > 63
            ? "must be no more than 63 bytes"
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
              + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
              + "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"))
    }
    return causes
  }
}
