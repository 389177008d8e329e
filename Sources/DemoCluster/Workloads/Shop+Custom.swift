import Document

extension Shop {
  /// Two kinds of custom resources: one shaped like cert-manager's, one of the shop's own.
  func addCustomResources() {
    define(
      group: "cert-manager.io", plural: "certificates", singular: "certificate", kind: "Certificate",
      short: ["cert", "certs"], categories: ["cert-manager"], age: .days(140), hasStatus: true,
      columns: [
        ["name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type == \"Ready\")].status"],
        ["name": "Secret", "type": "string", "jsonPath": ".spec.secretName"],
        ["name": "Issuer", "type": "string", "priority": 1, "jsonPath": ".spec.issuerRef.name"],
        [
          "name": "Status", "type": "string", "priority": 1,
          "jsonPath": ".status.conditions[?(@.type == \"Ready\")].message",
        ],
        [
          "name": "Age", "type": "date", "description": "The time since the object was created.",
          "jsonPath": ".metadata.creationTimestamp",
        ],
      ])
    define(
      group: "shop.dockside.example", plural: "promotions", singular: "promotion", kind: "Promotion",
      short: ["promo"],
      categories: ["shop"], age: .days(66), hasStatus: true,
      columns: [
        [
          "name": "Percent", "type": "integer", "format": "int32", "description": "What is taken off.",
          "jsonPath": ".spec.percent",
        ],
        ["name": "Active", "type": "boolean", "jsonPath": ".status.active"],
        ["name": "Redeemed", "type": "number", "jsonPath": ".status.redeemed"],
        ["name": "Channels", "type": "string", "jsonPath": ".spec.channels[*]"],
        ["name": "Began", "type": "date", "jsonPath": ".spec.begins"],
        ["name": "Rules", "type": "string", "priority": 1, "jsonPath": ".spec.rules"],
      ])
    addCertificates()
    addPromotions()
  }

  private func define(
    group: String, plural: String, singular: String, kind: String, short: [String], categories: [String],
    age: Age,
    hasStatus: Bool, columns: [JSON]
  ) {
    let names: JSON = [
      "plural": .string(plural), "singular": .string(singular),
      "shortNames": .array(short.map { .string($0) }),
      "kind": .string(kind), "listKind": .string(kind + "List"),
      "categories": .array(categories.map { .string($0) }),
    ]
    let schema: JSON = [
      "type": "object",
      "properties": [
        "spec": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
        "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
      ],
    ]
    let created = World.timestamp(builder.time(age))
    func condition(_ type: JSON, _ reason: JSON, _ message: JSON) -> JSON {
      [
        "type": type, "status": "True", "lastTransitionTime": .string(created), "reason": reason,
        "message": message,
      ]
    }
    let definition: JSON = [
      "spec": [
        "group": .string(group), "names": names, "scope": "Namespaced",
        "versions": [
          [
            "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
            "subresources": hasStatus ? ["status": [:]] : [:], "additionalPrinterColumns": .array(columns),
          ]
        ],
        "conversion": ["strategy": "None"],
      ],
      "status": [
        "conditions": [
          condition("NamesAccepted", "NoConflicts", "no conflicts found"),
          condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "acceptedNames": names, "storedVersions": ["v1"],
      ],
    ]
    builder.put(
      StoreKey("customresourcedefinitions", "apiextensions.k8s.io"),
      builder.meta("\(plural).\(group)", age: age, generation: 1), api: "apiextensions.k8s.io/v1", definition)
    for resource in Catalog.resources(definition: definition) { world.catalog.add(resource) }
  }

  private func addCertificates() {
    let plans: [(name: String, space: String, days: Double, isReady: Bool, message: String)] = [
      ("market", "market", 112, true, "Certificate is up to date and has not expired"),
      ("returns-portal", "fulfil", 68, true, "Certificate is up to date and has not expired"),
      ("partners", "fulfil", 0.4, false, "Issuing certificate as Secret does not exist"),
    ]
    for plan in plans where plan.isReady || hasFaults {
      let since = World.timestamp(builder.time(.days(plan.days)) + 95)
      builder.put(
        StoreKey("certificates", "cert-manager.io"),
        builder.meta(plan.name, plan.space, age: .days(plan.days), generation: 1), api: "cert-manager.io/v1",
        [
          "spec": [
            "dnsNames": [.string("\(plan.name).dockside.example")],
            "issuerRef": ["kind": "ClusterIssuer", "name": "acme-production"],
            "secretName": .string("\(plan.name)-tls"),
          ],
          "status": [
            "conditions": [
              [
                "lastTransitionTime": .string(since), "message": .string(plan.message),
                "observedGeneration": 1,
                "reason": .string(plan.isReady ? "Ready" : "DoesNotExist"),
                "status": .string(plan.isReady ? "True" : "False"), "type": "Ready",
              ]
            ]
          ],
        ])
    }
  }

  private func addPromotions() {
    let plans: [(name: String, percent: Int, days: Double, channels: JSON, redeemed: Int)] = [
      ("autumn-anchors", 15, 20, ["web", "app"], 4_182), ("free-rope", 100, 3, ["web"], 96),
      ("harbour-days", 25, 61, ["web", "app", "store"], 20_417),
    ]
    for (index, plan) in plans.enumerated() {
      let key = StoreKey("promotions", "shop.dockside.example")
      let meta = builder.meta(plan.name, "market", age: .days(plan.days), generation: 1)
      let spec: JSON = [
        "begins": .string(World.timestamp(meta.created)), "channels": plan.channels,
        "percent": .int(plan.percent),
        "rules": ["maxPerCustomer": .int(index + 1), "minBasket": "20.00"],
      ]
      func status(_ redeemed: Int) -> JSON { ["active": .bool(index != 2), "redeemed": .int(redeemed)] }
      builder.put(
        key, meta, api: "shop.dockside.example/v1", ["spec": spec, "status": status(plan.redeemed)])
      if index == 2 { continue }
      var redeemed = plan.redeemed
      // Somebody buys something now and then.
      world.every(11 + Double(index) * 7) { world in
        redeemed += 1 + world.dice.below(4)
        guard let object = world.store[key][meta.key] else { return }
        world.put(
          key, object.meta,
          .members([
            Object.Member(key: "spec", value: spec.encoded()),
            Object.Member(key: "status", value: status(redeemed).encoded()),
          ]))
      }
    }
  }
}
