import Cluster
import Document
import Testing

@testable import Kubernetes

/// What follows from roles and bindings, and from a refusal.
struct AccessTests {
  private var authority: Authority {
    var authority = Authority()
    let (roles, clusterRoles) = (Authority.roleKinds[0], Authority.roleKinds[1])
    let (bindings, clusterBindings) = (Authority.bindingKinds[0], Authority.bindingKinds[1])
    func role(_ name: String, _ space: String, _ rules: JSON) -> JSON {
      ["metadata": ["name": .string(name), "namespace": .string(space)], "rules": rules]
    }
    func rule(_ group: JSON, _ resources: JSON, _ verbs: JSON) -> JSON {
      ["apiGroups": [group], "resources": resources, "verbs": verbs]
    }
    authority.add(
      role: role("view", "", [rule("", ["pods", "pods/log"], ["get", "list"])]), kind: clusterRoles)
    authority.add(role: role("admin", "", [rule("*", ["*"], ["*"])]), kind: clusterRoles)
    authority.add(role: role("scaler", "shop", [rule("apps", ["*/scale"], ["patch"])]), kind: roles)
    authority.add(
      binding: [
        "metadata": ["name": "viewers", "namespace": "shop"],
        "subjects": [
          ["kind": "Group", "name": "system:serviceaccounts:shop"], ["kind": "User", "name": "jane"],
        ],
        "roleRef": ["kind": "ClusterRole", "name": "view"],
      ], kind: bindings)
    authority.add(
      binding: [
        "metadata": ["name": "scalers", "namespace": "shop"],
        "subjects": [["kind": "ServiceAccount", "name": "web"]],
        "roleRef": ["kind": "Role", "name": "scaler"],
      ], kind: bindings)
    authority.add(
      binding: [
        "metadata": ["name": "root"], "subjects": [["kind": "Group", "name": "system:masters"]],
        "roleRef": ["kind": "ClusterRole", "name": "admin"],
      ], kind: clusterBindings)
    return authority
  }

  @Test func anAccountMayWhatItIsGivenAndWhatItsGroupsAre() {
    let rules = authority.rules(of: AccessSubject(.account, "web", namespace: "shop")).rules
    #expect(
      rules.map { "\($0.namespace) \($0.resource) \($0.group) \($0.verbs.joined(separator: ","))" } == [
        "shop pods  get,list", "shop pods/log  get,list", "shop */scale apps patch",
      ])
    #expect(rules[0].grants.map(\.words) == ["rolebinding shop/viewers, clusterrole view"])
    #expect(authority.rules(of: AccessSubject(.account, "web", namespace: "other")).rules.isEmpty)
  }

  @Test func whoMaySomethingIsFoundThroughNamespacesWildcardsAndSubresources() {
    func who(_ action: AccessAction) -> [String] { authority.holders(of: action).map(\.subject.words) }
    #expect(
      who(AccessAction("list", "pods", namespace: "shop"))
        == ["group system:masters", "group system:serviceaccounts:shop", "user jane"])
    #expect(who(AccessAction("list", "pods", namespace: "data")) == ["group system:masters"])
    #expect(
      who(AccessAction("patch", "deployments/scale", group: "apps", namespace: "shop"))
        == ["group system:masters", "service account shop/web"])
    #expect(who(AccessAction("delete", "pods", namespace: "shop")) == ["group system:masters"])
  }

  @Test func aRefusalTellsWhatWasRefusedToWhom() throws {
    let text =
      #"deployments.apps "web" is forbidden: User "jane" cannot patch resource "deployments/scale" in API group "apps" in the namespace "shop""#
    let refusal = try #require(AccessRefusal(text))
    #expect(refusal.action.words == "patch deployments/scale.apps in shop")
    #expect(refusal.subject == AccessSubject(.user, "jane"))
    let account = try #require(
      AccessRefusal(
        #"nodes is forbidden: User "system:serviceaccount:shop:web" cannot list resource "nodes" in API group "" at the cluster scope"#
      ))
    #expect(account.subject == AccessSubject(.account, "web", namespace: "shop"))
    #expect(account.action.words == "list nodes in all namespaces")
    #expect(AccessRefusal("the server is down") == nil)
  }

  @Test func theNarrowestRoleIsOfferedFirstWithTheLineToEnter() {
    let offers = authority.offers(
      for: AccessAction("list", "pods", namespace: "shop"), to: AccessSubject(.user, "it's me"))
    #expect(offers.map(\.role.name) == ["view", "admin"])
    #expect(
      offers[0].command
        == #"kubectl -n shop create rolebinding it-s-me-view --clusterrole=view --user='it'\''s me'"#)
    #expect(
      AccessCommand.role(
        AccessAction("create", "pods/exec", namespace: "shop"),
        to: AccessSubject(.account, "web", namespace: "shop"))
        == "kubectl -n shop create role pods-exec-create --verb=create --resource=pods/exec && "
        + "kubectl -n shop create rolebinding web-pods-exec-create --role=pods-exec-create --serviceaccount=shop:web"
    )
  }
}
