import Cluster
import Document
import HTTP

/// The readable description of an object: all that `kubectl describe` prints, in its words and order, as a
/// page that folds and links. What stands above and below that is ours (`Attention`, `Provenance`).
package enum Describe {
  /// What to ask for before `page(of:)`; a page can be drawn without any of it, and says then what is
  /// missing.
  package static func requests(for object: JSON, kind: Kind) -> [RelatedRequest] {
    let subject = Subject(
      object: object, kind: kind, related: Related(), clock: PageClock(now: 0, zone: .utc))
    let description = description(of: kind)
    guard !subject.name.isEmpty else { return [] }
    let events = description.hasEvents ? [EventSection.request(for: subject)] : []
    return description.requests(subject) + events
  }

  /// `now` is in seconds since 1970; relative times are counted from it.
  package static func page(
    of object: JSON, kind: Kind, related: Related, now: Int64, zone: TimeZoneChoice = .local
  ) -> Page {
    let subject = Subject(
      object: object, kind: kind, related: related, clock: PageClock(now: now, zone: zone))
    let description = description(of: kind)
    var writer = PageWriter()
    Attention.write(subject, to: &writer)
    description.write(subject, &writer)
    if description.hasEvents { EventSection.write(subject, to: &writer) }
    Provenance.write(subject, to: &writer)
    let place = subject.namespace.isEmpty ? subject.name : "\(subject.namespace)/\(subject.name)"
    return writer.page(title: Moment.plain("\(kind.name) \(place)"))
  }

  private static func description(of kind: Kind) -> Description {
    let key = kind.group.isEmpty ? kind.plural : "\(kind.plural).\(kind.group)"
    return all[key] ?? .generic
  }

  /// By plural and group, whatever the version.
  private static let all: [String: Description] = [
    "pods": .pod, "nodes": .node,
    "deployments.apps": .deployment, "replicasets.apps": .replicaSet,
    "replicationcontrollers": .replicationController,
    "statefulsets.apps": .statefulSet, "daemonsets.apps": .daemonSet,
    "jobs.batch": .job, "cronjobs.batch": .cronJob,
    "horizontalpodautoscalers.autoscaling": .autoscaler, "poddisruptionbudgets.policy": .disruptionBudget,
    "services": .service, "endpoints": .endpoints, "endpointslices.discovery.k8s.io": .endpointSlice,
    "ingresses.networking.k8s.io": .ingress, "ingressclasses.networking.k8s.io": .ingressClass,
    "networkpolicies.networking.k8s.io": .networkPolicy,
    "servicecidrs.networking.k8s.io": .serviceCIDR, "ipaddresses.networking.k8s.io": .ipAddress,
    "persistentvolumes": .volume, "persistentvolumeclaims": .volumeClaim,
    "storageclasses.storage.k8s.io": .storageClass, "csinodes.storage.k8s.io": .csiNode,
    "volumeattributesclasses.storage.k8s.io": .volumeAttributesClass,
    "configmaps": .configMap, "secrets": .secret, "serviceaccounts": .serviceAccount,
    "namespaces": .namespace, "resourcequotas": .resourceQuota, "limitranges": .limitRange,
    "priorityclasses.scheduling.k8s.io": .priorityClass,
    "roles.rbac.authorization.k8s.io": .role, "clusterroles.rbac.authorization.k8s.io": .role,
    "rolebindings.rbac.authorization.k8s.io": .roleBinding,
    "clusterrolebindings.rbac.authorization.k8s.io": .roleBinding,
  ]
}

/// How objects of one kind are described: what else must be asked for, and what is written.
struct Description: Sendable {
  /// Beside the events.
  var requests: @Sendable (Subject) -> [RelatedRequest] = { _ in [] }
  /// Whether kubectl looks for events of this kind.
  var hasEvents = true
  var write: @Sendable (Subject, inout PageWriter) -> Void
}
