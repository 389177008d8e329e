/// How images come to a node, or do not.
extension World {
  /// Sees to it that the image is there.
  func prepare(_ container: ContainerHandle) {
    guard let (_, state, plan, node) = alive(container), state[container].runningSince == nil else { return }
    let policy = plan.pullPolicy
    if case .invalid(let why) = plan.pull {
      report(.warning, "InspectFailed", why, container)
      report(.warning, "Failed", "Error: InvalidImageName", container)
      wait(container, "InvalidImageName", why)
      after(dice.between(11...16)) { $0.prepare(container) }
      return
    }
    let isPresent = node.images.contains(plan.image)
    if isPresent && policy != "Always" {
      report(
        .normal, "Pulled",
        "Container image \"\(plan.image)\" already present on machine and can be accessed by the pod",
        container)
      create(container)
      return
    }
    if policy == "Never" {
      let why = "Container image \"\(plan.image)\" is not present with pull policy of Never"
      report(.warning, "ErrImageNeverPull", why, container)
      report(.warning, "Failed", "Error: ErrImageNeverPull", container)
      wait(container, "ErrImageNeverPull", why)
      after(dice.between(11...16)) { $0.prepare(container) }
      return
    }
    guard plan.program != nil, plan.pull.isPossible else {
      pullInVain(container, attempt: 0)
      return
    }
    pull(container, plan, node, isPresent: isPresent)
  }

  private func pull(_ container: ContainerHandle, _ plan: ContainerPlan, _ node: NodeState, isPresent: Bool) {
    report(.normal, "Pulling", "Pulling image \"\(plan.image)\"", container)
    let megabytes = plan.program?.imageMegabytes ?? 60
    // What is there already is only compared.
    let seconds = isPresent ? dice.between(0.2...0.6) : 0.3 + megabytes / dice.between(25...70)
    after(seconds) { world in
      node.images.insert(plan.image)
      let took = GoDuration.text(milliseconds: Int(seconds * 1_000))
      let bytes = Int(megabytes * 1_048_576) + plan.image.utf8.count * 4_099
      world.report(
        .normal, "Pulled",
        "Successfully pulled image \"\(plan.image)\" in \(took) (\(took) including waiting). Image size: \(bytes) "
          + "bytes.", container)
      world.create(container)
    }
  }

  // MARK: Images that are not there

  private func pullInVain(_ container: ContainerHandle, attempt: Int) {
    guard let (_, _, plan, _) = alive(container) else { return }
    // Somebody may have changed the image meanwhile.
    guard case .impossible(let why) = plan.pull else {
      prepare(container)
      return
    }
    report(.normal, "Pulling", "Pulling image \"\(plan.image)\"", container)
    after(dice.between(0.4...1.2)) { world in
      guard world.alive(container)?.plan.image == plan.image else { return }
      world.report(.warning, "Failed", "Failed to pull image \"\(plan.image)\": \(why)", container)
      world.report(.warning, "Failed", "Error: ErrImagePull", container)
      world.update(container.pod) { state in
        state[container].state = .waiting(reason: "ErrImagePull", message: why)
        state.reported = world.now.seconds
      }
      let next = world.now + min(300, 10 * Double(1 << min(attempt, 5)))
      world.after(world.dice.between(1.5...4)) {
        $0.backOffPulling(container, plan.image, until: next, attempt: attempt + 1)
      }
    }
  }

  func backOffPulling(_ container: ContainerHandle, _ image: String, until next: Moment, attempt: Int) {
    guard let (_, _, plan, _) = alive(container), plan.image == image,
      case .impossible(let why) = plan.pull
    else { return }
    report(.normal, "BackOff", "Back-off pulling image \"\(image)\"", container)
    report(.warning, "Failed", "Error: ImagePullBackOff", container)
    wait(container, "ImagePullBackOff", "Back-off pulling image \"\(image)\": ErrImagePull: \(why)")
    let pause = dice.between(11...16)
    if now + pause >= next {
      at(next) { $0.pullInVain(container, attempt: attempt) }
    } else {
      after(pause) { $0.backOffPulling(container, image, until: next, attempt: attempt) }
    }
  }
}
