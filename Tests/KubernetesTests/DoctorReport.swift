import Foundation
import TestSupport

@testable import Kubernetes

/// What a doctor said, by step.
struct DoctorReport: CustomStringConvertible {
  var code: Int32
  var steps: [Doctor.Step]

  /// The step's first line.
  subscript(name: String) -> String? { steps.first { $0.name == name }?.lines.first }

  /// All lines of the first step that failed.
  var failure: [String] { steps.first { $0.state == .failed }?.lines ?? [] }
  func lines(_ name: String) -> [String] { steps.first { $0.name == name }?.lines ?? [] }
  var description: String { steps.flatMap(\.lines).joined(separator: "\n") }
}

/// Runs a doctor over a kubeconfig, on this thread.
func examine(
  _ kubeconfig: String? = nil, environment: Environment = Environment([:]), root: String = "",
  _ change: (inout Overrides) -> Void = { _ in }
) -> DoctorReport {
  var overrides = Overrides()
  overrides.kubeconfig = kubeconfig
  change(&overrides)
  var steps: [Doctor.Step] = []
  let code = Doctor(overrides, environment: environment, root: root).run { steps.append($0) }
  return DoctorReport(code: code, steps: steps)
}
