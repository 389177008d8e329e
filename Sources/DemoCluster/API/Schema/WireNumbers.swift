/// Under which numbers the fields of the built-in types go over the wire in protobuf.
enum WireNumbers {
  struct Entry: Sendable {
    /// A field, or the type whose fields are those of a message within.
    let name: String
    let isEmbedded: Bool
  }

  static let types: [String: [Int: Entry]] = {
    var types: [String: [Int: Entry]] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      var number = 0
      var entries: [Int: Entry] = [:]
      for word in words.dropFirst() {
        let parts = word.split(separator: "=")
        number = parts.count > 1 ? Int(parts[1]) ?? 0 : number + 1
        let isEmbedded = parts[0].first == "+"
        entries[number] = Entry(
          name: String(isEmbedded ? parts[0].dropFirst() : parts[0]), isEmbedded: isEmbedded)
      }
      types[String(words[0])] = entries
    }
    return types
  }()

  /// A type a line, its fields by rising number; one with a number of its own skips those before, `+` stands
  /// before a message whose fields JSON has among the others.
  private static let text = """
    ObjectReference kind namespace name uid apiVersion resourceVersion fieldPath
    TypedReference apiGroup kind name
    NameReference name
    Pod metadata spec status
    PodTemplateSpec metadata spec
    PodSpec volumes containers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds \
    dnsPolicy nodeSelector serviceAccountName serviceAccount nodeName hostNetwork hostPID hostIPC \
    securityContext imagePullSecrets hostname subdomain affinity schedulerName initContainers \
    automountServiceAccountToken tolerations hostAliases priorityClassName priority dnsConfig \
    shareProcessNamespace readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead \
    topologySpreadConstraints ephemeralContainers setHostnameAsFQDN os hostUsers schedulingGates \
    resourceClaims resources hostnameOverride schedulingGroup=43 evictionResponders
    PodOS name
    ReadinessGate conditionType
    HostAlias ip hostnames
    PodDNSConfig nameservers searches options
    DNSOption name value
    Toleration key operator value effect tolerationSeconds
    TopologySpreadConstraint maxSkew topologyKey whenUnsatisfiable labelSelector minDomains \
    nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys
    Affinity nodeAffinity podAffinity podAntiAffinity
    NodeAffinity requiredDuringSchedulingIgnoredDuringExecution \
    preferredDuringSchedulingIgnoredDuringExecution
    NodeSelector nodeSelectorTerms
    NodeTerm matchExpressions matchFields
    PreferredTerm weight preference
    PodAffinity requiredDuringSchedulingIgnoredDuringExecution \
    preferredDuringSchedulingIgnoredDuringExecution
    WeightedPodTerm weight podAffinityTerm
    PodTerm labelSelector namespaces topologyKey namespaceSelector matchLabelKeys mismatchLabelKeys
    PodSecurityContext seLinuxOptions runAsUser runAsNonRoot supplementalGroups fsGroup runAsGroup \
    sysctls windowsOptions fsGroupChangePolicy seccompProfile appArmorProfile supplementalGroupsPolicy \
    seLinuxChangePolicy
    SELinux user role type level
    Profile type localhostProfile
    NameValue name value
    Container name image command args workingDir ports env resources volumeMounts livenessProbe \
    readinessProbe lifecycle terminationMessagePath imagePullPolicy securityContext stdin stdinOnce tty \
    envFrom terminationMessagePolicy volumeDevices startupProbe resizePolicy restartPolicy \
    restartPolicyRules
    ContainerPort name hostPort containerPort protocol hostIP
    EnvFrom prefix configMapRef secretRef
    OptionalReference +NameReference optional
    EnvVar name value valueFrom
    EnvSource fieldRef resourceFieldRef configMapKeyRef secretKeyRef fileKeyRef
    FieldRef apiVersion fieldPath
    ResourceFieldRef containerName resource divisor
    KeyRef +NameReference key optional
    Resources limits requests claims
    VolumeMount name readOnly mountPath subPath mountPropagation subPathExpr recursiveReadOnly \
    bindMountOptions
    VolumeDevice name devicePath
    Probe +ProbeHandler initialDelaySeconds timeoutSeconds periodSeconds successThreshold \
    failureThreshold terminationGracePeriodSeconds
    ProbeHandler exec httpGet tcpSocket grpc
    Lifecycle postStart preStop stopSignal
    Handler exec httpGet tcpSocket sleep
    Sleep seconds
    Exec command
    HTTPGet path port host scheme httpHeaders protocol
    TCPSocket port host
    GRPC port service mode
    SecurityContext capabilities privileged seLinuxOptions runAsUser runAsNonRoot readOnlyRootFilesystem \
    allowPrivilegeEscalation runAsGroup procMount windowsOptions seccompProfile appArmorProfile
    Capabilities add drop
    Volume name +VolumeSource
    VolumeSource hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi \
    glusterfs persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile \
    configMap vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO projected \
    storageos csi ephemeral image
    HostPath path type
    EmptyDir medium sizeLimit mode
    SecretVolume secretName items defaultMode optional defaultUser
    ConfigMapVolume +NameReference items defaultMode optional defaultUser
    KeyToPath key path mode user
    NFS server path readOnly
    ClaimVolume claimName readOnly
    DownwardVolume items defaultMode defaultUser
    DownwardFile path fieldRef resourceFieldRef mode user
    Projected sources defaultMode defaultUser
    Projection secret downwardAPI configMap serviceAccountToken clusterTrustBundle podCertificate
    TokenProjection audience expirationSeconds path user
    CSIVolume driver readOnly fsType volumeAttributes nodePublishSecretRef
    Binding metadata target
    Deployment metadata spec status
    DeploymentSpec replicas selector template strategy minReadySeconds revisionHistoryLimit paused \
    progressDeadlineSeconds=9
    DeploymentStrategy type rollingUpdate
    RollingUpdate maxUnavailable maxSurge
    Job metadata spec status
    JobSpec parallelism completions activeDeadlineSeconds selector manualSelector template backoffLimit \
    ttlSecondsAfterFinished completionMode suspend podFailurePolicy backoffLimitPerIndex \
    maxFailedIndexes podReplacementPolicy managedBy successPolicy scheduling
    CronJob metadata spec status
    CronJobSpec schedule startingDeadlineSeconds concurrencyPolicy suspend jobTemplate \
    successfulJobsHistoryLimit failedJobsHistoryLimit timeZone
    JobTemplateSpec metadata spec
    HorizontalPodAutoscaler metadata spec status
    AutoscalerSpec scaleTargetRef minReplicas maxReplicas metrics behavior
    CrossReference kind name apiVersion
    MetricSpec type object pods resource external containerResource=7
    ResourceMetric name target
    MetricTarget type value averageValue averageUtilization
    AutoscalerV1 metadata spec status
    AutoscalerV1Spec scaleTargetRef minReplicas maxReplicas targetCPUUtilizationPercentage
    PodDisruptionBudget metadata spec status
    BudgetSpec minAvailable selector maxUnavailable unhealthyPodEvictionPolicy
    Eviction metadata deleteOptions
    Scale metadata spec status
    ScaleSpec replicas
    ConfigMap metadata data binaryData immutable
    Secret metadata data type stringData immutable
    ServiceAccount metadata secrets imagePullSecrets automountServiceAccountToken
    Service metadata spec status
    ServiceSpec ports selector clusterIP type externalIPs sessionAffinity=7 loadBalancerIP \
    loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort \
    publishNotReadyAddresses sessionAffinityConfig ipFamilyPolicy=17 clusterIPs ipFamilies \
    allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution
    ServicePort name protocol port targetPort nodePort appProtocol
    Namespace metadata spec status
    NamespaceSpec finalizers
    NamespaceStatus phase conditions
    ResourceQuota metadata spec status
    QuotaSpec hard scopes scopeSelector
    ScopeSelector matchExpressions
    ScopeRequirement scopeName operator values
    Ingress metadata spec status
    IngressSpec defaultBackend tls rules ingressClassName
    IngressBackend resource=3 service
    IngressService name port
    IngressPort name number
    IngressTLS hosts secretName
    IngressRule host +IngressRuleValue
    IngressRuleValue http
    IngressHTTP paths
    IngressPath path backend pathType
    Role metadata rules
    ClusterRole metadata rules aggregationRule
    AggregationRule clusterRoleSelectors
    PolicyRule verbs apiGroups resources resourceNames nonResourceURLs
    RoleBinding metadata subjects roleRef
    ClusterRoleBinding metadata subjects roleRef
    Subject kind apiGroup name namespace
    RoleRef apiGroup kind name
    PriorityClass metadata value globalDefault description preemptionPolicy
    TokenRequest metadata spec status
    TokenRequestSpec audiences boundObjectRef=3 expirationSeconds attestations
    SelfSubjectReview metadata status
    SelfSubjectAccessReview metadata spec status
    SelfSubjectAccessReviewSpec resourceAttributes nonResourceAttributes
    ResourceAttributes namespace verb group version resource subresource name fieldSelector \
    labelSelector
    NonResourceAttributes path verb
    SelfSubjectRulesReview metadata spec status
    SelfSubjectRulesReviewSpec namespace
    SubjectAccessReview metadata spec status
    SubjectAccessReviewSpec resourceAttributes nonResourceAttributes user groups extra uid
    ObjectMeta name generateName namespace selfLink uid resourceVersion generation creationTimestamp \
    deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers \
    managedFields=17
    OwnerReference kind name=3 uid apiVersion controller blockOwnerDeletion
    LabelSelector matchLabels matchExpressions
    Requirement key operator values
    DeleteOptions gracePeriodSeconds preconditions orphanDependents propagationPolicy dryRun
    Preconditions uid resourceVersion
    """
}
