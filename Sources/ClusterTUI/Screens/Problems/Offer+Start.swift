import Cluster

extension Offer {
  /// What choosing it leads to: a card that shows a change first, a screen, or a line in the clipboard.
  func start(_ world: World) -> Reaction {
    switch action {
    case .change(let change): Self.card(change, title, world)
    case .view(let view): view.open(world)
    case .command(let command): .copy(command, what: "the command: nothing was run")
    }
  }

  private static func card(_ change: Change, _ title: String, _ world: World) -> Reaction {
    guard let kind = world.kinds[change.target.kind] else {
      return .fail("the server serves no \(change.target.kind)")
    }
    let targets = Targets(kind: kind, refs: [change.target])
    if let why = ActionOffer.refusal(change.action.ability, targets, world) {
      return .fail("\(title): \(why)")
    }
    return .push(ActionCard([change], kind: kind))
  }

  /// Whose rights it takes.
  var rights: RightsQuery? {
    guard case .change(let change) = action else { return nil }
    return RightsQuery(kind: change.target.kind, namespace: change.target.namespace)
  }

  /// Why it can't be done; nil where it can, or where only the server will tell.
  func refusal(_ world: World) -> String? {
    guard case .change(let change) = action, let kind = world.kinds[change.target.kind] else { return nil }
    return ActionOffer.refusal(change.action.ability, Targets(kind: kind, refs: [change.target]), world)
  }
}

extension Offer.View {
  func open(_ world: World) -> Reaction {
    switch self {
    case .describe(let ref): return .push(PageScreen(.description(ref)))
    case .yaml(let ref): return .push(PageScreen(.yaml(ref)))
    case .rollout(let ref): return .push(RolloutScreen(ref))
    case .chart(let ref): return .push(ChartScreen(of: ref))
    case .why(let ref): return .push(WhyScreen(ref))
    case .log(let query): return .push(LogScreen(query: query))
    case .rows(let query):
      guard let kind = world.kinds[query.kind] else { return .fail("the server serves no \(query.kind)") }
      return .push(TableScreen(kind: kind, query: query))
    }
  }
}

extension Change.Action {
  /// What a kind must be able to, and a person be allowed.
  var ability: Kind.Ability {
    switch self {
    case .scale: .scale
    case .restart: .restart
    case .pause, .resume: .pause
    case .rollback: .rollback
    case .setImage: .image
    case .delete: .delete
    case .evict: .evict
    case .cordon, .uncordon: .cordon
    case .drain: .drain
    case .trigger: .trigger
    case .suspend, .unsuspend: .suspend
    case .label, .annotate: .label
    case .edit: .edit
    }
  }
}
