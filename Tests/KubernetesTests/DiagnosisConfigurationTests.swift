import Cluster
import Testing

@testable import Kubernetes

@Suite struct DiagnosisConfigurationTests {
  @Test func theRecordedPodNamesItsMissingConfigMapAndNoOtherPodDoes() {
    let world = Examination.recorded()
    let found = world.findings("v1/pods", by: .configuration)
    #expect(found.count == 1)
    let finding = found.first { $0.key.hasPrefix("notifier-") }?.value.first
    #expect(finding?.headline == "config map notifier-config is missing")
    #expect(finding?.verdict.isHopeless == true)
  }
}
