import { setCleanUpPolicyRequest } from "@agentpod/core/api/clean-up-view";
import { standardCleanUpPolicy } from "@agentpod/core/clean-up";
import { deployRequest } from "@agentpod/core/deployment";
import { describe, expect, it } from "vitest";
import { matchScreen } from "../src/routing/match-screen.ts";
import { type PolicyField, policyFields, policyOf } from "../src/screens/clean-up/policy-of.ts";
import { deploymentHref, pushHref } from "../src/screens/deployments/deployment-href.ts";
import { previewOf } from "../src/screens/new-deployment/preview-draft.ts";
import { loginOf, noLogin } from "../src/screens/new-deployment/repository-login.tsx";
import { repositoryOf } from "../src/screens/push-to-deploy/repository-of.ts";
import { signedCall } from "../src/screens/push-to-deploy/signed-call.ts";

describe("C9 pushes that deploy, in the dashboard", () => {
  it("have a page of their own, which is no deployment's", () => {
    const shop = { tenant: "acme", name: "shop" };
    expect(matchScreen(pushHref(shop))).toEqual({ screen: "projectPush", params: { tenant: "acme", application: "shop" } });
    expect(matchScreen(deploymentHref(shop, 3))?.screen).toBe("deployment");
  });

  it.each<[string, string | null]>([
    ["https://git.example.com/team/shop.git 8f2c", "https://git.example.com/team/shop.git"],
    ["ssh://git@git.example.com/team/shop.git 8f2c", "ssh://git@git.example.com/team/shop.git"],
    ["git@git.example.com:team/shop.git", "git@git.example.com:team/shop.git"],
    ["shop", null],
    ["/home/anna/shop", null],
    ["a folder", null],
    ["staging 4 (https://git.example.com/team/shop.git)", null],
    ["", null],
  ])("the repository of %j is %j", (origin, expected) => expect(repositoryOf(origin)).toBe(expected));

  it("what opens a repository is sent as it was chosen, and nothing of what was typed before", () => {
    const typed = { ...noLogin, user: " anna ", token: " t ", key: "-----BEGIN", knownHosts: "host key" };
    expect(loginOf(typed)).toEqual({});
    expect(loginOf({ ...typed, way: "token" })).toEqual({ credentials: { kind: "token", token: "t", user: "anna" } });
    expect(loginOf({ ...typed, way: "token", user: "" })).toEqual({ credentials: { kind: "token", token: "t" } });
    expect(loginOf({ ...typed, way: "key" })).toEqual({ credentials: { kind: "key", key: "-----BEGIN\n" }, knownHosts: "host key" });
  });

  it("the call of one's own program says what is signed and where, and holds no secret", () => {
    const call = signedCall({ address: "https://pods.example.com/api/v1/hooks/1", branch: "release/2" });
    expect(call).toContain(`body='{"ref":"refs/heads/release/2","after":"<commit>"}'`);
    expect(call).toContain(`printf '%s.%s' "$t" "$body" | openssl dgst -sha256 -hmac "$SECRET"`);
    expect(call).toContain('"X-AgentPod-Signature: t=$t,v1=$v1"');
    expect(call.endsWith(" https://pods.example.com/api/v1/hooks/1")).toBe(true);
  });
});

describe("C8 a preview as it is typed", () => {
  const asked = (preview: unknown) => deployRequest.safeParse({ source: `sha256:${"a".repeat(64)}`, preview });
  it("is sent with what was said of it alone", () => {
    expect(previewOf({ name: " new-cart ", database: "empty", days: "" })).toEqual({ name: "new-cart" });
    const copy = previewOf({ name: "new-cart", database: "copy", days: "0.5" });
    expect(copy).toEqual({ name: "new-cart", database: "copy", ttlSeconds: 43_200 });
    expect(asked(copy).success).toBe(true);
  });
  it.each(["soon", "-1", "1000"])("%j days are the API's to refuse, at their field", (days) => {
    const { error } = asked(previewOf({ name: "new-cart", database: "empty", days }));
    expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["preview.ttlSeconds"]);
  });
});

describe("P16 what is kept, as it is typed", () => {
  const typed =
    (given: Partial<Record<PolicyField, string>> = {}) =>
    (name: PolicyField): string =>
      given[name] ?? String(standardCleanUpPolicy[name] ?? "");
  it("is every field of the policy", () => {
    expect([...policyFields].sort()).toEqual(Object.keys(standardCleanUpPolicy).sort());
    expect(policyOf(typed())).toEqual(standardCleanUpPolicy);
  });
  it("is none where it may be none and nothing is typed, and refused by the API where it may not", () => {
    expect(policyOf(typed({ buildCacheMb: " ", everyHours: "" }))).toMatchObject({ buildCacheMb: null, everyHours: null });
    const bad = policyOf(typed({ releases: "", freeMb: "a lot", days: "-1", unusedHours: "1.5" }));
    const { error } = setCleanUpPolicyRequest.safeParse(bad);
    expect(error?.issues.map(({ path }) => path[0]).sort()).toEqual(["days", "freeMb", "releases", "unusedHours"]);
  });
});
