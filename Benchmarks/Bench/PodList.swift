/// The body of a list of pods as an API server sends it: one line, about 7 KB a pod, managedFields among it.
enum PodList {
  static let count = 10_000
  static let body: [UInt8] = make(count)

  static func make(_ count: Int) -> [UInt8] {
    var body = Array(
      #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"904512"},"items":["#.utf8)
    body.reserveCapacity(count * 7_200)
    for number in 0..<count {
      if number > 0 { body.append(UInt8(ascii: ",")) }
      body += pod(number).utf8
    }
    return body + Array("]}".utf8)
  }

  static func pod(_ number: Int) -> String {
    let app = "service-\(number % 97)"
    let hash = String(number &* 2_654_435_761 % 4_294_967_296, radix: 36)
    let name = "\(app)-\(hash)-x2k\(number % 10)"
    let second = (number % 60 < 10 ? "0" : "") + String(number % 60)
    let time = "2026-11-21T03:\(10 + number % 50):\(second)Z"
    let restarts = number % 13 == 0 ? number % 40 : 0
    return
      #"""
      {"metadata":{"name":"\#(name)","generateName":"\#(app)-\#(hash)-",\#
      "namespace":"team-\#(number % 20)",\#
      "uid":"\#(uid(number))","resourceVersion":"\#(100_000 + number)","generation":1,\#
      "creationTimestamp":"\#(time)",\#
      "labels":{"app.kubernetes.io/name":"\#(app)","app.kubernetes.io/part-of":"shop",\#
      "pod-template-hash":"\#(hash)"},\#
      "annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"9102",\#
      "checksum/config":"\#(uid(number))\#(uid(number + 1))"},\#
      "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet",\#
      "name":"\#(app)-\#(hash)","uid":"\#(uid(number / 3))","controller":true,\#
      "blockOwnerDeletion":true}],\#
      "managedFields":[\#(controllerFields(number, time)),\#(kubeletFields(time))]},\#
      "spec":{"volumes":[{"name":"config","configMap":{"name":"\#(app)","defaultMode":420}},\#
      \#(tokenVolume)],\#
      "containers":[\#(container(app, number)),\#(container("proxy", number))],\#
      "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",\#
      "serviceAccountName":"\#(app)","serviceAccount":"\#(app)",\#
      "nodeName":"node-\#(number % 120)","securityContext":{"runAsNonRoot":true},\#
      "affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,\#
      "podAffinityTerm":{"labelSelector":{"matchLabels":{"app.kubernetes.io/name":"\#(app)"}},\#
      "topologyKey":"kubernetes.io/hostname"}}]}},\#
      "schedulerName":"default-scheduler","tolerations":[\#(toleration("not-ready")),\#
      \#(toleration("unreachable"))],"priority":0,"enableServiceLinks":true,\#
      "preemptionPolicy":"PreemptLowerPriority"},\#
      "status":{"observedGeneration":1,"phase":"Running","conditions":[\#(conditions(time))],\#
      "hostIP":"10.0.\#(number % 120).2","hostIPs":[{"ip":"10.0.\#(number % 120).2"}],\#
      "podIP":"10.244.\#(number % 250).\#(number % 200)",\#
      "podIPs":[{"ip":"10.244.\#(number % 250).\#(number % 200)"}],\#
      "startTime":"\#(time)","containerStatuses":[\#(status(app, restarts, time)),\#
      \#(status("proxy", 0, time))],"qosClass":"Burstable"}}
      """#
  }

  private static func uid(_ number: Int) -> String {
    let hex = String(number &* 6_364_136_223_846_793_005 & 0xFFFF_FFFF_FFFF, radix: 16)
    let padded = String(repeating: "0", count: 12 - hex.count) + hex
    return "a6e49c6f-5ab7-4782-89e0-\(padded)"
  }

  private static func container(_ name: String, _ number: Int) -> String {
    #"""
    {"name":"\#(name)","image":"registry.example.com/shop/\#(name):1.\#(number % 30).4",\#
    "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"name":"metrics",\#
    "containerPort":9102,"protocol":"TCP"}],\#
    "env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1",\#
    "fieldPath":"metadata.name"}}},{"name":"LOG_FORMAT","value":"{\"level\":\"info\"}"},\#
    {"name":"DATABASE_URL","valueFrom":{"secretKeyRef":{"name":"database","key":"url"}}}],\#
    "resources":{"limits":{"cpu":"500m","memory":"256Mi"},"requests":{"cpu":"100m",\#
    "memory":"128Mi"}},"volumeMounts":[{"name":"config","mountPath":"/etc/app"},\#
    {"name":"kube-api-access-87dhp","readOnly":true,\#
    "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],\#
    "livenessProbe":{"httpGet":{"path":"/healthz","port":"http","scheme":"HTTP"},\#
    "timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},\#
    "readinessProbe":{"httpGet":{"path":"/ready","port":"http","scheme":"HTTP"},\#
    "timeoutSeconds":1,"periodSeconds":5,"successThreshold":1,"failureThreshold":3},\#
    "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",\#
    "imagePullPolicy":"IfNotPresent","securityContext":{"allowPrivilegeEscalation":false}}
    """#
  }

  private static func status(_ name: String, _ restarts: Int, _ time: String) -> String {
    #"""
    {"name":"\#(name)","state":{"running":{"startedAt":"\#(time)"}},"lastState":{},\#
    "ready":true,"restartCount":\#(restarts),\#
    "image":"registry.example.com/shop/\#(name):1.4",\#
    "imageID":"registry.example.com/shop/\#(name)@sha256:e937c9e5946c9fdf5cfa9f09442c1f5ef48bcd9e3692744388bf336dd21941b1",\#
    "containerID":"containerd://71b16282be357c5389ad15ac0eeb8cd348f1f36c462105bd9e1972c7295b168f",\#
    "started":true}
    """#
  }

  private static func conditions(_ time: String) -> String {
    ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
      #"""
      {"type":"\#($0)","observedGeneration":1,"status":"True","lastProbeTime":null,\#
      "lastTransitionTime":"\#(time)"}
      """#
    }.joined(separator: ",")
  }

  private static func toleration(_ key: String) -> String {
    #"{"key":"node.kubernetes.io/\#(key)","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}"#
  }

  private static let tokenVolume =
    #"""
    {"name":"kube-api-access-87dhp",\#
    "projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},\#
    {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},\#
    {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1",\#
    "fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}
    """#

  private static func controllerFields(_ number: Int, _ time: String) -> String {
    #"""
    {"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1",\#
    "time":"\#(time)","fieldsType":"FieldsV1",\#
    "fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{},\#
    "f:prometheus.io/port":{},"f:prometheus.io/scrape":{}},"f:generateName":{},\#
    "f:labels":{".":{},"f:app.kubernetes.io/name":{},"f:app.kubernetes.io/part-of":{},\#
    "f:pod-template-hash":{}},"f:ownerReferences":{".":{},\#
    "k:{\"uid\":\"\#(uid(number / 3))\"}":{}}},"f:spec":{"f:affinity":{},\#
    "f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{},\#
    "k:{\"name\":\"POD_NAME\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}}},\#
    "f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},\#
    "f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}}},"f:name":{},"f:ports":{".":{},\#
    "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},\#
    "f:name":{},"f:protocol":{}}},"f:resources":{".":{},"f:limits":{".":{},"f:cpu":{},\#
    "f:memory":{}}},"f:volumeMounts":{".":{},"k:{\"mountPath\":\"/etc/app\"}":{".":{},\#
    "f:mountPath":{},"f:name":{}}}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},\#
    "f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:serviceAccount":{},\#
    "f:serviceAccountName":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},\#
    "k:{\"name\":\"config\"}":{".":{},"f:configMap":{},"f:name":{}}}}}}
    """#
  }

  private static func kubeletFields(_ time: String) -> String {
    #"""
    {"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"\#(time)",\#
    "fieldsType":"FieldsV1",\#
    "fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},\#
    "f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},\#
    "k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},\#
    "f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:hostIPs":{},\#
    "f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"10.244.0.7\"}":{".":{},\#
    "f:ip":{}}},"f:startTime":{}}},"subresource":"status"}
    """#
  }
}
