/// Somebody who may be allowed something.
package struct AccessSubject: Sendable, Hashable {
  package enum Sort: String, Sendable, Hashable {
    case user = "User"
    case group = "Group"
    case account = "ServiceAccount"
  }

  package var sort: Sort
  package var name: String
  /// Of a service account.
  package var namespace: String

  package init(_ sort: Sort, _ name: String, namespace: String = "") {
    self.sort = sort
    self.name = name
    self.namespace = namespace
  }

  /// "user jane", "group devs", "service account shop/web"
  package var words: String {
    switch sort {
    case .user: "user \(name)"
    case .group: "group \(name)"
    case .account: "service account \(namespace)/\(name)"
    }
  }
}

/// One thing that is done to objects, as permissions name it.
package struct AccessAction: Sendable, Hashable {
  package var verb: String
  package var group: String
  /// "pods", "pods/log"
  package var resource: String
  /// Empty for any object.
  package var name = ""
  /// Empty for the whole cluster.
  package var namespace: String

  package init(_ verb: String, _ resource: String, group: String = "", namespace: String = "") {
    self.verb = verb
    self.resource = resource
    self.group = group
    self.namespace = namespace
  }

  /// "list pods in shop"
  package var words: String {
    let kind = group.isEmpty ? resource : "\(resource).\(group)"
    let object = name.isEmpty ? kind : "\(kind) \(name)"
    return "\(verb) \(object)" + (namespace.isEmpty ? " in all namespaces" : " in \(namespace)")
  }
}

/// What is asked about permissions.
package enum AccessQuery: Sendable, Hashable {
  /// What the person may do in a namespace, as the server says it.
  case own(namespace: String)
  /// What somebody may do, by the roles and bindings of these namespaces (all when empty) and the cluster's.
  case subject(AccessSubject, namespaces: [String])
  /// What a role allows, and who has it.
  case role(ObjectRef)
  /// Who may do something.
  case who(AccessAction)
  /// Who is named by bindings at all.
  case subjects(AccessSubject.Sort?, namespaces: [String])
  /// Which role would allow somebody what was refused; the name is empty where the server did not tell it.
  case grant(AccessAction, to: AccessSubject)
}

/// Where a permission comes from.
package struct AccessGrant: Sendable, Hashable {
  /// nil for a role by itself.
  package var binding: ObjectRef?
  package var role: ObjectRef
  package init(binding: ObjectRef?, role: ObjectRef) {
    self.binding = binding
    self.role = role
  }

  /// "rolebinding shop/devs, clusterrole edit"
  package var words: String {
    func words(_ ref: ObjectRef) -> String {
      let plural = ref.kind.split(separator: "/").last.map(String.init) ?? ref.kind
      let place = ref.namespace.isEmpty ? ref.name : "\(ref.namespace)/\(ref.name)"
      return "\(plural.dropLast()) \(place)"
    }
    return [binding.map(words), words(role)].compactMap(\.self).joined(separator: ", ")
  }
}

/// What may be done to one kind of objects.
package struct AccessRule: Sendable, Hashable {
  /// Where it holds; empty means everywhere.
  package var namespace = ""
  package var group: String
  /// "pods", "pods/log", "*", or a path of the server: "/healthz".
  package var resource: String
  /// Only objects of these names; empty for all.
  package var names: [String] = []
  package var verbs: [String]
  package var grants: [AccessGrant] = []

  package init(
    _ resource: String, group: String, verbs: [String], names: [String] = [], namespace: String = ""
  ) {
    self.resource = resource
    self.group = group
    self.verbs = verbs
    self.names = names
    self.namespace = namespace
  }
}

/// Somebody with what gives it to them.
package struct AccessHolder: Sendable, Hashable {
  package var subject: AccessSubject
  package var grants: [AccessGrant]
  package init(_ subject: AccessSubject, _ grants: [AccessGrant]) {
    self.subject = subject
    self.grants = grants
  }
}

/// A role that would allow what was refused, and what an administrator would have to enter.
package struct AccessOffer: Sendable, Hashable {
  package var role: ObjectRef
  /// How many kinds of objects it allows something with: the fewer, the less is given away.
  package var breadth: Int
  /// "kubectl create rolebinding ..."
  package var command: String
  package init(role: ObjectRef, breadth: Int, command: String) {
    self.role = role
    self.breadth = breadth
    self.command = command
  }
}

/// What came of a question about permissions.
package struct AccessBoard: Sendable, Hashable {
  package var rules: [AccessRule] = []
  package var holders: [AccessHolder] = []
  package var offers: [AccessOffer] = []
  /// What an administrator enters where no role fits: one line.
  package var command = ""
  /// Sentences about what is told.
  package var notes: [String] = []
  /// What could not be looked at, and why: sentences.
  package var unseen: [String] = []
  package var isWhole = false
  package init() {}
}
