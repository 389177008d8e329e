import DemoCluster
import Foundation
import TestSupport
import Testing

/// What the program writes to its terminal when something changes, counted.
@Suite(.serialized) struct FrameBytesTests {
  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func aRowThatChangesTakesLessThan300BytesAndNothingIsErased(width: Int, height: Int) throws {
    var options = DemoOptions()
    options.clock = .driven(startEpochSeconds: Int(Date().timeIntervalSince1970))
    let demo = try DemoServer(options)
    defer { demo.stop() }
    let directory = temporaryDirectory()
    let config = directory.write(demo.kubeconfig(), to: "kubeconfig")
    let terminal = try PseudoTerminal(
      builtProgram, ["deploy", "-n", "market", "--kubeconfig", config], width: width, height: height,
      environment: ["HOME": directory.path, "KUBECONFIG": nil])
    #expect(terminal.waitForScreen { $0.contains("live") && $0.contains("search-api") }, "\(terminal.text)")
    // The cursor stands elsewhere, so that its detail stays as it is.
    terminal.type("Gk")
    #expect(terminal.waitForScreen { $0.look(x: 2, y: 9).reverse }, "\(terminal.text)")
    #expect(width < 160 || terminal.waitForText("market/search-api"), "\(terminal.text)")
    let (bytes, before) = (terminal.bytesWritten, terminal.log.count)
    let scaled = try run(
      "kubectl", ["--kubeconfig", config, "-n", "market", "scale", "deployment/basket", "--replicas=5"])
    #expect(scaled.exit == .code(0), "\(scaled.errors)")
    #expect(terminal.waitForScreen { $0.contains("3/5") }, "\(terminal.text)")
    let written = String(terminal.log.dropFirst(before))
    #expect(terminal.bytesWritten - bytes < 300, "\(written)")
    #expect(!written.contains("␛[2J") && !written.contains("␛[J") && !written.contains("␛[H␛[2J"))
  }
}
