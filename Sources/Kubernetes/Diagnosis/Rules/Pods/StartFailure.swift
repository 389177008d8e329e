/// Why a container could not be started, read from what the runtime or the kubelet says: containerd with runc or crun, CRI-O,
/// Docker.
///
/// Sources: opencontainers/runc libcontainer, containers/crun, containerd pkg/cri, cri-o server, pkg/kubelet/kuberuntime
/// (security_context.go), pkg/security/apparmor.
struct StartFailure {
  /// "command-not-found"
  let rule: String
  /// "command /bin/app is not in the image"
  let headline: String
  let ground: String
  /// Whether trying again can help.
  var mayHeal = false
  /// Whether it was recognized, so that the sentence is more than the runtime's own words.
  var isKnown = true

  init(_ message: String, command: String = "") {
    let said = Wording(message)
    let found =
      Self.memory(said) ?? Self.platform(said) ?? Self.security(said) ?? Self.mount(said) ?? Self.device(said)
      ?? Self.command(said, command) ?? Self.runtime(said)
    if let found {
      self = found
    } else {
      let cause = Self.cause(message)
      self.init(
        "start-failed", "cannot be started: \(Wording.shortened(cause.isEmpty ? message : cause))",
        "the kubelet tries again; what the runtime says does not tell whether that can help")
      mayHeal = true
      isKnown = false
    }
  }

  private init(_ rule: String, _ headline: String, _ ground: String, mayHeal: Bool = false) {
    self.rule = rule
    self.headline = headline
    self.ground = ground
    self.mayHeal = mayHeal
  }

  /// Whether a message is that of a runtime which could not start a container.
  static func isOfRuntime(_ message: String) -> Bool {
    if message.isEmpty { return false }
    return Wording(message).has(
      "oci runtime", "runc create failed", "unable to start container process", "container_linux.go",
      "failed to create containerd task", "container create failed", "failed to start container")
  }

  /// The fact at the end of a runtime's message.
  static func cause(_ message: String) -> String {
    var text = KubeletMessage.cause(message)
    for wrapping in ["error during container init: ", "container create failed: ", "time=\""] {
      if let rest = Wording(text).behind(wrapping), wrapping != "time=\"" { text = String(rest) }
    }
    return text
  }

  // MARK: Commands

  private static func command(_ said: Wording, _ command: String) -> StartFailure? {
    let name = executable(said) ?? command
    let never = "the image and the command stay what they are"
    if said.has("no command specified") {
      return StartFailure("command-missing", "the image names no command, nor does the container", never)
    }
    if said.has("chdir to cwd", "failed to chdir", "chdir(") || said.has("working directory") {
      let place = said.quoted(behind: "cwd") ?? said.quoted(behind: "chdir") ?? ""
      let what = place.isEmpty ? "the working directory" : "working directory \(place)"
      return StartFailure(
        "working-directory",
        said.has("permission denied")
          ? "\(what) may not be entered by the container's user" : "\(what) is not in the image", never)
    }
    if said.has("executable file not found in $path", "not found in $path") {
      return StartFailure(
        "command-not-found", "command \(name) not found in the image",
        "\(never): \(name) is in no folder of $PATH")
    }
    guard said.has("exec:", "executable", "starting container process", "open executable") else { return nil }
    if said.has("permission denied") {
      return StartFailure(
        "command-permission", "command \(name) may not be executed",
        "\(never): the file has no execute permission for the container's user")
    }
    if said.has("is a directory") {
      return StartFailure("command-not-found", "command \(name) is a directory", never)
    }
    if said.has("no such file or directory", "not a directory") {
      return StartFailure("command-not-found", "command \(name) not found in the image", never)
    }
    return nil
  }

  /// exec: "x": ..., executable file `x` not found, exec x: ...
  private static func executable(_ said: Wording) -> String? {
    if said.has("exec: \"") { return said.quoted(behind: "exec: ") }
    if said.has("executable file `", "executable file '") { return said.quoted(behind: "executable file ") }
    return said.word(behind: "exec /").map { "/" + $0 } ?? said.word(behind: "exec: ")
  }

  private static func platform(_ said: Wording) -> StartFailure? {
    guard said.has("exec format error") else { return nil }
    return StartFailure(
      "image-platform", "the image is built for another processor than the node's",
      "the node's processor cannot run the program, however often it is tried")
  }

  private static func memory(_ said: Wording) -> StartFailure? {
    if said.has("oom-killed", "memory limit too low", "oom killed") {
      return StartFailure(
        "memory-limit-start", "the memory limit is too small to start it",
        "the runtime itself was killed for want of memory before the program began")
    }
    if said.has("no space left on device") {
      return StartFailure(
        "disk-full", "the node's disk is full", "it goes on as soon as there is room on the disk",
        mayHeal: true)
    }
    return nil
  }

  // MARK: Rights

  private static func security(_ said: Wording) -> StartFailure? {
    let ground = "the kubelet refuses it each time, until the security context or the image is another"
    func refused(_ headline: String) -> StartFailure { StartFailure("security-context", headline, ground) }
    if said.has("image will run as root") {
      return refused("the image runs as root, which runAsNonRoot forbids")
    }
    if said.has("non-numeric user") {
      let user = said.behind("non-numeric user").flatMap {
        Wording.bare($0.drop { $0 == " " }.prefix { $0 != ")" })
      }
      return refused(
        "runAsNonRoot cannot be checked: the image's user \(user.map { "\($0) " } ?? "")is no number")
    }
    if said.has("runasuser breaks non-root policy") {
      return refused("runAsUser 0 contradicts runAsNonRoot")
    }
    if said.has("unable to find user", "unable to find group", "no matching entries in passwd") {
      let user = said.word(behind: "unable to find user") ?? said.word(behind: "unable to find group") ?? ""
      return StartFailure(
        "security-context", "user \(user) is not in the image", "the image stays what it is")
    }
    if said.has("seccomp") {
      return refused("the seccomp profile cannot be used: \(Wording.shortened(cause(said.text), to: 60))")
    }
    if said.has("apparmor") {
      let profile = said.quoted(behind: "profile") ?? said.word(behind: "apparmor profile not found")
      return refused("AppArmor profile \(profile.map { "\($0) " } ?? "")cannot be applied on this node")
    }
    if said.has("selinux", "relabel failed", "lsetxattr", "setxattr") {
      return refused("SELinux labels cannot be set: \(Wording.shortened(cause(said.text), to: 60))")
    }
    if said.has("unknown capability", "invalid capability") {
      let name = said.quoted(behind: "capability") ?? said.word(behind: "capability") ?? ""
      return refused("there is no capability \(name)")
    }
    return nil
  }

  // MARK: Files and devices

  private static func mount(_ said: Wording) -> StartFailure? {
    if said.has("subpath") {
      let volume = said.quoted(behind: "volumemount") ?? ""
      return StartFailure(
        "mount", "the subPath of volume \(volume) cannot be mounted",
        "the kubelet tries again; the folder in the volume has to be there and be a plain one", mayHeal: true)
    }
    let isMount = said.has(
      "error mounting", "rootfs_linux.go", "mountpoint", "mount through procfd", "to rootfs")
    guard isMount else { return nil }
    let place =
      said.quoted(behind: "to rootfs at") ?? said.quoted(behind: "mkdirat") ?? said.quoted(behind: "at ")
    let what = place.map { "the mount at \($0)" } ?? "a mount"
    if said.has("read-only file system") {
      return StartFailure(
        "read-only-root", "\(what) needs a folder that a read-only file system lacks",
        "the place to mount at cannot be made; it has to be in the image, or the root must be writable")
    }
    if said.has("not a directory", "is a directory") {
      return StartFailure(
        "mount", "\(what) puts a directory on a file, or a file on a directory",
        "the image and the volume stay what they are")
    }
    if said.has("no such file or directory") {
      return StartFailure("mount", "\(what) has no source on the node", "nobody makes what is to be mounted")
    }
    if said.has("permission denied", "operation not permitted") {
      return StartFailure("mount", "\(what) is not permitted", "rights do not change by trying again")
    }
    return nil
  }

  private static func device(_ said: Wording) -> StartFailure? {
    guard
      said.has(
        "nvidia-container-cli", "nvidia-container-runtime", "unresolvable cdi devices",
        "cdi device injection",
        "could not select device driver", "error gathering device information", "libcuda", "driver/library")
    else { return nil }
    return StartFailure(
      "device", "a device cannot be used: \(Wording.shortened(cause(said.text), to: 60))",
      "the device or its driver on the node has to be mended")
  }

  private static func runtime(_ said: Wording) -> StartFailure? {
    if said.has("is reserved for", "is already in use by container") {
      return StartFailure(
        "runtime-slow", "the runtime still holds an earlier attempt under the same name",
        "the runtime lets go of the name when the earlier attempt ends; it is slow or overloaded",
        mayHeal: true)
    }
    if said.has("context deadline exceeded", "deadlineexceeded", "timed out") {
      return StartFailure(
        "runtime-slow", "the container runtime does not answer in time",
        "the kubelet tries again; the node or its disk is overloaded", mayHeal: true)
    }
    if said.has("read-only file system") {
      return StartFailure(
        "read-only-root",
        "it cannot be started on a read-only file system: \(Wording.shortened(cause(said.text), to: 50))",
        "the file system stays read-only")
    }
    return nil
  }
}
