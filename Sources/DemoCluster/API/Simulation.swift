import HTTP

/// The world with those who listen to it: all that the server's lock protects.
final class Simulation {
  let world: World
  let watches = WatchHub()
  let follows = LogFollows()

  init(_ options: DemoOptions, start: Moment) {
    world = World(seed: options.seed, start: start, historyLimit: options.historyLimit)
    let stories = Story.all.filter { options.stories.contains($0.name) }
    Shop(world, hasFaults: stories.isEmpty).build()
    for story in stories { story.prepare(world) }
    if let pods = options.pods {
      Crowd(world).build(pods: max(0, pods - world.store[.pods].objects.count))
    }
    var bootstrap = Bootstrap(world)
    bootstrap.build()
    for report in world.nodeReports { report.begin(world) }
    world.open()
    if options.faults.contains(.expire) { world.every(4) { $0.store.compact(before: $0.now - 2) } }
    begin(churnPerSecond: options.churnPerSecond, hasCrowd: options.pods != nil, isQuiet: !stories.isEmpty)
    for story in stories { world.after(Story.delaySeconds) { story.play($0) } }
    world.onPodChange = { [unowned world, follows] before, after in
      follows.podChanged(before, after, world.now)
    }
  }

  private func begin(churnPerSecond: Double, hasCrowd: Bool, isQuiet: Bool) {
    let director = Director()
    let tags = [
      ("market", "storefront", ["3.15.0", "3.14.2"]), ("fulfil", "packing-planner", ["1.1.2", "1.2.0"]),
      ("market", "basket", ["1.23.0", "1.22.1"]), ("platform", "mailer", ["1.3.0", "1.3.1"]),
      ("fulfil", "orders", ["7.4.0", "7.3.1"]),
    ]
    for (namespace, name, tags) in tags {
      director.add(ObjectKey(namespace: namespace, name: name), tags: tags)
    }
    // A story is alone on the stage.
    if !isQuiet { director.begin(world) }
    let churn = Churn(perSecond: churnPerSecond, prefix: hasCrowd ? "crowd-" : nil)
    churn.begin(world)
    moving = [director, churn]
  }

  /// Keeps alive what only the agenda knows.
  private var moving: [AnyObject] = []

  /// Lets everything happen that is due, and tells the watches.
  func advance(to moment: Moment) {
    world.advance(to: moment)
    watches.pump(world)
  }

  func endAll() {
    watches.endAll()
    follows.endAll()
  }
}
