#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A clock that neither jumps nor stops: for time-outs.
enum Monotonic {
  /// Milliseconds since some moment in the past.
  static var milliseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
  }
}

/// Ends another thread's `poll`.
final class WakePipe: Sendable {
  let descriptor: CInt
  private let writeEnd: CInt

  init() {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { fatalError("no pipe to wake a thread with: errno \(errno)") }
    for end in ends { Descriptor.prepare(end) }
    descriptor = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(descriptor)
    close(writeEnd)
  }

  func wake() {
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }

  func drain() {
    var bytes: (UInt64, UInt64) = (0, 0)
    while read(descriptor, &bytes, 16) == 16 {}
  }
}

/// What is done to every descriptor we open.
enum Descriptor {
  /// Never blocks, and is not handed on to children.
  static func prepare(_ descriptor: CInt) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }
}

/// A thread that answers to no signals but those of its own faults, so that the others reach the main thread.
package enum WorkerThread {
  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  package static func start(stackBytes: Int = 512 << 10, _ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    let failure = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { attributes in
      let attributes = attributes.baseAddress!
      pthread_attr_init(attributes)
      defer { pthread_attr_destroy(attributes) }
      pthread_attr_setdetachstate(attributes, CInt(PTHREAD_CREATE_DETACHED))
      pthread_attr_setstacksize(attributes, stackBytes)
      #if canImport(Glibc)
        var thread = pthread_t()
        return pthread_create(&thread, attributes, { WorkerThread.run($0!) }, box)
      #else
        var thread: pthread_t?
        return pthread_create(&thread, attributes, { WorkerThread.run($0) }, box)
      #endif
    }
    if failure != 0 { fatalError("no thread: error \(failure)") }
  }

  private static func run(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    var blocked = sigset_t()
    sigfillset(&blocked)
    // A fault's signal that is blocked would skip the handler that gives the terminal back.
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP] { sigdelset(&blocked, fault) }
    pthread_sigmask(SIG_SETMASK, &blocked, nil)
    Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body()
    return nil
  }

  /// A number for the calling thread, to compare with.
  static var currentID: UInt {
    #if canImport(Glibc)
      UInt(pthread_self())
    #else
      UInt(bitPattern: pthread_self())
    #endif
  }
}

/// The system's words for an `errno`.
func systemText(_ number: CInt) -> String { String(cString: strerror(number)) }
