/// The arithmetic of a rolling update: how many pods each ReplicaSet should have next.
struct Rollout: Hashable {
  /// The pods of one ReplicaSet: wanted, and there for long enough to serve.
  struct Side: Hashable {
    var desired: Int
    var available: Int
  }

  let wanted, maxSurge, maxUnavailable: Int
  var new: Side
  /// The oldest first.
  var old: [Side]

  var total: Int { old.reduce(new.desired) { $0 + $1.desired } }

  /// The number of new pods there may be now.
  var nextNew: Int {
    if new.desired >= wanted { return wanted }
    let room = wanted + maxSurge - total
    return room > 0 ? min(wanted, new.desired + room) : new.desired
  }

  /// The numbers of old pods that are enough now, given that the new ones are as many as they are.
  var nextOld: [Int] {
    var next = old.map(\.desired)
    let least = wanted - maxUnavailable
    var spare = total - least - (new.desired - new.available)
    if spare <= 0 { return next }
    // Pods that serve nobody go first.
    for index in next.indices where spare > 0 {
      let useless = min(spare, max(0, old[index].desired - old[index].available))
      next[index] -= useless
      spare -= useless
    }
    var serving = old.reduce(new.available) { $0 + $1.available } - least
    for index in next.indices where serving > 0 {
      let fewer = min(serving, next[index])
      next[index] -= fewer
      serving -= fewer
    }
    return next
  }

  /// The numbers after a change of the whole in the middle of an update: each in proportion to what it had.
  ///
  /// - Parameter former: the most pods there could be before the change.
  static func scaled(_ sizes: [Int], to wanted: Int, surge: Int, former: Int) -> [Int] {
    let allowed = wanted > 0 ? wanted + surge : 0
    var left = allowed - sizes.reduce(0, +)
    if left == 0 || sizes.isEmpty { return sizes }
    var next = sizes
    // The larger ones first; what rounding leaves goes to the largest.
    let order = sizes.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    for index in order {
      let share = Double(sizes[index]) * Double(allowed) / Double(max(1, former))
      let change = Int(share.rounded()) - sizes[index]
      let bounded = left > 0 ? max(0, min(change, left)) : min(0, max(change, left))
      next[index] = max(0, sizes[index] + bounded)
      left -= next[index] - sizes[index]
    }
    if let first = order.first { next[first] = max(0, next[first] + left) }
    return next
  }
}
