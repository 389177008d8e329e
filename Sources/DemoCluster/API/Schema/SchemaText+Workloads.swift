extension SchemaText {
  static let workloads = """
    Deployment metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
    DeploymentSpec replicas:i selector:LabelSelector^ template:PodTemplateSpec strategy:DeploymentStrategy \
    minReadySeconds:i revisionHistoryLimit:i paused:b progressDeadlineSeconds:i
    DeploymentStrategy type:s rollingUpdate:RollingUpdate
    RollingUpdate partition:i maxUnavailable:x maxSurge:x
    DeploymentStatus observedGeneration:i replicas:i updatedReplicas:i readyReplicas:i availableReplicas:i \
    unavailableReplicas:i terminatingReplicas:i conditions:[Condition|type] collisionCount:i
    ReplicaSet metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
    ReplicaSetSpec replicas:i minReadySeconds:i selector:LabelSelector^ template:PodTemplateSpec
    ReplicaSetStatus replicas:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i terminatingReplicas:i \
    observedGeneration:i conditions:[Condition|type]
    ReplicationController metadata:ObjectMeta spec:ReplicationControllerSpec status:ReplicaSetStatus
    ReplicationControllerSpec replicas:i minReadySeconds:i selector:{s}^ template:PodTemplateSpec
    StatefulSet metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
    StatefulSetSpec replicas:i selector:LabelSelector^ template:PodTemplateSpec \
    volumeClaimTemplates:[PersistentVolumeClaim] serviceName:s podManagementPolicy:s updateStrategy:DeploymentStrategy \
    revisionHistoryLimit:i minReadySeconds:i persistentVolumeClaimRetentionPolicy:ClaimRetention ordinals:Ordinals
    ClaimRetention whenDeleted:s whenScaled:s
    Ordinals start:i
    StatefulSetStatus observedGeneration:i replicas:i readyReplicas:i currentReplicas:i updatedReplicas:i \
    currentRevision:s updateRevision:s collisionCount:i conditions:[Condition|type] availableReplicas:i
    DaemonSet metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
    DaemonSetSpec selector:LabelSelector^ template:PodTemplateSpec updateStrategy:DeploymentStrategy minReadySeconds:i \
    revisionHistoryLimit:i
    DaemonSetStatus currentNumberScheduled:i numberMisscheduled:i desiredNumberScheduled:i numberReady:i \
    observedGeneration:i updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount:i \
    conditions:[Condition|type]
    ControllerRevision metadata:ObjectMeta data:* revision:i
    Job metadata:ObjectMeta spec:JobSpec status:JobStatus
    JobSpec parallelism:i completions:i activeDeadlineSeconds:i podFailurePolicy:PodFailurePolicy \
    successPolicy:SuccessPolicy backoffLimit:i backoffLimitPerIndex:i maxFailedIndexes:i selector:LabelSelector^ \
    manualSelector:b template:PodTemplateSpec ttlSecondsAfterFinished:i completionMode:s suspend:b \
    podReplacementPolicy:s managedBy:s
    PodFailurePolicy rules:[PodFailureRule]
    PodFailureRule action:s onExitCodes:ExitCodes onPodConditions:[Condition]
    ExitCodes containerName:s operator:s values:[i]
    SuccessPolicy rules:[SuccessRule]
    SuccessRule succeededIndexes:s succeededCount:i
    JobStatus conditions:[Condition~type] startTime:t completionTime:t active:i succeeded:i failed:i terminating:i \
    completedIndexes:s failedIndexes:s uncountedTerminatedPods:Uncounted ready:i
    Uncounted succeeded:[s|set] failed:[s|set]
    CronJob metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
    CronJobSpec schedule:s timeZone:s startingDeadlineSeconds:i concurrencyPolicy:s suspend:b jobTemplate:JobTemplateSpec \
    successfulJobsHistoryLimit:i failedJobsHistoryLimit:i
    JobTemplateSpec metadata:ObjectMeta spec:JobSpec
    CronJobStatus active:[ObjectReference] lastScheduleTime:t lastSuccessfulTime:t
    HorizontalPodAutoscaler metadata:ObjectMeta spec:AutoscalerSpec status:AutoscalerStatus
    AutoscalerSpec scaleTargetRef:CrossReference^ minReplicas:i maxReplicas:i metrics:[MetricSpec] behavior:Behavior
    CrossReference kind:s name:s apiVersion:s
    MetricSpec type:s object:ObjectMetric pods:PodsMetric resource:ResourceMetric containerResource:ContainerMetric \
    external:ExternalMetric
    ObjectMetric describedObject:CrossReference target:MetricTarget metric:MetricName
    PodsMetric metric:MetricName target:MetricTarget
    ResourceMetric name:s target:MetricTarget
    ContainerMetric name:s target:MetricTarget container:s
    ExternalMetric metric:MetricName target:MetricTarget
    MetricName name:s selector:LabelSelector^
    MetricTarget type:s value:q averageValue:q averageUtilization:i
    Behavior scaleUp:ScalingRules scaleDown:ScalingRules
    ScalingRules stabilizationWindowSeconds:i selectPolicy:s policies:[ScalingPolicy] tolerance:q
    ScalingPolicy type:s value:i periodSeconds:i
    AutoscalerStatus observedGeneration:i lastScaleTime:t currentReplicas:i desiredReplicas:i currentMetrics:[*] \
    conditions:[Condition|type]
    AutoscalerV1 metadata:ObjectMeta spec:AutoscalerV1Spec status:AutoscalerV1Status
    AutoscalerV1Spec scaleTargetRef:CrossReference^ minReplicas:i maxReplicas:i targetCPUUtilizationPercentage:i
    AutoscalerV1Status observedGeneration:i lastScaleTime:t currentReplicas:i desiredReplicas:i \
    currentCPUUtilizationPercentage:i
    PodDisruptionBudget metadata:ObjectMeta spec:BudgetSpec status:BudgetStatus
    BudgetSpec minAvailable:x selector:LabelSelector^ maxUnavailable:x unhealthyPodEvictionPolicy:s
    BudgetStatus observedGeneration:i disruptedPods:{t} disruptionsAllowed:i currentHealthy:i desiredHealthy:i \
    expectedPods:i conditions:[Condition|type]
    Scale metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
    Eviction metadata:ObjectMeta deleteOptions:DeleteOptions
    DeleteOptions gracePeriodSeconds:i preconditions:Preconditions orphanDependents:b propagationPolicy:s dryRun:[s]
    Preconditions uid:s resourceVersion:s
    TokenRequest metadata:ObjectMeta spec:TokenRequestSpec status:*
    TokenRequestSpec audiences:[s] expirationSeconds:i boundObjectRef:*
    SelfSubjectReview metadata:ObjectMeta status:*
    SelfSubjectAccessReview metadata:ObjectMeta spec:SelfSubjectAccessReviewSpec status:*
    SelfSubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes
    ResourceAttributes namespace:s verb:s group:s version:s resource:s subresource:s name:s
    NonResourceAttributes path:s verb:s
    SelfSubjectRulesReview metadata:ObjectMeta spec:SelfSubjectRulesReviewSpec status:*
    SelfSubjectRulesReviewSpec namespace:s
    ScaleSpec replicas:i
    ScaleStatus replicas:i selector:s
    """
}
