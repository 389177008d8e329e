import Cluster

/// What only the runtime can do.
enum Effect {
  case quit
  /// Switches to another context and runs a command there ("" shows the first screen).
  case switchContext(String, command: String)
  /// Shows a screen in another context; its end leads back.
  case visit(String, any Screen)
  case endVisit
  case copy(String, what: String)
  case save(name: String, text: String)
  /// More for a file that a screen wants written.
  case write(SaveFile, [UInt8])
  /// All that was to stand in it was handed over.
  case finished(SaveFile)
  case alert(Alert)
  /// Asks for everything again.
  case refresh
  /// Notes something for the next time.
  case remember(Remembered.Note)
  case submit([Preview])
  /// The list of changes is being read.
  case readChanges
  case plugin(PluginCall)
  /// Takes other colours; nil takes those of the files again.
  case skin(String?)
  /// Reads the files of settings again.
  case reload
}
