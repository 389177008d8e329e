import Cluster

/// Which columns fit a width and how wide each gets: columns of little importance go first, none is cut in the
/// middle, and the name gives way before anything that tells the state.
struct ColumnPlan {
  struct Wish {
    var width: Int
    /// The column gives way down to this before others are dropped.
    var minimum: Int
    /// Columns that are merely nice to have are dropped before it gets narrower than this.
    var comfortable: Int
    var priority: Int
    /// It is never dropped.
    var isFixed = false
    /// It gets narrower only when the others can't any more.
    var givesWayLast = false
  }

  struct Place: Equatable {
    /// Which wish.
    var index: Int
    var x: Int
    var width: Int
  }

  static let gap = 1
  /// Columns of a lower priority are merely nice to have.
  private static let essential = 6

  static func places(_ wishes: [Wish], width: Int) -> [Place] {
    var chosen = Array(wishes.indices)
    func total(_ widths: (Wish) -> Int) -> Int {
      chosen.reduce(0) { $0 + widths(wishes[$1]) } + max(0, chosen.count - 1) * gap
    }
    func drop(until fits: (Wish) -> Int, where may: (Wish) -> Bool) {
      while total(fits) > width {
        let droppable = chosen.filter { !wishes[$0].isFixed && may(wishes[$0]) }
        guard let victim = droppable.min(by: { before(wishes, $0, $1) }) else { break }
        chosen.removeAll { $0 == victim }
      }
    }
    drop(until: \.comfortable, where: { $0.priority < essential })
    drop(until: \.minimum, where: { _ in true })
    var widths = wishes.map(\.width)
    var excess = total(\.width) - width
    // The widest give way first, so that no long message squeezes the others; the name last.
    for isLast in [false, true] {
      shrink(chosen.filter { wishes[$0].givesWayLast == isLast }, wishes, &widths, &excess)
    }
    // Where even that is too much (a terminal of a few columns), the fixed ones shrink from the left.
    for index in chosen where excess > 0 {
      let given = min(excess, max(0, widths[index] - 3))
      widths[index] -= given
      excess -= given
    }
    var x = 0
    return chosen.map { index in
      let place = Place(index: index, x: x, width: widths[index])
      x += place.width + gap
      return place
    }
  }

  /// Takes the excess from the widest of these, down to the next narrower ones and then from them as well; of equals
  /// from the one further right.
  private static func shrink(_ indices: [Int], _ wishes: [Wish], _ widths: inout [Int], _ excess: inout Int) {
    while excess > 0 {
      let wide = indices.filter { widths[$0] > wishes[$0].minimum }
      guard let widest = wide.map({ widths[$0] }).max() else { return }
      let level = wide.filter { widths[$0] == widest }
      let others = wide.map { widths[$0] }.filter { $0 < widest }
      let floor = max(level.map { wishes[$0].minimum }.max() ?? 0, others.max() ?? 0)
      let step = max(1, min(widest - floor, excess / level.count))
      for index in level.reversed() where excess > 0 {
        widths[index] -= step
        excess -= step
      }
    }
  }

  /// Lower priority first; of equals the one further right.
  private static func before(_ wishes: [Wish], _ a: Int, _ b: Int) -> Bool {
    wishes[a].priority != wishes[b].priority ? wishes[a].priority < wishes[b].priority : a > b
  }
}
