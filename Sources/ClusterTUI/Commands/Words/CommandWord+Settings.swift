import Cluster

extension CommandWord {
  /// What has to do with files of settings.
  static let ofSettings: [CommandWord] = [
    CommandWord("config", "settings", does: "the settings, where they come from, and what is wrong with them")
    {
      $0.push(PageScreen(.fixed(ConfigPage.page($1))))
    },
    CommandWord(
      "skin", "skins", argument: "[NAME]", completes: .skins,
      "other colours for this session; alone, those of the files again"
    ) { text in
      let name = text.name
      return .run { _, _ in .done([.skin(name)]) }
    },
    CommandWord("reload", does: "read the files of settings again") { _, _ in .done([.reload]) },
  ]
}
