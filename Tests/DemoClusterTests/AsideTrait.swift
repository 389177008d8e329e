import Dispatch
import Testing

/// Tests that mostly wait for other processes, on threads of their own: on the few that all tests share they would
/// hold the others up, and one after the other they would take longest of all.
struct AsideTrait: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(Threads.shared) { try await function() }
  }
}

extension Trait where Self == AsideTrait {
  static var aside: Self { AsideTrait() }
}

/// Runs jobs that block on a few threads.
private final class Threads: TaskExecutor {
  static let shared = Threads()
  private let queue = DispatchQueue(label: "aside", attributes: .concurrent)
  /// More at once and each would only get slower.
  private let turns = DispatchSemaphore(value: 4)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async {
      self.turns.wait()
      defer { self.turns.signal() }
      job.runSynchronously(on: self.asUnownedTaskExecutor())
    }
  }
}
