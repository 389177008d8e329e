extension SchemaText {
  static let cluster = """
    ConfigMap metadata:ObjectMeta immutable:b data:{s} binaryData:{y}
    Secret metadata:ObjectMeta immutable:b data:{y} stringData:{s} type:s
    ServiceAccount metadata:ObjectMeta secrets:[ObjectReference|name] imagePullSecrets:[NameReference] \
    automountServiceAccountToken:b
    Service metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
    ServiceSpec ports:[ServicePort|port,protocol] selector:{s}^ clusterIP:s clusterIPs:[s] type:s externalIPs:[s] \
    sessionAffinity:s loadBalancerIP:s loadBalancerSourceRanges:[s] externalName:s externalTrafficPolicy:s \
    healthCheckNodePort:i publishNotReadyAddresses:b sessionAffinityConfig:SessionConfig ipFamilies:[s] ipFamilyPolicy:s \
    allocateLoadBalancerNodePorts:b loadBalancerClass:s internalTrafficPolicy:s trafficDistribution:s
    ServicePort name:s protocol:s appProtocol:s port:i targetPort:x nodePort:i
    SessionConfig clientIP:ClientIP
    ClientIP timeoutSeconds:i
    ServiceStatus loadBalancer:LoadBalancer conditions:[Condition|type]
    LoadBalancer ingress:[LoadBalancerIngress]
    LoadBalancerIngress ip:s hostname:s ipMode:s ports:[*]
    Endpoints metadata:ObjectMeta subsets:[Subset]
    Subset addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
    EndpointAddress ip:s hostname:s nodeName:s targetRef:ObjectReference
    EndpointPort name:s port:i protocol:s appProtocol:s
    EndpointSlice metadata:ObjectMeta addressType:s endpoints:[Endpoint] ports:[SlicePort]
    Endpoint addresses:[s|set] conditions:EndpointConditions hostname:s targetRef:ObjectReference^ \
    deprecatedTopology:{s} nodeName:s zone:s hints:*
    EndpointConditions ready:b serving:b terminating:b
    SlicePort name:s protocol:s port:i appProtocol:s
    Namespace metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
    NamespaceSpec finalizers:[s]
    NamespaceStatus phase:s conditions:[Condition|type]
    Node metadata:ObjectMeta spec:NodeSpec status:NodeStatus
    NodeSpec podCIDR:s podCIDRs:[s|set] providerID:s unschedulable:b taints:[Taint~key] configSource:* externalID:s
    Taint key:s value:s effect:s timeAdded:t
    NodeStatus capacity:{q} allocatable:{q} phase:s conditions:[Condition|type] addresses:[NodeAddress|type] \
    daemonEndpoints:* nodeInfo:* images:[*] volumesInUse:[s] volumesAttached:[*] config:* runtimeHandlers:[*] features:* \
    declaredFeatures:[s]
    NodeAddress type:s address:s
    PersistentVolumeClaim kind:s apiVersion:s metadata:ObjectMeta spec:ClaimSpec status:ClaimStatus
    ClaimSpec accessModes:[s] selector:LabelSelector^ resources:Resources volumeName:s storageClassName:s volumeMode:s \
    dataSource:TypedReference^ dataSourceRef:TypedReference volumeAttributesClassName:s
    ClaimStatus phase:s accessModes:[s] capacity:{q} conditions:[Condition|type] allocatedResources:{q} \
    allocatedResourceStatuses:{s}^ currentVolumeAttributesClassName:s
    PersistentVolume metadata:ObjectMeta spec:VolumeSpec status:VolumeStatus
    VolumeSpec capacity:{q} hostPath:HostPath nfs:NFS csi:PersistentCSI local:LocalVolume iscsi:* fc:* cephfs:* rbd:* \
    gcePersistentDisk:* awsElasticBlockStore:* azureDisk:* azureFile:* accessModes:[s] claimRef:ObjectReference^ \
    persistentVolumeReclaimPolicy:s storageClassName:s mountOptions:[s] volumeMode:s nodeAffinity:VolumeAffinity \
    volumeAttributesClassName:s
    PersistentCSI driver:s volumeHandle:s readOnly:b fsType:s volumeAttributes:{s} controllerPublishSecretRef:SecretReference^ \
    nodeStageSecretRef:SecretReference^ nodePublishSecretRef:SecretReference^ controllerExpandSecretRef:SecretReference^
    LocalVolume path:s fsType:s
    VolumeAffinity required:NodeSelector^
    VolumeStatus phase:s message:s reason:s lastPhaseTransitionTime:t
    StorageClass metadata:ObjectMeta provisioner:s parameters:{s} reclaimPolicy:s mountOptions:[s] allowVolumeExpansion:b \
    volumeBindingMode:s allowedTopologies:[*]
    ResourceQuota metadata:ObjectMeta spec:QuotaSpec status:QuotaStatus
    QuotaSpec hard:{q} scopes:[s] scopeSelector:ScopeSelector^
    ScopeSelector matchExpressions:[ScopeRequirement]
    ScopeRequirement scopeName:s operator:s values:[s]
    QuotaStatus hard:{q} used:{q}
    LimitRange metadata:ObjectMeta spec:LimitRangeSpec
    LimitRangeSpec limits:[LimitRangeItem]
    LimitRangeItem type:s max:{q} min:{q} default:{q} defaultRequest:{q} maxLimitRequestRatio:{q}
    Event metadata:ObjectMeta involvedObject:ObjectReference^ reason:s message:s source:EventSource firstTimestamp:t \
    lastTimestamp:t count:i type:s eventTime:t series:EventSeries action:s related:ObjectReference^ reportingComponent:s \
    reportingInstance:s
    EventSource component:s host:s
    EventSeries count:i lastObservedTime:t
    NewEvent metadata:ObjectMeta eventTime:t series:EventSeries reportingController:s reportingInstance:s action:s reason:s \
    regarding:ObjectReference^ related:ObjectReference^ note:s type:s deprecatedSource:EventSource \
    deprecatedFirstTimestamp:t deprecatedLastTimestamp:t deprecatedCount:i
    Ingress metadata:ObjectMeta spec:IngressSpec status:ServiceStatus
    IngressSpec ingressClassName:s defaultBackend:IngressBackend tls:[IngressTLS] rules:[IngressRule]
    IngressBackend service:IngressService resource:TypedReference^
    IngressService name:s port:IngressPort^
    IngressPort name:s number:i
    IngressTLS hosts:[s] secretName:s
    IngressRule host:s http:IngressHTTP
    IngressHTTP paths:[IngressPath]
    IngressPath path:s pathType:s backend:IngressBackend
    IngressClass metadata:ObjectMeta spec:IngressClassSpec
    IngressClassSpec controller:s parameters:IngressParameters
    IngressParameters apiGroup:s kind:s name:s scope:s namespace:s
    NetworkPolicy metadata:ObjectMeta spec:NetworkPolicySpec
    NetworkPolicySpec podSelector:LabelSelector^ ingress:[PolicyIngress] egress:[PolicyEgress] policyTypes:[s]
    PolicyIngress ports:[PolicyPort] from:[PolicyPeer]
    PolicyEgress ports:[PolicyPort] to:[PolicyPeer]
    PolicyPort protocol:s port:x endPort:i
    PolicyPeer podSelector:LabelSelector^ namespaceSelector:LabelSelector^ ipBlock:IPBlock
    IPBlock cidr:s except:[s]
    Role metadata:ObjectMeta rules:[PolicyRule]
    ClusterRole metadata:ObjectMeta rules:[PolicyRule] aggregationRule:AggregationRule
    AggregationRule clusterRoleSelectors:[LabelSelector]
    PolicyRule verbs:[s] apiGroups:[s] resources:[s] resourceNames:[s] nonResourceURLs:[s]
    RoleBinding metadata:ObjectMeta subjects:[Subject] roleRef:TypedReference^
    ClusterRoleBinding metadata:ObjectMeta subjects:[Subject] roleRef:TypedReference^
    Subject kind:s apiGroup:s name:s namespace:s
    PriorityClass metadata:ObjectMeta value:i globalDefault:b description:s preemptionPolicy:s
    Lease metadata:ObjectMeta spec:LeaseSpec
    LeaseSpec holderIdentity:s leaseDurationSeconds:i acquireTime:t renewTime:t leaseTransitions:i strategy:s \
    preferredHolder:s
    CustomResourceDefinition metadata:ObjectMeta spec:DefinitionSpec status:DefinitionStatus
    DefinitionSpec group:s names:DefinitionNames scope:s versions:[DefinitionVersion] conversion:Conversion \
    preserveUnknownFields:b
    DefinitionNames plural:s singular:s shortNames:[s] kind:s listKind:s categories:[s]
    DefinitionVersion name:s served:b storage:b deprecated:b deprecationWarning:s schema:DefinitionSchema \
    subresources:DefinitionSubresources additionalPrinterColumns:[PrinterColumn] selectableFields:[SelectableField]
    DefinitionSchema openAPIV3Schema:*
    DefinitionSubresources status:* scale:DefinitionScale
    DefinitionScale specReplicasPath:s statusReplicasPath:s labelSelectorPath:s
    PrinterColumn name:s type:s format:s description:s priority:i jsonPath:s
    SelectableField jsonPath:s
    Conversion strategy:s webhook:*
    DefinitionStatus conditions:[Condition|type] acceptedNames:DefinitionNames storedVersions:[s] observedGeneration:i
    """
}
