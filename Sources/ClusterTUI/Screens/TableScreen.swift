import Cluster
import Terminal

/// The rows of a query as a table: the screen people spend their time on.
struct TableScreen: Screen {
  var kind: Kind
  var query: Query
  var crumb: String
  /// Titles of columns that say the same in every row here.
  var hiddenColumns: Set<String> = []
  var sort: Sort
  /// What the person wants of the columns and the order.
  private(set) var view = ViewSpec()
  /// As far as it was chosen on screen.
  private(set) var chosen = ViewSpec()
  /// The order that is wanted of columns which are not known yet.
  private var wantedSort: ViewSort?
  /// What terms of the filter may name.
  private(set) var filterColumns: [FilterColumn]
  var filter: Filter
  var filterProblem: String?
  var isWide = false
  private var isOpened = false
  /// How far to the right the columns are moved, to see those that do not fit.
  var columnSteps = 0
  var showsOnlyTrouble = false
  /// Whether the object under the cursor is kept out of a wide screen.
  var hidesDetail = false
  /// The object under the cursor; nil as long as rows are still coming and nobody chose one.
  var cursorUID: String?
  var cursorRow = 0
  var top = 0
  var marks: Set<String> = []
  /// The reason of the row under the cursor says how long ago something was.
  private var tellsMoment = false
  var markAnchor: String?
  /// The readings that the rows are sorted by.
  private var readings: (revision: Int, takenAt: Int64) = (-1, 0)
  /// Whose rows tell what their pods come to.
  private static let kindsOfPods: Set<Kind.ID> = ["v1/nodes", "v1/namespaces", "v1/persistentvolumeclaims"]
  private static let resortMilliseconds: Int64 = 5_000
  var arrangement = Arrangement()
  var layout = TableLayout()
  var detail = DetailPane()
  var listArea = Rect(x: 0, y: 0, width: 0, height: 0)

  init(kind: Kind, query: Query, crumb: String? = nil, filter: String = "") {
    self.kind = kind
    self.query = query
    self.query.countsPods = Self.kindsOfPods.contains(kind.id)
    self.crumb = crumb ?? kind.plural
    filterColumns = FilterColumn.all(of: kind.columns ?? [])
    self.filter = Filter(filter, columns: filterColumns)
    filterProblem = self.filter.problem
    sort = Self.defaultSort(of: kind, columns: kind.columns ?? [])
  }

  mutating func opened(_ views: Views) {
    detail.views = views
    chosen = views.chosen[kind.id] ?? ViewSpec()
    if !isOpened { isWide = views.settings.isWide }
    isOpened = true
    adopt(views.view(of: kind))
  }

  mutating func keepSort(_ sort: ViewSort?) { (chosen.sort, view.sort) = (sort, sort) }

  /// The command that leads here; nil for what belongs to one object.
  func command(_ namespaces: [String]) -> String? {
    guard crumb == kind.plural, query.fieldSelector.isEmpty, query.owner.isEmpty else { return nil }
    let place = kind.namespaced ? " " + (namespaces.isEmpty ? "all" : namespaces.joined(separator: ",")) : ""
    let labels = query.labelSelector.isEmpty ? "" : " -l \(query.labelSelector)"
    return kind.plural + place + labels + (filter.text.isEmpty ? "" : " /\(filter.text)")
  }

  /// Takes over what a person wants of this kind's table, before anything is asked for.
  mutating func adopt(_ view: ViewSpec) {
    self.view = view
    wantedSort = view.sort
    let views = detail.views
    (detail, layout) = (DetailPane(), TableLayout())
    detail.views = views
    if kind.id != Catalog.contexts.id { query.extraCells = view.extraCells }
    if let columns = kind.columns { settle(columns.adding(query.extraCells)) }
  }

  /// What hangs on the columns that there are: the order that was wanted, the terms of the filter.
  private mutating func settle(_ columns: [Column]) {
    if let wanted = wantedSort, let key = TableLayout.sortKey(titled: wanted.title, in: columns, view) {
      sort = Sort(key, descending: wanted.isDescending)
      wantedSort = nil
    }
    let labels = view.columns.compactMap { column -> (title: String, key: String)? in
      if case .label(let key) = column.source { (column.title, key) } else { nil }
    }
    let known = FilterColumn.all(of: columns, labels: labels)
    guard known != filterColumns else { return }
    filterColumns = known
    let hadProblem = filterProblem == filter.problem
    filter = Filter(filter.text, columns: known)
    if hadProblem { filterProblem = filter.problem }
  }

  /// Events stand newest first; everything else by namespace and name.
  static func defaultSort(of kind: Kind, columns: [Column]) -> Sort {
    guard let title = kind.sortColumn, let index = columns.firstIndex(where: { $0.title == title }) else {
      return Sort(.namespace)
    }
    return Sort(TableLayout.sortKey(of: index, in: columns), descending: kind.sortDescending)
  }

  static let troubled: Set<Tone> = [.bad, .pending, .unknown]

  var mainNeed: Need? { kind.id == Catalog.contexts.id ? nil : .rows(query) }
  var filterText: String? { filter.text }
  var wakeAt: Int64? { detail.wakeAt }
  var secondsUntilChange: Int64 {
    let rows = filter.tellsTime ? min(5, layout.secondsUntilChange) : layout.secondsUntilChange
    return tellsMoment ? 1 : min(rows, detail.secondsUntilChange)
  }

  func needs(_ world: World) -> Set<Need> {
    var needs = detail.needs(world)
    if let mainNeed { needs.insert(mainNeed) }
    // The rows come first.
    if let usageQuery, let mainNeed, world.holds(mainNeed), world.phase(mainNeed).isSettled {
      needs.insert(.usage(usageQuery))
    }
    return needs
  }

  /// What the measured columns need; nil where there are none.
  var usageQuery: UsageQuery? {
    let columns = kind.columns ?? []
    guard columns.contains(where: { if case .measure = $0.content { true } else { false } }) else {
      return nil
    }
    return UsageQuery(query, isDetailed: isWide)
  }

  func tally(_ world: World) -> String {
    guard let store = world.rows(query) else { return "" }
    var text = store.troubled > 0 ? "\(store.troubled)!/\(store.count)" : "\(store.count)"
    if filter.isActive || showsOnlyTrouble {
      let what = (filter.isActive ? ["/\(filter.text)"] : []) + (showsOnlyTrouble ? ["in trouble"] : [])
      text = "\(what.joined(separator: " ")) \(arrangement.order.count) of \(store.count)"
    }
    if !marks.isEmpty {
      let places = Set(marks.compactMap { store.slot(uid: $0).map { store[$0].namespace } })
      text += " \(marks.count) marked" + (kind.namespaced && places.count > 1 ? " in \(places.count) ns" : "")
    }
    return typedLabels.isEmpty ? text : "-l \(typedLabels) \(text)"
  }

  /// The labels that somebody asked for; of what belongs to one object the crumb tells.
  var typedLabels: String { crumb == kind.plural ? query.labelSelector : "" }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    let hasDetail =
      area.width >= 160 && !hidesDetail && !world.isMerged && kind.id != Catalog.contexts.id
      && world.setup.settings.showsDetail
    listArea = area
    if hasDetail { listArea.width = area.width * 6 / 10 }
    guard let store = world.rows(query) else { return }
    if case .cell(let index, _, _) = sort.key, kind.columns == nil, index >= store.columns.count {
      sort = Sort(.namespace)
    }
    settle(store.columns)
    let measured = Measured(self, store.columns, world)
    takeReadings(world)
    arrangement.update(
      from: store, sort: sort, filter: filter,
      onlyTones: showsOnlyTrouble ? Self.troubled : nil,
      readings: readings.revision, now: world.now, measure: { measured.value($1, $0) })
    followCursor(store, isSettled: world.phase(.rows(query)) == .live)
    layout.prepare(self, store, world)
    tellsMoment = row(world)?.tellsMoment ?? false
    let detailArea = Rect(
      x: area.x + listArea.width + 1, y: area.y, width: area.width - listArea.width - 1, height: area.height)
    detail.prepare(hasDetail ? row(world).map { Subject(self, $0) } : nil, world, area: detailArea)
  }

  /// Rows that are sorted by what they use are sorted anew every few seconds, not with each reading: one could not read them.
  private mutating func takeReadings(_ world: World) {
    guard let revision = usageQuery.flatMap({ world.usages[$0]?.revision }), revision != readings.revision,
      readings.revision < 0 || world.milliseconds - readings.takenAt >= Self.resortMilliseconds
    else { return }
    readings = (revision, world.milliseconds)
  }

  /// Rows that can be seen at once, under the column titles.
  var pageSize: Int { max(1, listArea.height - 1) }

  /// The cursor stays on its object wherever that went; when the object is gone, on the same line.
  private mutating func followCursor(_ store: RowStore, isSettled: Bool) {
    let count = arrangement.order.count
    if let uid = cursorUID, let slot = store.slot(uid: uid), let at = arrangement.position(of: slot) {
      top += at - cursorRow
      cursorRow = at
    } else if cursorUID != nil, !isSettled {
      // It may still come.
      cursorRow = max(0, min(cursorRow, count - 1))
    } else {
      cursorRow = max(0, min(cursorRow, count - 1))
      cursorUID = nil
      if count > 0, isSettled || cursorRow > 0 { cursorUID = store[arrangement.order[cursorRow]].uid }
    }
    if !marks.isEmpty, isSettled { marks = marks.filter { store.slot(uid: $0) != nil } }
    scrollToCursor()
  }

  mutating func scrollToCursor() {
    top = min(top, cursorRow)
    top = max(top, cursorRow - pageSize + 1)
    top = max(0, min(top, arrangement.order.count - pageSize))
  }

  /// The row under the cursor.
  func row(_ world: World) -> Row? {
    guard let store = world.rows(query), arrangement.order.indices.contains(cursorRow) else { return nil }
    let slot = arrangement.order[cursorRow]
    return store.isAlive(slot) ? store[slot] : nil
  }

  func remark(_ world: World) -> Remark? {
    if let problem = filterProblem { return Remark(text: problem, tone: .bad) }
    guard let row = row(world) else {
      guard world.refusal(of: mainNeed) != nil else { return nil }
      return Remark(
        text: "w tells which role would allow it, and what to ask an administrator for", tone: .unknown)
    }
    let text = row.reason(now: world.now)
    if !text.isEmpty { return Remark(text: text, tone: row.tone, isWhy: true) }
    guard [.bad, .pending, .unknown].contains(row.tone), kind.abilities.contains(.events) else {
      return usageQuery.flatMap { layout.measured.source(world, $0) }.map { Remark(text: $0, tone: .done) }
    }
    return Remark(text: "its own state does not tell why: E shows its events", tone: row.tone, isWhy: true)
  }

  func filterSuggestions(_ text: String, _ world: World) -> [Suggestion] {
    FilterCompletion(columns: filterColumns, store: world.rows(query)).suggestions(for: text)
  }

  /// Half a regular expression, as it is while someone types, leaves the rows as they are; of several terms, those before
  /// the bad one count.
  mutating func search(_ text: String, find: Bool, world: World) {
    let typed = Filter(text, columns: filterColumns)
    filterProblem = typed.problem
    if typed.problem == nil { filter = typed }
    var words = text.split(separator: " ")
    while filterProblem != nil, words.count > 1 {
      words.removeLast()
      let head = Filter(words.joined(separator: " "), columns: filterColumns)
      guard head.problem != nil else {
        filter = head
        return
      }
    }
  }
}

/// The object a detail pane or a new screen is about.
struct Subject: Hashable {
  var ref: ObjectRef
  var kind: Kind.ID
  /// With its moments marked.
  var reason: String
  var tone: Tone
  var hasEvents: Bool
  /// What kind of log it has: a whole pod's, one container's or none.
  var log: LogQuery?
  var hasCharts: Bool
  var isOfReleases = false

  init(_ screen: TableScreen, _ row: Row) {
    kind = screen.kind.id
    ref = screen.objectRef(of: row)
    reason = row.markedReason
    tone = row.tone
    hasEvents = screen.kind.abilities.contains(.events)
    log = screen.logQuery(of: row)
    hasCharts = screen.hasCharts
    isOfReleases = screen.kind.isOfReleases
  }

  var isInTrouble: Bool { [.bad, .pending, .unknown].contains(tone) }

  /// Why it is in its state, as far as that tells.
  func words(now: Int64) -> String {
    if !reason.isEmpty { return Moment.rendered(reason, now: now) }
    return isInTrouble
      ? "its own state does not tell why" + (hasEvents ? "; its events may (E)" : "")
      : "nothing is wrong with it, as far as its own state tells"
  }
}
