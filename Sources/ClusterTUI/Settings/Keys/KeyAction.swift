import Terminal

/// Something that a key does, by a name for `keymap.yaml`. The key is the one that screens answer; a keymap makes others
/// mean the same.
struct KeyAction {
  var name: String
  var scope: KeyScope
  var key: Key

  init(_ name: String, _ scope: KeyScope, _ key: String) {
    (self.name, self.scope) = (name, scope)
    self.key = Key(name: key) ?? .escape
  }

  static func named(_ name: String, in scope: KeyScope) -> KeyAction? {
    all.first { $0.name == name && $0.scope == scope }
      ?? (scope == .prompt ? nil : all.first { $0.name == name && $0.scope == .global })
  }

  static func names(in scope: KeyScope) -> [String] {
    all.filter { $0.scope == scope || scope != .prompt && $0.scope == .global }.map(\.name)
  }

  static let all: [KeyAction] = global + table + log + page + chart + problems + prompt

  private static func actions(_ scope: KeyScope, _ words: String) -> [KeyAction] {
    words.split { $0 == " " || $0 == "\n" }.map { word in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      return KeyAction(parts[0], scope, parts[1])
    }
  }

  private static let global = actions(
    .global,
    """
    command=: filter=/ help=? actions=. why=w timeline=T back=esc close=q quit=ctrl-c kinds=ctrl-a open=enter
    down=j up=k top=g bottom=G page-down=ctrl-f page-up=ctrl-b left=left right=right
    last-view=- history-back=[ history-forward=] all-namespaces=0 save=ctrl-s copy=c
    namespace-1=1 namespace-2=2 namespace-3=3 namespace-4=4 namespace-5=5 namespace-6=6 namespace-7=7
    namespace-8=8 namespace-9=9
    """)

  private static let table = actions(
    .table,
    """
    logs=l previous-logs=p describe=d yaml=y events=E rollout=R metrics=m wide=ctrl-w trouble=ctrl-z mark=space
    mark-range=ctrl-space clear-marks=ctrl-\\ copy-name=c copy-namespace=n delete=ctrl-d edit=e scale=s
    restart=r sort-name=N sort-age=A sort-status=S sort-namespace=P sort-cpu=C sort-memory=M sort-turn=O
    sort-left=shift-left sort-right=shift-right next-tab=tab previous-tab=shift-tab owner=J node=o used-by=u related=X ports=F
    diff=D columns=, clear-filter=ctrl-u
    """)

  private static let log = actions(
    .log,
    """
    find=f next=n previous=N follow=s times=t wrap=w previous-log=p tail=0 head=1 all-containers=a mark=m
    clear=C fields=J around=x level=e since=@ last-minute=2 last-5-minutes=3 last-15-minutes=4 last-30-minutes=5
    last-hour=6
    """)

  private static let page = actions(
    .page,
    """
    next=n previous=N fold=enter managed-fields=m decode=x decode-all=X fold-all=z unfold-all=Z wrap=ctrl-w diff=D
    writers=M copy-path=P copy-value=V events=E
    """)

  private static let chart = actions(.chart, "longer=+ shorter=- next-chart=tab edit=e")

  private static let problems = actions(
    .problems,
    "describe=d yaml=y logs=l events=E all-lines=e to-trigger=t looked-at=u unfold=right fold=left hide=ctrl-z"
  )

  private static let prompt = actions(
    .prompt, "accept=enter cancel=esc complete=tab previous=up next=down delete-word=ctrl-w delete-all=ctrl-u"
  )
}
