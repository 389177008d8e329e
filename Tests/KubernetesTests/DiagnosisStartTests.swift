import Testing

@testable import Kubernetes

@Suite struct DiagnosisStartTests {
  private static let runc =
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "

  static let messages: [(String, String, String)] = [
    (
      runc + "exec: \"/app/run\": stat /app/run: no such file or directory: unknown", "command-not-found",
      "command /app/run not found in the image"
    ),
    (
      runc + "exec: \"run\": executable file not found in $PATH: unknown", "command-not-found",
      "command run not found in the image"
    ),
    (
      runc + "exec: \"/run.sh\": permission denied: unknown", "command-permission",
      "command /run.sh may not be executed"
    ),
    (
      runc + "exec /bin/app: exec format error", "image-platform",
      "the image is built for another processor than the node's"
    ),
    (
      runc
        + "error mounting \\\"/var/x\\\" to rootfs at \"/etc/app/x\": mount /var/x:/etc/app/x: not a directory: unknown",
      "mount", "the mount at /etc/app/x puts a directory on a file, or a file on a directory"
    ),
    (
      runc
        + "error during container init: error mounting \"/a\" to rootfs at \"/data\": mkdirat /run/data: read-only file system: unknown",
      "read-only-root", "the mount at /data needs a folder that a read-only file system lacks"
    ),
    (
      "container create failed: executable file `run` not found in $PATH: No such file or directory",
      "command-not-found", "command run not found in the image"
    ),
    (
      "Error response from daemon: OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"run\": executable file not found in $PATH: unknown",
      "command-not-found", "command run not found in the image"
    ),
    (
      "container has runAsNonRoot and image will run as root (pod: \"x\", container: app)",
      "security-context", "the image runs as root, which runAsNonRoot forbids"
    ),
    (
      "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root",
      "security-context", "runAsNonRoot cannot be checked: the image's user app is no number"
    ),
    (
      "failed to create containerd container: no command specified", "command-missing",
      "the image names no command, nor does the container"
    ),
    (
      runc + "container init was OOM-killed (memory limit too low?): unknown", "memory-limit-start",
      "the memory limit is too small to start it"
    ),
    (
      "failed to reserve container name \"x\": name \"x\" is reserved for \"123\"", "runtime-slow",
      "the runtime still holds an earlier attempt under the same name"
    ),
    ("context deadline exceeded", "runtime-slow", "the container runtime does not answer in time"),
    (
      "failed to prepare subPath for volumeMount \"data\" of container \"app\"", "mount",
      "the subPath of volume data cannot be mounted"
    ),
  ]

  @Test(arguments: messages.indices) func eachWordingIsRecognized(_ index: Int) {
    let (message, rule, headline) = Self.messages[index]
    let failure = StartFailure(message)
    #expect(failure.rule == rule)
    #expect(failure.headline == headline)
    #expect(failure.isKnown)
  }

  @Test func whatIsNotRecognizedIsToldInTheRuntimesWords() {
    let failure = StartFailure("rpc error: code = Unknown desc = something new")
    #expect(!failure.isKnown)
    #expect(failure.headline == "cannot be started: something new")
  }
}
