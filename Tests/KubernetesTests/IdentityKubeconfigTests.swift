import Cluster
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// One kubeconfig: what is read of it, what is remarked about it, and what a context of it comes to.
struct IdentityKubeconfigTests {
  private let folder = temporaryDirectory()

  private func load(_ text: String) -> Kubeconfig {
    Kubeconfig.load(explicit: folder.write(text, to: "config"))
  }

  /// The advice for what a kubeconfig can't be used for; nil where it can.
  private func refusal(_ text: String, _ change: (inout Overrides) -> Void = { _ in }) -> String? {
    var overrides = Overrides()
    change(&overrides)
    do throws(IdentityError) {
      _ = try load(text).connection(overrides)
      return nil
    } catch {
      return error.advice
    }
  }

  private func connection(_ text: String, _ change: (inout Overrides) -> Void = { _ in }) throws -> Connection
  {
    var overrides = Overrides()
    change(&overrides)
    return try load(text).connection(overrides)
  }

  /// A kubeconfig of one context "c", with these bodies.
  private func config(cluster: String = #"{"server": "https://k:6443"}"#, user: String = "{}") -> String {
    """
    {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
     "clusters": [{"name": "k", "cluster": \(cluster)}], "users": [{"name": "u", "user": \(user)}]}
    """
  }

  // MARK: Problems

  @Test func aSyntaxErrorHasItsPlaceAndTheRestIsData() {
    let broken = load("{\"contexts\": [\n  }")
    #expect(broken.problems.map(\.description).first?.hasPrefix("\(folder.file("config")):2:3: ") == true)
    #expect(broken.contexts.isEmpty)
  }

  @Test func aFileThatIsBrokenDoesNotTakeTheOthersAway() {
    let broken = folder.write("contexts:\n- name: a\n  context: {cluster: [\n", to: "broken")
    let good = folder.write("contexts: [{name: b, context: {cluster: k}}]\n", to: "good")
    let both = Kubeconfig.load(environment: Environment(["KUBECONFIG": "\(broken):\(good)"]))
    #expect(both.contexts.map(\.name).contains("b"))
    #expect(both.problems.first?.description.hasPrefix("\(broken):") == true)
    #expect(both.problems.first?.line != nil)
  }

  @Test func theFirstOfTwoEntriesOfANameCountsAndTheOtherIsRemarked() {
    let twice = load(
      """
      {"contexts": [{"name": "a", "context": {"cluster": "one"}}, {"name": "a", "context": {"cluster": "two"}}]}
      """)
    #expect(twice.contexts.map(\.cluster) == ["one"])
    #expect(twice.problems.map(\.message) == ["context \"a\" stands there twice; the first counts"])
  }

  @Test func valuesOfTheWrongTypeAreRemarkedByTheirPlace() {
    let odd = load(
      """
      {"users": {"a": 1}, "contexts": [{"context": {}}, {"name": "n", "context": {"namespace": 12}}],
       "clusters": [{"name": "k", "cluster": {"server": ["x"], "insecure-skip-tls-verify": "yes"}}]}
      """)
    #expect(
      odd.problems.map(\.message) == [
        "server of cluster \"k\" is no text",
        "insecure-skip-tls-verify of cluster \"k\" is neither true nor false",
        "users is no list",
        "contexts[0] has no name",
        "namespace of context \"n\" is a number; kubectl wants it in quotes",
      ])
    #expect(odd.contexts.map(\.namespace) == ["12"])
  }

  @Test(arguments: ["", "null", "{}"])
  func anEmptyFileIsAnEmptyKubeconfig(text: String) {
    let empty = load(text)
    #expect(empty.problems == [])
    #expect(empty.contexts.isEmpty)
  }

  @Test func anotherKindOfObjectIsNoKubeconfig() {
    #expect(load(#"{"kind": "Pod"}"#).problems.map(\.message) == ["is no kubeconfig: its kind is Pod"])
    #expect(load(#"["a"]"#).problems.map(\.message) == ["is no kubeconfig: its top is no mapping"])
  }

  // MARK: Contexts

  @Test func aContextThatIsNotThereIsNamedWithThoseThatAre() {
    let text = config()
    #expect(
      refusal(text) { $0.context = "prod" } == "there is no context \"prod\" in the kubeconfig; there are: c")
    #expect(
      refusal(text.replacing(#""current-context": "c", "#, with: ""))
        == "no current context is set; choose one with --context: there are: c")
    #expect(refusal("{}") == "there is no context in \(folder.file("config"))")
  }

  @Test func aContextWhosePartsAreMissingSaysWhich() {
    let text = config()
    #expect(
      refusal(text.replacing(#""name": "k""#, with: #""name": "x""#))
        == "context \"c\" names cluster \"k\", which the kubeconfig does not have")
    #expect(
      refusal(text.replacing(#""name": "u""#, with: #""name": "x""#))
        == "context \"c\" names user \"u\", which the kubeconfig does not have")
    #expect(refusal(config(cluster: "{}")) == "cluster \"k\" of the kubeconfig has no server")
  }

  @Test func aMissingFileOnTheCommandLineIsAnError() {
    var overrides = Overrides()
    overrides.kubeconfig = folder.file("nowhere")
    let expected = KubeconfigProblem(
      file: folder.file("nowhere"), message: "can't be read: No such file or directory")
    #expect(throws: IdentityError.kubeconfig(expected)) { try Connection.resolve(overrides) }
  }

  // MARK: Servers

  @Test(arguments: [
    ("https://k:6443/", "https://k:6443"), ("https://k/prefix/", "https://k/prefix"),
    ("localhost:8080", "http://localhost:8080"), ("http://[::1]:8001", "http://[::1]:8001"),
  ])
  func serversBecomeURLs(server: String, base: String) throws {
    #expect(try connection(config(cluster: "{\"server\": \"\(server)\"}")).server.base == base)
  }

  @Test func aServerWithoutASchemeIsHTTPSWhereThereIsSomethingToVerify() throws {
    let cluster = #"{"server": "k:6443", "insecure-skip-tls-verify": true}"#
    #expect(try connection(config(cluster: cluster)).server.base == "https://k:6443")
  }

  @Test(arguments: ["https://", "ftp://k", "https://k?x=1", "https://:6443", "https://k \\n"])
  func whatIsNoServerIsRefused(server: String) {
    #expect(refusal(config(cluster: "{\"server\": \"\(server)\"}"))?.contains("is no server's URL") == true)
  }

  @Test func trustIsReadFromDataOrFile() throws {
    let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    folder.write(pem, to: "pki/ca.crt")
    let file = config(cluster: #"{"server": "https://k", "certificate-authority": "pki/ca.crt"}"#)
    #expect(try connection(file).server.tls.authorities == Array(pem.utf8))
    let data = config(
      cluster: #"{"server": "https://k", "certificate-authority": "gone", "certificate-authority-data": ""#
        + Base64.encode(pem.utf8) + #""}"#)
    #expect(try connection(data).server.tls.authorities == Array(pem.utf8))
    let gone = config(cluster: #"{"server": "https://k", "certificate-authority": "gone"}"#)
    #expect(
      refusal(gone)
        == "certificate-authority of cluster \"k\": can't read \(folder.file("gone")): No such file or directory"
    )
    let garbage = config(cluster: #"{"server": "https://k", "certificate-authority-data": "?"}"#)
    #expect(refusal(garbage) == "certificate-authority of cluster \"k\" (data) is no base64")
    let noPEM = config(cluster: #"{"server": "https://k", "certificate-authority-data": "AAAA"}"#)
    #expect(refusal(noPEM) == "certificate-authority of cluster \"k\" is no PEM (no \"-----BEGIN\" in it)")
  }

  @Test func trustAndBlindTrustTogetherAreRefused() {
    folder.write("-----BEGIN CERTIFICATE-----", to: "ca")
    let both = #"{"server": "https://k", "certificate-authority": "ca", "insecure-skip-tls-verify": true}"#
    #expect(refusal(config(cluster: both))?.contains("insecure-skip-tls-verify; remove one") == true)
  }

  @Test func aProxyMustSayHowToSpeakToIt() throws {
    let good = #"{"server": "https://k", "proxy-url": "socks5://p:1080"}"#
    #expect(try connection(config(cluster: good)).server.proxy == "socks5://p:1080")
    #expect(
      refusal(config(cluster: #"{"server": "https://k", "proxy-url": "p:1080"}"#))
        == "proxy-url of cluster \"k\" must begin with http://, https:// or socks5://")
  }

  // MARK: The command line

  @Test func theCommandLineWins() throws {
    let text = config(
      cluster: #"{"server": "https://k", "tls-server-name": "old"}"#, user: #"{"tokenFile": "t", "as": "x"}"#)
    let result = try connection(text) {
      $0.server = "https://other:1"
      $0.insecureSkipTLSVerify = true
      $0.token = Secret("given")
      $0.namespace = "shop"
      $0.asUser = "jane"
      $0.asGroups = ["dev"]
      $0.requestTimeoutSeconds = 3
    }
    #expect(result.server.base == "https://other:1")
    #expect(result.server.tls.serverName == nil)
    #expect(result.server.tls.insecureSkipVerify)
    #expect(result.server.connectTimeoutSeconds == 3)
    #expect(result.credential.token == Secret("given"))
    #expect(result.credential.tokenFile == nil)
    #expect(result.place.namespace == "shop")
    #expect(result.impersonation.user == "jane")
    #expect(result.impersonation.groups == ["dev"])
  }

  @Test func clusterAndUserCanBeChosenApart() throws {
    let text = """
      {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
       "clusters": [{"name": "k", "cluster": {"server": "https://k"}},
                    {"name": "l", "cluster": {"server": "https://l"}}],
       "users": [{"name": "u", "user": {}}, {"name": "v", "user": {"token": "t"}}]}
      """
    let result = try connection(text) {
      $0.cluster = "l"
      $0.user = "v"
    }
    #expect(result.server.base == "https://l")
    #expect(result.credential.summary == "token")
    #expect(result.place.cluster == "l" && result.place.user == "v" && result.place.context == "c")
  }

  @Test func aServerAloneIsEnough() throws {
    var overrides = Overrides()
    overrides.server = "https://alone:6443"
    overrides.token = Secret("t")
    let result = try Connection.resolve(overrides, environment: Environment([:]))
    #expect(result.source == .commandLine)
    #expect(result.server.base == "https://alone:6443")
  }

  // MARK: Users

  @Test func waysToIdentifyThatCannotGoTogetherAreRefused() {
    #expect(
      refusal(config(user: #"{"client-certificate": "c"}"#))
        == "user \"u\" has a client certificate and no key for it")
    #expect(
      refusal(config(user: #"{"client-key": "c"}"#))
        == "user \"u\" has a client key and no certificate for it")
    #expect(
      refusal(config(user: #"{"token": "t", "username": "n", "password": "p"}"#))
        == "user \"u\" has a token and a password; a request can carry only one")
    #expect(
      refusal(config(user: #"{"as-groups": ["g"]}"#))
        == "user \"u\" acts as groups, a uid or extras of nobody: --as is missing")
    #expect(
      refusal(config(user: #"{"auth-provider": {"name": "gcp"}}"#))?.hasPrefix(
        "user \"u\" uses the auth-provider \"gcp\", which Kubernetes 1.26 removed") == true)
  }

  @Test func pluginsAreCheckedBeforeTheyAreRun() {
    func refused(_ exec: String) -> String? { refusal(config(user: "{\"exec\": \(exec)}")) }
    #expect(refused("{}") == "credential plug-in without a command can't be run")
    #expect(
      refused(#"{"command": "p", "apiVersion": "client.authentication.k8s.io/v1alpha1"}"#)
        == "credential plug-in p speaks client.authentication.k8s.io/v1alpha1, which Kubernetes 1.24 removed; "
        + "update the kubeconfig")
    #expect(
      refused(#"{"command": "p", "apiVersion": "client.authentication.k8s.io/v1"}"#)
        == "credential plug-in p has no interactiveMode, which v1 demands: Never, IfAvailable or Always")
    #expect(
      refused(#"{"command": "p", "apiVersion": "client.authentication.k8s.io/v1beta1"}"#) == nil)
  }

  @Test func impersonationBecomesHeaders() {
    var impersonation = Impersonation()
    impersonation.user = "jane"
    impersonation.uid = "7"
    impersonation.groups = ["dev", "ops"]
    impersonation.extra = [(key: "example.com/scopes", values: ["view", "edit"])]
    #expect(
      impersonation.headers.map { "\($0.name): \($0.value)" } == [
        "Impersonate-User: jane", "Impersonate-Uid: 7", "Impersonate-Group: dev", "Impersonate-Group: ops",
        "Impersonate-Extra-example.com%2Fscopes: view", "Impersonate-Extra-example.com%2Fscopes: edit",
      ])
  }
}
