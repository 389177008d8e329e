import Document
import Metrics

extension StateKind {
  static let deployments = StateKind(
    "apps/v1/deployments", [.namespace, .name("deployment")],
    [
      .count("kube_deployment_spec_replicas", "How many pods are wanted.", "spec.replicas", or: nil),
      .flag("kube_deployment_spec_paused", "Whether changes of the template wait.", "spec.paused"),
      .count("kube_deployment_status_replicas", "How many pods there are.", "status.replicas"),
      .count(
        "kube_deployment_status_replicas_available", "How many pods have been ready for long enough.",
        "status.availableReplicas"),
      .count("kube_deployment_status_replicas_ready", "How many pods are ready.", "status.readyReplicas"),
      .count(
        "kube_deployment_status_replicas_unavailable",
        "How many pods are missing or not ready for long enough.",
        "status.unavailableReplicas"),
      .count(
        "kube_deployment_status_replicas_updated", "How many pods have the current template.",
        "status.updatedReplicas"),
      .count(
        "kube_deployment_metadata_generation", "Which version of its specification a deployment has.",
        "metadata.generation"),
      .count(
        "kube_deployment_status_observed_generation", "Which version its controller has taken up.",
        "status.observedGeneration"),
      StateFamily(
        "kube_deployment_status_condition", "The conditions of a deployment.", ["status.conditions"]
      ) { fields, out in
        fields[0]?.eachElement { condition in
          let reason = condition["reason"]
          let isKnown = !reason.isPresent || conditionReasons.contains { reason.has($0) }
          out.statusSet("status", condition["status"]) { out in
            if isKnown { out.label("reason", reason) } else { out.label("reason", "unknown" as StaticString) }
            out.label("condition", condition["type"])
          }
        }
      },
    ])

  /// What the deployment controller gives as reasons (deployment_utils.go); others would be too many.
  private static let conditionReasons: [StaticString] = [
    "ReplicaSetUpdated", "ReplicaSetCreateError", "NewReplicaSetCreated", "FoundNewReplicaSet",
    "NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused", "DeploymentResumed",
    "MinimumReplicasAvailable", "MinimumReplicasUnavailable",
  ]

  static let replicaSets = StateKind(
    "apps/v1/replicasets", [.namespace, .name("replicaset")],
    [.owner("kube_replicaset_owner", "The objects that own a replica set.")])

  static let statefulSets = StateKind(
    "apps/v1/statefulsets", [.namespace, .name("statefulset")],
    [
      .count("kube_statefulset_replicas", "How many pods are wanted.", "spec.replicas", or: nil),
      .count("kube_statefulset_status_replicas", "How many pods there are.", "status.replicas"),
      .count("kube_statefulset_status_replicas_ready", "How many pods are ready.", "status.readyReplicas"),
      .count(
        "kube_statefulset_status_replicas_current", "How many pods have the current revision.",
        "status.currentReplicas"),
      .count(
        "kube_statefulset_status_replicas_updated", "How many pods have the revision that is rolled out.",
        "status.updatedReplicas"),
      .info(
        "kube_statefulset_status_current_revision", "The revision that pods have before the rollout.",
        [("revision", "status.currentRevision")]),
      .info(
        "kube_statefulset_status_update_revision", "The revision that is rolled out.",
        [("revision", "status.updateRevision")]),
      .count(
        "kube_statefulset_metadata_generation", "Which version of its specification a stateful set has.",
        "metadata.generation"),
      .count(
        "kube_statefulset_status_observed_generation", "Which version its controller has taken up.",
        "status.observedGeneration"),
    ])

  static let daemonSets = StateKind(
    "apps/v1/daemonsets", [.namespace, .name("daemonset")],
    [
      .count(
        "kube_daemonset_status_desired_number_scheduled", "On how many nodes a pod is wanted.",
        "status.desiredNumberScheduled"),
      .count(
        "kube_daemonset_status_current_number_scheduled", "On how many of these nodes there is one.",
        "status.currentNumberScheduled"),
      .count("kube_daemonset_status_number_ready", "On how many it is ready.", "status.numberReady"),
      .count(
        "kube_daemonset_status_number_available", "On how many it has been ready for long enough.",
        "status.numberAvailable"),
      .count(
        "kube_daemonset_status_number_unavailable", "On how many it is missing or not ready for long enough.",
        "status.numberUnavailable"),
      .count(
        "kube_daemonset_status_number_misscheduled", "On how many nodes a pod runs that should not.",
        "status.numberMisscheduled"),
      .count(
        "kube_daemonset_status_updated_number_scheduled", "On how many the pod has the current template.",
        "status.updatedNumberScheduled"),
    ])

  static let jobs = StateKind(
    "batch/v1/jobs", [.namespace, .name("job_name")],
    [
      .count("kube_job_status_active", "How many of its pods run or wait.", "status.active"),
      .count("kube_job_status_succeeded", "How many of its pods have succeeded.", "status.succeeded"),
      StateFamily(
        "kube_job_status_failed", "How many of its pods have failed, or 1 for the reason why the job did.",
        ["status.failed", "status.conditions"], write: jobFailures),
      .condition("kube_job_complete", "Whether the job has done its work.", "Complete"),
      .condition("kube_job_failed", "Whether the job has given up.", "Failed"),
      .moment(
        "kube_job_status_start_time", "When the job was taken up, in seconds since 1970.", "status.startTime"),
      .moment(
        "kube_job_status_completion_time", "When the job had done its work, in seconds since 1970.",
        "status.completionTime"),
      .count("kube_job_spec_completions", "How many pods must succeed.", "spec.completions", or: nil),
      .owner("kube_job_owner", "The objects that own a job."),
    ])

  private static let failureReasons: [StaticString] = ["BackoffLimitExceeded", "DeadlineExceeded", "Evicted"]

  private static let jobFailures: @Sendable (Fields, inout SeriesWriter) -> Void = { fields, out in
    let failed = fields[0]?.double ?? 0
    if failed == 0 { return out.line(0) }
    var isKnown = false
    fields[1]?.eachElement { condition in
      guard condition["type"].has("Failed") else { return }
      out.set("reason", of: failureReasons, condition["reason"])
      isKnown = isKnown || failureReasons.contains { condition["reason"].has($0) }
    }
    guard !isKnown else { return }
    out.begin()
    out.label("reason", "" as StaticString)
    out.end(failed)
  }

  static let cronJobs = StateKind(
    "batch/v1/cronjobs", [.namespace, .name("cronjob")],
    [
      StateFamily(
        "kube_cronjob_next_schedule_time", "When the next job is due, in seconds since 1970.",
        [
          "spec.schedule", "spec.timeZone", "spec.suspend", "status.lastScheduleTime",
          "metadata.creationTimestamp",
        ]
      ) { fields, out in
        guard fields[2]?.bool != true, let last = fields[3]?.epochSeconds ?? fields[4]?.epochSeconds,
          let schedule = CronSchedule(fields[0]?.string ?? ""),
          // Without a zone the controller goes by its own clock, which is nearly always UTC.
          let zone = TimeZoneRules.named(fields[1]?.string ?? ""),
          let next = schedule.next(after: last, in: zone)
        else { return }
        out.line(Double(next))
      },
      .moment(
        "kube_cronjob_status_last_schedule_time", "When a job was last made, in seconds since 1970.",
        "status.lastScheduleTime"),
      .moment(
        "kube_cronjob_status_last_successful_time", "When a job last succeeded, in seconds since 1970.",
        "status.lastSuccessfulTime"),
      .flag("kube_cronjob_spec_suspend", "Whether no jobs are made.", "spec.suspend"),
      StateFamily("kube_cronjob_status_active", "How many of its jobs run.", ["status.active"]) {
        fields, out in
        out.line(Double(fields[0].elementCount))
      },
    ])
}
