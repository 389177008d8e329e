// swift-tools-version: 6.2
import PackageDescription

// Imports point downwards only (ARCHITECTURE.md, "Ranks"): a target lists exactly what it may import, and the
// test command builds with --explicit-target-dependency-import-check error.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func target(_ name: String, _ imports: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: settings)
}

func tests(_ name: String, _ imports: [Target.Dependency], fixtures: Bool = false) -> Target {
  .testTarget(
    name: name, dependencies: imports + ["TestSupport"],
    exclude: fixtures ? ["Fixtures"] : [], swiftSettings: settings)
}

let package = Package(
  name: "ClusterTUI",
  products: [.executable(name: "clustertui", targets: ["ClusterTUI"])],
  targets: [
    // Rank 0: C headers over the system libraries.
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CCurl"),
    .systemLibrary(name: "CScan"),
    .systemLibrary(name: "CZlib"),
    // Rank 1
    target("Terminal", ["CNcurses"]),
    target("Document", ["CScan", "CZlib"]),
    target("HTTP", ["CCurl"]),
    // Rank 2
    target("Cluster", ["Document"]),
    target("Metrics", ["Document", "HTTP", "CScan"]),
    target("DemoCluster", ["Document", "HTTP"]),
    // Rank 3
    target("Kubernetes", ["Cluster", "Metrics", "Document", "HTTP"]),
    // Rank 4
    .executableTarget(
      name: "ClusterTUI",
      dependencies: ["Kubernetes", "DemoCluster", "Cluster", "Metrics", "Document", "Terminal"],
      swiftSettings: settings),
    .executableTarget(
      name: "Bench", dependencies: ["Kubernetes", "Cluster", "Metrics", "Document", "HTTP"],
      path: "Benchmarks/Bench",
      swiftSettings: settings),
    // Tests
    .target(name: "TestSupport", dependencies: ["CPty"], path: "Tests/TestSupport", swiftSettings: settings),
    .target(name: "CPty", path: "Tests/CPty"),
    .executableTarget(
      name: "TerminalProbe", dependencies: ["Terminal"], path: "Tests/TerminalProbe", swiftSettings: settings),
    tests("TerminalTests", ["Terminal"]),
    tests("DocumentTests", ["Document"], fixtures: true),
    tests("HTTPTests", ["HTTP"]),
    tests("ClusterTests", ["Cluster", "Document"]),
    tests("MetricsTests", ["Metrics", "Document", "HTTP"], fixtures: true),
    tests("DemoClusterTests", ["DemoCluster", "Document", "HTTP"], fixtures: true),
    tests(
      "KubernetesTests", ["Kubernetes", "DemoCluster", "Cluster", "Metrics", "Document", "HTTP"],
      fixtures: true),
    tests(
      "ClusterTUITests",
      ["ClusterTUI", "Kubernetes", "DemoCluster", "Cluster", "Metrics", "Document", "Terminal", "HTTP"],
      fixtures: true),
  ]
)
