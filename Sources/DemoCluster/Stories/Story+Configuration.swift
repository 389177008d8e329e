import Document

/// What people change, and should not have.
extension Story {
  static let configurations: [Story] = [
    Story(
      name: "bad-config",
      sentence:
        "Somebody writes a word where a number belongs: after the restart search-api does not come up.",
      play: { world in
        world.set("MAX_RESULTS", of: "search-settings", "market", to: "sixty")
        world.restart(ObjectKey(namespace: "market", name: "search-api"))
      }),
    Story(
      name: "missing-secret",
      sentence: "A deployment mounts a Secret under a wrong name: its pods hang in ContainerCreating.",
      play: { world in
        world.edit(.deployments, ObjectKey(namespace: "fulfil", name: "returns")) { meta, spec in
          spec["template"]["spec"]["volumes"] = [
            ["name": "credentials", "secret": ["secretName": "returns-credential", "defaultMode": 420]]
          ]
          meta.setAnnotation("kubernetes.io/change-cause", "mount credentials")
        }
      }),
    Story(
      name: "missing-config",
      sentence: "A deployment takes its settings from a ConfigMap that is not there.",
      play: { world in
        world.edit(.deployments, ObjectKey(namespace: "market", name: "courier-widget")) { meta, spec in
          var container = spec["template"]["spec"]["containers"][0]
          container["envFrom"] = [["configMapRef": ["name": "courier-widget-settings"]]]
          spec["template"]["spec"]["containers"] = [PodAdmission.container(container)]
          meta.setAnnotation("kubernetes.io/change-cause", "settings from a ConfigMap")
        }
      }),
    Story(
      name: "wrong-selector",
      sentence: "A Service selects a label that no pod has: its pods are well, and nobody reaches them.",
      play: { world in
        world.edit(.services, ObjectKey(namespace: "market", name: "basket")) { _, spec in
          spec["selector"] = ["app": "baskets"]
        }
      }),
    Story(
      name: "too-big",
      sentence: "A deployment asks for more memory than any node has: its new pods stay Pending.",
      play: { world in
        world.edit(.deployments, ObjectKey(namespace: "fulfil", name: "packing-planner")) { meta, spec in
          var container = spec["template"]["spec"]["containers"][0]
          container["resources"]["requests"]["memory"] = "64Gi"
          container["resources"]["limits"]["memory"] = "64Gi"
          spec["template"]["spec"]["containers"] = [container]
          meta.setAnnotation("kubernetes.io/change-cause", "more memory")
        }
      }),
  ]

  static let quotaFull = Story(
    name: "quota-full",
    sentence: "A deployment is scaled up beyond its namespace's quota: the rest of its pods is refused.",
    prepare: { world in
      world.edit(.quotas, ObjectKey(namespace: "platform", name: "platform")) { _, spec in
        spec["hard"]["requests.cpu"] = "4"
      }
    },
    play: { world in
      world.scale(.deployments, ObjectKey(namespace: "platform", name: "batch-worker"), to: 12)
    })

  static let cronJobPileUp = Story(
    name: "cronjob-pileup",
    sentence: "A CronJob's runs take longer than a minute and are allowed to overlap: they pile up.",
    prepare: { world in
      var program = Program()
      program.fate = .exits(afterSeconds: 900...1_500, code: 0)
      program.linesPerSecond = 0.2
      world.images.add(Shop.registry + "/platform/price-refresh", ["1.1.0"], program)
    },
    play: { world in
      world.edit(.cronJobs, ObjectKey(namespace: "platform", name: "price-refresh")) { _, spec in
        spec["concurrencyPolicy"] = "Allow"
        var template = spec["jobTemplate"]["spec"]["template"]
        var container = template["spec"]["containers"][0]
        container["image"] = .string(Shop.image("platform/price-refresh", "1.1.0"))
        template["spec"]["containers"] = [container]
        spec["jobTemplate"]["spec"]["template"] = template
      }
    })

  static let autoscalerFlapping = Story(
    name: "hpa-flapping",
    sentence: "An autoscaler without a stabilization window follows a nervous load up and down.",
    play: { world in
      let place = ObjectKey(namespace: "market", name: "storefront")
      world.edit(.autoscalers, place) { _, spec in
        spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] = 0
      }
      world.loads[place] = Load(least: 120, most: 560, periodSeconds: 100)
    })

  static let namespaceStuck = Story(
    name: "namespace-stuck",
    sentence: "A namespace is deleted, but something in it has a finalizer that nobody removes.",
    prepare: { world in
      let builder = Builder(world: world)
      builder.namespace("sandbox", age: .days(12), labels: [("team", "storefront")])
      builder.configMap("notes", "sandbox", age: .days(12), ["todo": "clean up"])
      builder.put(
        StoreKey("promotions", "shop.dockside.example"),
        builder.meta("spring-trial", "sandbox", age: .days(9), generation: 1),
        api: "shop.dockside.example/v1", finalizers: ["shop.dockside.example/withdraw"],
        ["spec": ["percent": 15, "channels": ["web"]], "status": ["active": true, "redeemed": 3]])
    },
    play: { world in world.delete(.namespaces, ObjectKey(namespace: "", name: "sandbox")) })

  static let certificateExpiring = Story(
    name: "cert-expiring",
    sentence: "A certificate runs out in two days, and its renewal fails.",
    play: { world in
      let place = ObjectKey(namespace: "market", name: "market")
      let resource = StoreKey("certificates", "cert-manager.io")
      guard let object = world.store[resource][place], var status = object.json("status") else { return }
      let (now, day) = (world.now.seconds, Int64(86_400))
      func time(_ seconds: Int64) -> JSON { .string(World.timestamp(seconds)) }
      let why =
        "The certificate request has failed to complete and will be retried: Failed to wait for order "
        + "resource \"market-2-1093844921\" to become ready: order is in \"errored\" state: Failed to create "
        + "Order: 429 urn:ietf:params:acme:error:rateLimited: too many certificates already issued"
      status["conditions"] = [
        [
          "lastTransitionTime": time(now - 88 * day),
          "message": "Certificate is up to date and has not expired",
          "observedGeneration": 1, "reason": "Ready", "status": "True", "type": "Ready",
        ],
        [
          "lastTransitionTime": time(now), "message": .string(why), "observedGeneration": 1,
          "reason": "Failed",
          "status": "False", "type": "Issuing",
        ],
      ]
      status["failedIssuanceAttempts"] = 6
      status["lastFailureTime"] = time(now)
      status["notAfter"] = time(now + 2 * day - 3_000)
      status["notBefore"] = time(now - 88 * day)
      status["renewalTime"] = time(now - 28 * day)
      let sorted = JSON.object(JSONObject(status.members.sorted { $0.key < $1.key }))
      let changed = world.store.put(
        resource, object.meta, object.replacing(["status": sorted]), at: world.now)
      for (kind, reason, message) in [
        (EventBody.Kind.normal, "Issuing", "Renewing certificate as renewal was scheduled"),
        (.warning, "Failed", why),
      ] {
        world.record(
          kind, reason, message, about: changed, as: ("Certificate", "cert-manager.io/v1"),
          by: .controller("cert-manager-certificates-issuing"))
      }
    })
}
