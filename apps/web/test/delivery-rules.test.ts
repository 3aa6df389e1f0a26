import { describe, expect, it } from "vitest";
import { podNameOf } from "../src/screens/adopt/pod-name-of.ts";
import { type TargetDraft, targetOf } from "../src/screens/backup-targets/target-of.ts";
import { groupSteps } from "../src/screens/operations/group-steps.ts";
import { newPodOf } from "../src/screens/operations/new-pod-of.ts";
import { upgradeOutcomes } from "../src/screens/operations/upgrade-outcomes.ts";
import { backupNeeds } from "../src/screens/pod/backups/backup-needs.ts";
import { presetOf } from "../src/screens/pod/backups/cron-presets.ts";
import { commonTemplate, draftOf, mostPods, selectionOf } from "../src/screens/upgrade/selection-of.ts";

describe("A9 which pods an upgrade is asked for", () => {
  const draft = { scope: "all", tenant: "acme", template: "bot", pods: ["acme/a"], to: "3", withState: false } as const;
  const asked = (part: object) => selectionOf({ ...draft, pods: ["acme/a"], ...part });

  it("says what is chosen and nothing else", () => {
    expect(asked({})).toEqual({ all: true, withState: false });
    expect(asked({ scope: "tenant" })).toEqual({ tenant: "acme", withState: false });
    expect(asked({ scope: "template" })).toEqual({ template: "bot", withState: false, to: 3 });
    expect(asked({ scope: "template", to: "" })).toEqual({ template: "bot", withState: false });
    expect(asked({ scope: "pods" })).toEqual({ pods: ["acme/a"], template: "bot", withState: false, to: 3 });
    expect(asked({ scope: "pods", template: "" })).toEqual({ pods: ["acme/a"], withState: false });
  });

  it("is nothing while the form does not say, or says more than may be asked for", () => {
    expect(asked({ scope: "tenant", tenant: "" })).toBeNull();
    expect(asked({ scope: "template", template: "" })).toBeNull();
    expect(asked({ scope: "pods", pods: [] })).toBeNull();
    expect(asked({ scope: "pods", pods: Array.from({ length: mostPods + 1 }, (_, i) => `acme/p${i}`) })).toBeNull();
  });

  it("begins with what the address names", () => {
    expect(draftOf(new URLSearchParams("pods=acme/a,acme/b,nonsense"))).toMatchObject({ scope: "pods", pods: ["acme/a", "acme/b"] });
    expect(draftOf(new URLSearchParams("template=bot"))).toMatchObject({ scope: "template", template: "bot" });
    expect(draftOf(new URLSearchParams("tenant=acme"))).toMatchObject({ scope: "tenant", tenant: "acme" });
    expect(draftOf(new URLSearchParams())).toMatchObject({ scope: "all", withState: true });
  });

  it("may name a version where all are of one template", () => {
    const of = (name: string | null) => ({ template: name === null ? null : { name } });
    expect(commonTemplate([of("bot"), of("bot")])).toBe("bot");
    expect(commonTemplate([of("bot"), of("shop")])).toBe("");
    expect(commonTemplate([of("bot"), of(null)])).toBe("");
    expect(commonTemplate([])).toBe("");
  });
});

describe("P14 what an operation tells", () => {
  const step = (seq: number, subject: string | null, state = "succeeded") => ({ seq, subject, state }) as never;

  it("its steps pod by pod, in the order in which each was touched first", () => {
    const groups = groupSteps([step(1, "acme/a"), step(2, "acme/b", "running"), step(3, "acme/a", "failed"), step(4, null)]);
    expect(groups.map(({ subject, state, steps }) => [subject, state, steps.length])).toEqual([
      ["acme/a", "failed", 2],
      ["acme/b", "running", 1],
      [null, "succeeded", 1],
    ]);
  });

  it("what came of each pod, and nothing of what it does not know", () => {
    const pod = { pod: "acme/a", from: 1, to: 2, outcome: "rolled_back", message: "It ended." };
    expect(upgradeOutcomes({ pods: [pod, { pod: "acme/b" }, { ...pod, outcome: "of tomorrow" }, 7] })).toEqual([pod]);
    for (const output of [null, "done", 7, [], { pods: "many" }, { backup: "x" }]) expect(upgradeOutcomes(output)).toEqual([]);
  });

  it("the pod that it makes", () => {
    expect(newPodOf({ kind: "pod.copy", input: { tenant: "acme", name: "two" } })).toBe("acme/two");
    expect(newPodOf({ kind: "pod.drill", input: { tenant: "acme", name: "drill-1" } })).toBeNull();
    expect(newPodOf({ kind: "pod.copy", input: null })).toBeNull();
  });
});

describe("A16 backups of pods", () => {
  const pod = (...ways: (string | null)[]) =>
    ({ spec: { units: [{ volumes: ways.map((how) => (how === null ? {} : { backup: { how } })) }] } }) as never;

  it.each([
    [[], "nothing"],
    [["none"], "nothing"],
    [[null], "standing"],
    [["live", "stop"], "standing"],
    [["live", "command", "none"], "running"],
  ] as const)("of volumes copied by %j need %s", (ways, needs) => expect(backupNeeds(pod(...ways))).toBe(needs));

  it("know the usual times by their cron", () => {
    expect(["", "0 3 * * *", "0 * * * *", "5 3 * * *", "0 3 * * * "].map(presetOf)).toEqual(["never", "nightly", "hourly", "own", "own"]);
  });

  it("send of a target what was filled in", () => {
    const draft: TargetDraft = {
      ...({ kind: "s3", name: " b ", path: "", endpoint: "https://s3.example.com ", region: "" } as const),
      ...{ bucket: "b", prefix: "", pathStyle: true, accessKeyId: "AKIA", secretAccessKey: " secret " },
    };
    expect(targetOf(draft)).toEqual({
      name: "b",
      config: { kind: "s3", endpoint: "https://s3.example.com", bucket: "b", pathStyle: true },
      // A secret may begin and end as it likes.
      credentials: { accessKeyId: "AKIA", secretAccessKey: " secret " },
    });
    expect(targetOf({ ...draft, accessKeyId: "", secretAccessKey: "" })).not.toHaveProperty("credentials");
    expect(targetOf({ ...draft, kind: "folder", path: "/mnt/x" })).toEqual({ name: "b", config: { kind: "folder", path: "/mnt/x" } });
  });
});

describe("A8 the name of an adopted pod", () => {
  it.each([
    ["My_Bot", null, "my-bot"],
    ["shop-web-1", { project: "shop", service: "web" }, "shop-web"],
    ["--_x_--", null, "x"],
    ["a".repeat(60), null, "a".repeat(40)],
    [`${"a".repeat(39)}-b`, null, "a".repeat(39)],
  ])("of %s", (name, compose, expected) => expect(podNameOf({ name, compose })).toBe(expected));
});
