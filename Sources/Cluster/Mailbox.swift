import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Hands batches from the workers to the main thread and wakes its `poll` when it was empty.
package final class Mailbox<Item: Sendable>: Sendable {
  /// Readable when something was posted: for `poll`.
  package let descriptor: CInt
  private let writeEnd: CInt
  private let items = Mutex<[Item]>([])

  package init() {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { fatalError("no pipe for the mailbox: errno \(errno)") }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    descriptor = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(descriptor)
    close(writeEnd)
  }

  package func post(_ item: Item) { post(contentsOf: CollectionOfOne(item)) }

  package func post(contentsOf new: some Collection<Item>) {
    guard !new.isEmpty else { return }
    let wasEmpty = items.withLock { queue in
      let empty = queue.isEmpty
      queue.append(contentsOf: new)
      return empty
    }
    if wasEmpty {
      var byte: UInt8 = 1
      _ = write(writeEnd, &byte, 1)
    }
  }

  /// Takes everything; the order of posting is kept.
  package func drain() -> [Item] {
    var bytes: (UInt64, UInt64) = (0, 0)
    while read(descriptor, &bytes, 16) == 16 {}
    return items.withLock { queue in
      let all = queue
      queue = []
      return all
    }
  }

  package var isEmpty: Bool { items.withLock(\.isEmpty) }
}
