import Cluster
import Document

/// What is missing may still be on its way: a first install makes its parts in any order, and controllers make Secrets
/// of other objects.
///
/// Sources: External Secrets Operator (spec.target.name), Sealed Secrets (spec.template.metadata.name), cert-manager
/// (spec.secretName).
enum Arrival {
  /// An ordinary deploy has brought everything by then.
  static let seconds: Int64 = 120
  /// A program that ends so often does not end by the order in which things come up.
  static let restarts = 3

  private static let makers: [(kind: Kind.ID, noun: String)] = [
    ("external-secrets.io/v1/externalsecrets", "external secret"),
    ("external-secrets.io/v1beta1/externalsecrets", "external secret"),
    ("bitnami.com/v1alpha1/sealedsecrets", "sealed secret"),
    ("cert-manager.io/v1/certificates", "certificate"),
  ]

  /// The verdict about an object that a pod needs and that is not there: hopeless only when nobody makes it, and it has not
  /// come for a while.
  static func verdict(
    of kind: Kind.ID, _ name: String, for subject: Case, since: Int64?, hopeless ground: String
  ) -> Finding.Verdict {
    if kind == "v1/secrets", let maker = maker(of: name, for: subject) {
      return .unclear("\(maker) makes it, and has not yet")
    }
    return subject.hasLasted(seconds, since: since)
      ? .hopeless(ground) : .unclear("it may still be on its way")
  }

  /// "external secret db", as far as custom resources are watched.
  private static func maker(of secret: String, for subject: Case) -> String? {
    for (kind, noun) in makers {
      let found = subject.facts(kind)?.first { $0.object.madeSecret == secret }
      if let found { return "\(noun) \(found.ref.name)" }
    }
    return nil
  }
}

extension JSON {
  /// The Secret that an object of one of the makers' kinds makes.
  fileprivate var madeSecret: String? {
    let spec = self["spec"]
    return spec["secretName"].string ?? spec["target"]["name"].string
      ?? spec["template"]["metadata"]["name"].string ?? self["metadata"]["name"].string
  }
}
