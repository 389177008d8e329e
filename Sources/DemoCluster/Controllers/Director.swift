import Document

/// Sees to it that something happens: releases, pods that are replaced, probes that fail for a moment.
///
/// It does what people, nodes and networks do to a cluster; what follows from that is the controllers' doing.
final class Director {
  /// Deployments that get a release now and then, with the tags that they go back and forth between.
  struct Train {
    let deployment: ObjectKey
    let tags: [String]
    var next = 0
  }

  private var trains: [Train] = []
  private var nextTrain = 0

  func add(_ deployment: ObjectKey, tags: [String]) {
    trains.append(Train(deployment: deployment, tags: tags))
  }

  func begin(_ world: World) {
    world.after(world.dice.between(20...40)) { [weak self] in self?.release($0) }
    world.after(world.dice.between(4...9)) { [weak self] in self?.disturb($0) }
    world.after(world.dice.between(15...30)) { [weak self] in self?.replace($0) }
  }

  /// One release every two to three minutes.
  private func release(_ world: World) {
    world.after(world.dice.between(110...170)) { [weak self] in self?.release($0) }
    if trains.isEmpty { return }
    let index = nextTrain % trains.count
    nextTrain += 1
    let train = trains[index]
    let tag = train.tags[train.next % train.tags.count]
    trains[index].next += 1
    world.release(train.deployment, tag: tag)
  }

  /// A pod that was ready is not for some seconds, every few seconds.
  private func disturb(_ world: World) {
    world.after(world.dice.between(7...16)) { [weak self] in self?.disturb($0) }
    guard let victim = choose(world) else { return }
    world.blip(ContainerHandle(pod: victim, index: 0), seconds: world.dice.between(9...24))
  }

  /// A pod goes, and its owner makes another one: two or three a minute.
  private func replace(_ world: World) {
    world.after(world.dice.between(18...35)) { [weak self] in self?.replace($0) }
    guard let victim = choose(world) else { return }
    world.delete(victim)
  }

  /// Any healthy pod of a healthy deployment of the shop.
  private func choose(_ world: World) -> ObjectHandle? {
    let names = ["batch-worker", "mailer", "reviews", "basket", "storefront", "returns", "search-api"]
    let name = world.dice.pick(names)
    let ready = ["market", "fulfil", "platform"].flatMap { space in
      world.pods(in: space, LabelSelector(matching: [Pair("app", name)]))
    }.filter { $0.state.isReady && $0.object.meta.deletion == nil }
    // Never the last one: the shop stays open.
    return ready.count > 1 ? ObjectHandle(world.dice.pick(ready).object) : nil
  }
}

extension World {
  /// Changes the image of the first container to another tag, as a release does.
  func release(_ deployment: ObjectKey, tag: String) {
    edit(.deployments, deployment) { meta, spec in
      let containers = spec["template"]["spec"]["containers"].array
      guard var first = containers.first, let image = first["image"].string else { return }
      let repository = image.prefix(image.utf8.count - (image.split(separator: ":").last?.utf8.count ?? 0))
      first["image"] = .string("\(repository)\(tag)")
      spec["template"]["spec"]["containers"] = .array([first] + containers.dropFirst())
      meta.setAnnotation("kubernetes.io/change-cause", "release \(tag)")
      meta.touch(manager: "helm", subresource: nil, time: now.seconds)
    }
  }
}
