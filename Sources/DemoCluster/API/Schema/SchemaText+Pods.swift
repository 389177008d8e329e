/// The fields of the built-in kinds, one type a line, in the order in which the server writes them.
///
/// `s` text, `i` whole number, `n` number, `b` truth, `q` quantity, `x` number or text, `t` time, `y` base64,
/// `*` anything; `Name` a type of its own, `{T}` a map, `[T]` a list that is set as a whole, `[T|key,key]` one
/// whose elements have keys, `[T~key]` one that only strategic merge patches take apart, `[s|set]` a set;
/// `^` behind a type: set as a whole.
enum SchemaText {
  static let pods = """
    ObjectMeta name:s generateName:s namespace:s selfLink:s uid:s resourceVersion:s generation:i \
    creationTimestamp:t deletionTimestamp:t deletionGracePeriodSeconds:i labels:{s} annotations:{s} \
    ownerReferences:[OwnerReference|uid] finalizers:[s|set] managedFields:[*]
    OwnerReference apiVersion:s kind:s name:s uid:s controller:b blockOwnerDeletion:b
    LabelSelector matchLabels:{s} matchExpressions:[Requirement]
    Requirement key:s operator:s values:[s]
    ObjectReference kind:s namespace:s name:s uid:s apiVersion:s resourceVersion:s fieldPath:s
    TypedReference apiGroup:s kind:s name:s
    NameReference name:s
    SecretReference name:s namespace:s
    Condition type:s status:s observedGeneration:i lastProbeTime:t lastHeartbeatTime:t lastUpdateTime:t \
    lastTransitionTime:t reason:s message:s
    Pod metadata:ObjectMeta spec:PodSpec status:PodStatus
    PodTemplateSpec metadata:ObjectMeta spec:PodSpec
    PodTemplate metadata:ObjectMeta template:PodTemplateSpec
    PodSpec volumes:[Volume|name] initContainers:[Container|name] containers:[Container|name] \
    ephemeralContainers:[Container|name] restartPolicy:s terminationGracePeriodSeconds:i activeDeadlineSeconds:i \
    dnsPolicy:s nodeSelector:{s}^ serviceAccountName:s serviceAccount:s automountServiceAccountToken:b nodeName:s \
    hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace:b securityContext:PodSecurityContext \
    imagePullSecrets:[NameReference|name] hostname:s subdomain:s affinity:Affinity schedulerName:s \
    tolerations:[Toleration] hostAliases:[HostAlias|ip] priorityClassName:s priority:i dnsConfig:PodDNSConfig \
    readinessGates:[ReadinessGate] runtimeClassName:s enableServiceLinks:b preemptionPolicy:s overhead:{q} \
    topologySpreadConstraints:[TopologySpreadConstraint|topologyKey,whenUnsatisfiable] setHostnameAsFQDN:b os:PodOS \
    hostUsers:b schedulingGates:[NameReference|name] resourceClaims:[*|name] resources:Resources hostnameOverride:s \
    schedulingGroup:* workloadRef:*
    PodOS name:s
    ReadinessGate conditionType:s
    HostAlias ip:s hostnames:[s]
    PodDNSConfig nameservers:[s] searches:[s] options:[DNSOption]
    DNSOption name:s value:s
    Toleration key:s operator:s value:s effect:s tolerationSeconds:i
    TopologySpreadConstraint maxSkew:i topologyKey:s whenUnsatisfiable:s labelSelector:LabelSelector^ minDomains:i \
    nodeAffinityPolicy:s nodeTaintsPolicy:s matchLabelKeys:[s]
    Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity
    NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:NodeSelector^ \
    preferredDuringSchedulingIgnoredDuringExecution:[PreferredTerm]
    NodeSelector nodeSelectorTerms:[NodeTerm]
    NodeTerm matchExpressions:[Requirement] matchFields:[Requirement]
    PreferredTerm weight:i preference:NodeTerm
    PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[PodTerm] \
    preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodTerm]
    WeightedPodTerm weight:i podAffinityTerm:PodTerm
    PodTerm labelSelector:LabelSelector^ namespaces:[s] topologyKey:s namespaceSelector:LabelSelector^ \
    matchLabelKeys:[s] mismatchLabelKeys:[s]
    PodSecurityContext seLinuxOptions:SELinux windowsOptions:* runAsUser:i runAsGroup:i runAsNonRoot:b \
    supplementalGroups:[i] supplementalGroupsPolicy:s fsGroup:i sysctls:[NameValue] fsGroupChangePolicy:s \
    seccompProfile:Profile appArmorProfile:Profile seLinuxChangePolicy:s
    SELinux user:s role:s type:s level:s
    Profile type:s localhostProfile:s
    NameValue name:s value:s
    Container name:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort|containerPort,protocol] \
    envFrom:[EnvFrom] env:[EnvVar|name] resources:Resources resizePolicy:[*] restartPolicy:s restartPolicyRules:[*] \
    volumeMounts:[VolumeMount|mountPath] volumeDevices:[VolumeDevice|devicePath] livenessProbe:Probe readinessProbe:Probe \
    startupProbe:Probe lifecycle:Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s \
    securityContext:SecurityContext stdin:b stdinOnce:b tty:b targetContainerName:s
    ContainerPort name:s hostPort:i containerPort:i protocol:s hostIP:s
    EnvFrom prefix:s configMapRef:OptionalReference secretRef:OptionalReference
    OptionalReference name:s optional:b
    EnvVar name:s value:s valueFrom:EnvSource
    EnvSource fieldRef:FieldRef^ resourceFieldRef:ResourceFieldRef^ configMapKeyRef:KeyRef^ secretKeyRef:KeyRef^ fileKeyRef:*
    FieldRef apiVersion:s fieldPath:s
    ResourceFieldRef containerName:s resource:s divisor:q
    KeyRef name:s key:s optional:b
    Resources limits:{q} requests:{q} claims:[*|name]
    VolumeMount name:s readOnly:b recursiveReadOnly:s mountPath:s subPath:s mountPropagation:s subPathExpr:s
    VolumeDevice name:s devicePath:s
    Probe exec:Exec httpGet:HTTPGet tcpSocket:TCPSocket grpc:GRPC initialDelaySeconds:i timeoutSeconds:i periodSeconds:i \
    successThreshold:i failureThreshold:i terminationGracePeriodSeconds:i
    Lifecycle postStart:Handler preStop:Handler stopSignal:s
    Handler exec:Exec httpGet:HTTPGet tcpSocket:TCPSocket sleep:Sleep
    Sleep seconds:i
    Exec command:[s]
    HTTPGet path:s port:x host:s scheme:s httpHeaders:[NameValue]
    TCPSocket port:x host:s
    GRPC port:i service:s
    SecurityContext capabilities:Capabilities privileged:b seLinuxOptions:SELinux windowsOptions:* runAsUser:i \
    runAsGroup:i runAsNonRoot:b readOnlyRootFilesystem:b allowPrivilegeEscalation:b procMount:s seccompProfile:Profile \
    appArmorProfile:Profile
    Capabilities add:[s] drop:[s]
    Volume name:s hostPath:HostPath emptyDir:EmptyDir gcePersistentDisk:* awsElasticBlockStore:* gitRepo:* \
    secret:SecretVolume nfs:NFS iscsi:* glusterfs:* persistentVolumeClaim:ClaimVolume rbd:* flexVolume:* cinder:* cephfs:* \
    flocker:* downwardAPI:DownwardVolume fc:* azureFile:* configMap:ConfigMapVolume vsphereVolume:* quobyte:* azureDisk:* \
    photonPersistentDisk:* projected:Projected portworxVolume:* scaleIO:* storageos:* csi:CSIVolume ephemeral:EphemeralVolume \
    image:ImageVolume
    HostPath path:s type:s
    EmptyDir medium:s sizeLimit:q
    SecretVolume secretName:s items:[KeyToPath] defaultMode:i optional:b
    ConfigMapVolume name:s items:[KeyToPath] defaultMode:i optional:b
    KeyToPath key:s path:s mode:i
    NFS server:s path:s readOnly:b
    ClaimVolume claimName:s readOnly:b
    DownwardVolume items:[DownwardFile] defaultMode:i
    DownwardFile path:s fieldRef:FieldRef^ resourceFieldRef:ResourceFieldRef^ mode:i
    Projected sources:[Projection] defaultMode:i
    Projection secret:ConfigMapVolume downwardAPI:DownwardVolume configMap:ConfigMapVolume \
    serviceAccountToken:TokenProjection clusterTrustBundle:* podCertificate:*
    TokenProjection audience:s expirationSeconds:i path:s
    CSIVolume driver:s readOnly:b fsType:s volumeAttributes:{s} nodePublishSecretRef:NameReference^
    EphemeralVolume volumeClaimTemplate:ClaimTemplate
    ClaimTemplate metadata:ObjectMeta spec:ClaimSpec
    ImageVolume reference:s pullPolicy:s
    PodStatus observedGeneration:i phase:s conditions:[Condition|type] message:s reason:s nominatedNodeName:s hostIP:s \
    hostIPs:[HostIP] podIP:s podIPs:[HostIP|ip] startTime:t initContainerStatuses:[*] containerStatuses:[*] qosClass:s \
    ephemeralContainerStatuses:[*] resize:s resourceClaimStatuses:[*|name] allocatedResources:{q} resources:Resources \
    extendedResourceClaimStatus:*
    HostIP ip:s
    Binding metadata:ObjectMeta target:ObjectReference^
    """
}
