import Cluster
import Terminal

/// The right side of a wide list of problems: why the one under the cursor is broken. What its line already knows stands
/// there at once; its object is looked at more closely only after the cursor rested a moment.
struct WhyPane {
  private var screen: WhyScreen?
  private var id: String?
  private var settlesAt: Int64 = 0
  private var isSettled = false
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  static let restMilliseconds: Int64 = 300

  init() {}

  var wakeAt: Int64? { screen == nil || isSettled ? nil : settlesAt }
  var secondsUntilChange: Int64 { screen?.secondsUntilChange ?? 60 }

  func needs(_ world: World) -> Set<Need> { isSettled ? screen?.needs(world) ?? [] : [] }

  mutating func prepare(_ problem: Problem?, _ world: World, area: Rect) {
    self.area = area
    guard let problem else {
      (screen, id, isSettled) = (nil, nil, false)
      return
    }
    if problem.id != id {
      (screen, id, isSettled) = (WhyScreen(problem).beside, problem.id, false)
      settlesAt = world.milliseconds + Self.restMilliseconds
    }
    if world.milliseconds >= settlesAt { isSettled = true }
    screen?.prepare(world, area: area)
  }

  func draw(on canvas: inout Canvas, world: World) {
    guard area.width > 0 else { return }
    screen?.draw(on: &canvas, area: area, world, false)
  }
}
