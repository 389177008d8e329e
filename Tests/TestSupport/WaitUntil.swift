import Foundation

/// Waits until something is true, for as long as a busy machine may need: false means that it never was. For what
/// has no signal of its own; never wait for time to pass.
package func waitUntil(seconds: Double = 20, _ predicate: () -> Bool) -> Bool {
  let deadline = DispatchTime.now() + seconds
  while true {
    if predicate() { return true }
    if DispatchTime.now() > deadline { return false }
    usleep(1_000)
  }
}
