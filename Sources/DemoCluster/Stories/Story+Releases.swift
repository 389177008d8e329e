import Document

/// Releases that go wrong, each in its own way.
extension Story {
  /// A release of a workload of the shop with an image that does something of its own.
  private static func release(
    _ name: String, _ sentence: String, _ namespace: String, _ workload: String, tag: String,
    _ change: (@Sendable (inout Program) -> Void)? = nil
  ) -> Story {
    Story(
      name: name, sentence: sentence,
      prepare: { world in
        guard let change else { return }
        var program = Program()
        change(&program)
        world.images.add("\(Shop.registry)/\(namespace)/\(workload)", [tag], program)
      },
      play: { world in world.release(ObjectKey(namespace: namespace, name: workload), tag: tag) })
  }

  static let releases: [Story] = [
    release(
      "bad-image", "A release names an image that was never pushed: the rollout hangs on ImagePullBackOff.",
      "market", "storefront", tag: "3.16.0"),
    release(
      "crash-loop", "A release needs a variable that nobody set: its pods exit with code 78 again and again.",
      "market", "reviews", tag: "1.5.0"
    ) {
      $0.fate = .exits(afterSeconds: 1...3, code: 78)
      $0.quietSeconds = 4
      $0.readiness = .ready(afterSeconds: 20...30)
      $0.lastWords = ["FATAL REVIEWS_MODERATION_URL is not set", "exit 78"]
    },
    release(
      "oom-after-release", "A release leaks memory: half a minute after each start it is OOMKilled.",
      "market", "basket", tag: "1.24.0"
    ) {
      $0.log = .logfmt
      $0.linesPerSecond = 2
      $0.fate = .leaks(afterSeconds: 25...40)
    },
    release(
      "slow-probe", "A release answers slower and slower, until its readiness probe gives up on it.",
      "market", "catalogue", tag: "2026.11.0"
    ) {
      $0.log = .java
      $0.linesPerSecond = 1.2
      $0.readiness = .slowsDown(
        afterSeconds: 45...120,
        finding:
          "Get \"http://{address}/ready\": context deadline exceeded (Client.Timeout exceeded while "
          + "awaiting headers)")
    },
    release(
      "liveness-kill", "A release deadlocks: its liveness probe has the kubelet kill it every few minutes.",
      "fulfil", "shipping-rates", tag: "2.1.0"
    ) {
      $0.log = .logfmt
      $0.linesPerSecond = 1
      $0.fate = .hangs(afterSeconds: 20...60)
    },
    Story(
      name: "failing-hook",
      sentence: "A release brings a postStart hook that fails: its pods start and are killed at once.",
      prepare: { world in
        var program = Program()
        program.hookFailure = (1, "warm-cache: connect: connection refused")
        world.images.add(Shop.registry + "/fulfil/returns", ["2.9.0"], program)
      },
      play: { world in
        world.edit(.deployments, ObjectKey(namespace: "fulfil", name: "returns")) { meta, spec in
          var container = spec["template"]["spec"]["containers"][0]
          container["image"] = .string(Shop.image("fulfil/returns", "2.9.0"))
          container["lifecycle"] = ["postStart": ["exec": ["command": ["/bin/warm-cache", "--all"]]]]
          spec["template"]["spec"]["containers"] = [PodAdmission.container(container)]
          meta.setAnnotation("kubernetes.io/change-cause", "release 2.9.0")
        }
      }),
    Story(
      name: "init-blocked",
      sentence: "A new service waits in its init container for a database that nobody made.",
      play: { world in
        world.deploy(
          TemplateSketch(
            labels: [("app", "pricing"), ("team", "storefront")],
            containers: [ContainerSketch("pricing", Shop.image("market/reviews", "1.4.8"), port: 8080)],
            initContainers: [
              ContainerSketch("wait-for-db", "busybox:1.36").with {
                $0.command = [
                  "sh", "-c", "until nslookup pricing-db; do echo waiting for pricing-db; sleep 2; done",
                ]
              }
            ]), "market", replicas: 2)
      }),
  ]
}
