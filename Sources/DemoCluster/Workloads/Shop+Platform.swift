import Document

extension Shop {
  func buildSystem() {
    let space = "kube-system"
    builder.deployment(
      "coredns", space, replicas: 2, age: .days(143),
      releases: [
        .init(
          template: TemplateSketch(
            labels: [("app", "coredns")],
            containers: [
              ContainerSketch("coredns", "registry.k8s.io/coredns/coredns:v1.12.0", port: 8080).with {
                $0.cpu = "100m"
                $0.memory = "70Mi"
                $0.memoryLimit = "170Mi"
                $0.args = ["-conf", "/etc/coredns/Corefile"]
                $0.readyPath = "/ready"
              }
            ]), age: .days(97))
      ])
    var proxy = TemplateSketch(
      labels: [("app", "kube-proxy")],
      containers: [
        ContainerSketch("kube-proxy", "registry.k8s.io/kube-proxy:v1.36.2").with {
          $0.cpu = "10m"
          $0.memory = "32Mi"
          $0.command = ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf"]
        }
      ])
    proxy.tolerations = [["operator": "Exists"]]
    proxy.hasHostNetwork = true
    builder.daemonSet("kube-proxy", space, age: .days(143), template: proxy)
    builder.service("kube-dns", space, age: .days(143), app: "coredns", port: 53, targetPort: 53)
    builder.configMap(
      "coredns", space, age: .days(143),
      [
        "Corefile":
          ".:53 {\n    errors\n    ready\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n    cache 30\n}\n"
      ])
  }

  func buildPlatform() {
    buildData()
    buildTools()
    buildBatch()
    builder.quota(
      "platform", "platform", age: .days(119),
      hard: ["limits.memory": "40Gi", "pods": "60", "requests.cpu": "12", "requests.memory": "24Gi"])
  }

  private func store(
    _ name: String, _ image: String, port: Int, cpu: String, memory: String, path: String, args: [String] = []
  ) -> TemplateSketch {
    TemplateSketch(
      labels: [("app", name), ("team", "platform")],
      containers: [
        ContainerSketch(name, image, port: port).with {
          $0.cpu = cpu
          $0.memory = memory
          $0.memoryLimit = memory
          $0.args = args
          $0.readyPath = "/ready"
          $0.mounts = [("data", path)]
        }
      ], graceSeconds: 60)
  }

  private func buildData() {
    let space = "platform"
    builder.statefulSet(
      "orders-db", space, replicas: 2, age: .days(131),
      template: store(
        "orders-db", Shop.image("postgres", "17.2"), port: 5432, cpu: "500m", memory: "1Gi",
        path: "/var/lib/postgresql/data"), storage: .init(size: "40Gi", storageClass: "dockside-ssd"))
    builder.statefulSet(
      "sessions", space, replicas: 3, age: .days(92),
      template: store(
        "sessions", Shop.image("valkey", "8.0.1"), port: 6379, cpu: "100m", memory: "256Mi", path: "/data",
        args: ["--appendonly", "yes"]), storage: .init(size: "5Gi", storageClass: "dockside-ssd"))
    if hasFaults { buildSearchIndex(space) }
    for (app, port, days) in [
      ("orders-db", 5432, 131.0), ("sessions", 6379, 92),
    ] + (hasFaults ? [("search-index", 9200, 0.3)] : []) {
      builder.service(app, space, age: .days(days), app: app, port: port, targetPort: port, isHeadless: true)
    }
    builder.disruptionBudget("sessions", space, age: .days(92), app: "sessions", minAvailable: 2)
    if hasFaults { pendingClaimEvents(space) }
  }

  private func buildSearchIndex(_ space: String) {
    // Nothing makes volumes of that class any more.
    builder.statefulSet(
      "search-index", space, replicas: 3, age: .hours(7.5),
      template: store(
        "search-index", Shop.image("opensearch", "2.18.0"), port: 9200, cpu: "500m", memory: "2Gi",
        path: "/usr/share/opensearch/data"),
      storage: .init(size: "200Gi", storageClass: "archive", isBound: false))
  }

  /// The provisioner of a claim is asked again and again.
  private func pendingClaimEvents(_ space: String) {
    let key = ObjectKey(namespace: space, name: "data-search-index-0")
    let message =
      "Waiting for a volume to be created either by the external provisioner 'archive.csi.dockside.example' or "
      + "manually by the system administrator. If volume creation is delayed, please verify that the provisioner is "
      + "running and correctly registered."
    guard let claim = world.store[.claims][key] else { return }
    world.record(
      .normal, "ExternalProvisioning", message, about: claim, as: ("PersistentVolumeClaim", "v1"),
      by: .controller("persistentvolume-controller"), count: 1_790, first: Moment(seconds: claim.meta.created)
    )
  }

  private func tool(
    _ name: String, _ image: String, cpu: String = "50m", memory: String = "96Mi"
  ) -> TemplateSketch {
    TemplateSketch(
      labels: [("app", name), ("team", "platform")],
      containers: [
        ContainerSketch(name, image, port: 8080).with {
          $0.cpu = cpu
          $0.memory = memory
          $0.memoryLimit = "512Mi"
          $0.env = [("QUEUE", "default"), ("LOG_LEVEL", "info")]
          $0.readyPath = "/ready"
        }
      ])
  }

  private func buildTools() {
    let space = "platform"
    func mailer(_ tag: String) -> TemplateSketch { tool("mailer", Shop.image("platform/mailer", tag)) }
    builder.deployment(
      "mailer", space, replicas: 2, age: .days(86),
      releases: [
        .init(template: mailer("1.3.0"), age: .days(86)),
        .init(template: mailer("1.3.1"), age: .days(13), cause: "release 1.3.1"),
      ])
    func worker(_ tag: String) -> TemplateSketch {
      tool("batch-worker", Shop.image("platform/batch-worker", tag), cpu: "250m", memory: "256Mi")
    }
    builder.deployment(
      "batch-worker", space, replicas: 4, age: .days(54),
      releases: [
        .init(template: worker("6.0.0"), age: .days(54)),
        .init(template: worker("6.0.1"), age: .hours(14), cause: "release 6.0.1"),
      ])
    builder.deployment(
      "cert-manager", space, replicas: 1, age: .days(140),
      releases: [
        .init(template: tool("cert-manager", "ghcr.io/cert-manager/controller:v1.18.1"), age: .days(44))
      ])
    let nginx = tool("ingress-nginx", "registry.k8s.io/ingress-nginx/controller:v1.14.0", cpu: "200m")
    builder.deployment(
      "ingress-nginx", space, replicas: 2, age: .days(142),
      releases: [.init(template: nginx, age: .days(31))])
    var agent = tool("log-agent", Shop.image("platform/log-agent", "0.44.1"), cpu: "20m", memory: "64Mi")
    agent.tolerations = [["operator": "Exists"]]
    builder.daemonSet("log-agent", space, age: .days(80), template: agent)
    builder.service("mailer", space, age: .days(86), app: "mailer")
  }

  private func buildBatch() {
    let space = "platform"
    func batch(_ name: String, _ tag: String, policy: String = "Never", args: [String]) -> TemplateSketch {
      TemplateSketch(
        labels: [("app", name)],
        containers: [
          ContainerSketch(name, Shop.image("platform/\(name)", tag)).with {
            $0.args = args
            $0.memoryLimit = "128Mi"
          }
        ], restartPolicy: policy)
    }
    builder.cronJob(
      "price-refresh", space, age: .days(70), schedule: "* * * * *", everySeconds: 60, runSeconds: 14,
      template: batch("price-refresh", "1.0.9", args: ["--source=erp", "--batch=500"]))
    builder.cronJob(
      "session-sweep", space, age: .days(70), schedule: "*/2 * * * *", everySeconds: 120, runSeconds: 8,
      template: batch("session-sweep", "1.0.2", args: ["--older-than=24h"]))
    builder.cronJob(
      "nightly-export", space, age: .days(38), schedule: "30 2 * * *", everySeconds: 86_400, runSeconds: 412,
      template: batch("exporter", "2.1.0", policy: "OnFailure", args: ["--to=warehouse"]))
    builder.cronJob(
      "reindex", space, age: .days(38), schedule: "0 4 * * 0", isSuspended: true, everySeconds: 604_800,
      runSeconds: 60,
      template: batch("exporter", "2.1.0", policy: "OnFailure", args: ["--reindex"]))
    if hasFaults {
      builder.finishedJob(
        builder.job(
          "migrate-ledger", space, age: .hours(11), backoffLimit: 2,
          template: batch("ledger-tool", "4.0.0", args: ["migrate", "--to=42"])),
        isComplete: false, seconds: 7, code: 3)
    }
    builder.finishedJob(
      builder.job(
        "import-catalogue", space, age: .days(4.2), backoffLimit: 4,
        template: batch("exporter", "2.1.0", args: ["--import=catalogue"])),
      isComplete: true, seconds: 361)
  }
}
