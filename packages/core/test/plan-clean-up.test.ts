import { describe, expect, it } from "vitest";
import { type CleanUpPolicy, reclaimable, standardCleanUpPolicy } from "../src/clean-up.ts";
import type { CleanUpFacts, ImageFact } from "../src/clean-up-facts.ts";
import { planCleanUp } from "../src/plan-clean-up.ts";
import { planForgotten } from "../src/plan-forgotten.ts";
import { artifact, deployed, digest, facts, hoursAgo, now, pod, release } from "./clean-up-world.ts";

const plan = (given: CleanUpFacts, policy: Partial<CleanUpPolicy> = {}) => planCleanUp(given, { ...standardCleanUpPolicy, ...policy }, now);
const ids = (given: CleanUpFacts, policy: Partial<CleanUpPolicy> = {}) => plan(given, policy).goes.map(({ kind, id }) => `${kind} ${id}`);
const why = (given: CleanUpFacts, id: string, policy: Partial<CleanUpPolicy> = {}) => {
  const { goes, stays } = plan(given, policy);
  return [goes.find((one) => one.id === id)?.reason ?? null, stays.find((one) => one.id === id)?.reason ?? null];
};

describe("P16 what may go: releases", () => {
  it("of seven the newest five stay, and what was written before the oldest of them goes with the others", () => {
    expect(ids(deployed(7))).toEqual([
      ...["9", "10", "19", "20", "29"].map((generation) => `release pod-web/${generation}`),
      ...["s1", "a1", "s2", "a2"].map((name) => `artifact ${digest(name)}`),
    ]);
    expect(reclaimable(plan(deployed(7)))).toBe(400);
    expect(why(deployed(7), "pod-web/20")).toEqual(["Newer releases of acme/web are kept.", null]);
    expect(why(deployed(7), "pod-web/30")).toEqual([null, "acme/web can go back to it."]);
    expect(why(deployed(7), digest("a2"))).toEqual(["acme/web #2 is no longer kept.", null]);
  });

  it("of a pod in which is built the newest alone stays, and what was built before is held by it no longer", () => {
    const given = { ...deployed(2), pods: [pod("pod-web", 20, []), pod("pod-build", 3, [])] };
    const revisions = [1, 2].map((n) => ({ pod: "pod-build", generation: n, digests: [digest(`s${n}`), digest("lost")], builds: [] }));
    expect(ids({ ...given, revisions: [...given.revisions, ...revisions] })).toEqual(["release pod-build/1"]);
    const busy = { ...given, revisions, releases: [release(3, { state: "running" }), ...given.releases] };
    expect(ids(busy)).toEqual([]);
  });

  it("none while one is being deployed", () => {
    const busy = deployed(7);
    const queued = release(8, { state: "queued", generation: null, artifact: null, finishedAt: null });
    expect(ids({ ...busy, releases: [queued, ...busy.releases], artifacts: [...busy.artifacts, artifact("s8")] })).toEqual([]);
  });

  it("young ones stay beyond their number", () => {
    const given = deployed(3);
    const young = { ...given, releases: given.releases.map((one) => ({ ...one, finishedAt: hoursAgo(30) })) };
    expect(ids(young, { releases: 1, days: 2 })).toEqual([]);
    expect(ids(young, { releases: 1, days: 1 })).not.toEqual([]);
  });

  it("what serves stays although everything after it failed, and code of what failed goes", () => {
    const failed = [2, 3, 4].map((number) => release(number, { state: "failed", generation: null }));
    const given = { ...deployed(1), releases: [release(1), ...failed], artifacts: ["s1", "a1", "s2", "a2"].map((name) => artifact(name)) };
    expect(ids(given, { releases: 1 })).toEqual([`artifact ${digest("s2")}`, `artifact ${digest("a2")}`]);
  });

  it("revisions of pods that nobody deployed all stay", () => {
    const revisions = [1, 2, 3].map((generation) => ({ pod: "pod-x", generation, digests: [digest(`x${generation}`)], builds: [] }));
    const given = facts({ revisions, pods: [pod("pod-x", 3, [])], artifacts: [artifact("x1"), artifact("x3")] });
    expect(plan(given, { releases: 1 }).goes).toEqual([]);
    expect(why(given, digest("x1"))).toEqual([null, "Pod acme/x can go back to it."]);
  });
});

describe("P16 what may go: artifacts and uploads", () => {
  it.each([
    ["just handed over", artifact("new", { givenAt: hoursAgo(1), fileAt: hoursAgo(1.5) }), [null, "It waits 24 hours for its use."]],
    ["never used", artifact("new", { givenAt: hoursAgo(25) }), ["Nothing has used it for 24 hours.", null]],
    ["of no row", artifact("new", { givenAt: null }), ["It was left over: nothing in the database knows it.", null]],
    ["of no row yet", artifact("new", { givenAt: null, fileAt: hoursAgo(0.5) }), [null, "It came within the last hour."]],
    ["a row whose file is elsewhere", artifact("new", { fileAt: null }), ["Nothing has used it for 24 hours.", null]],
  ])("%s", (_what, given, reasons) => expect(why(facts({ artifacts: [given] }), digest("new"))).toEqual(reasons));

  it("what was deployed once and is given again waits for its use once more", () => {
    const given = deployed(7);
    const again = { ...given, artifacts: [artifact("s1", { givenAt: hoursAgo(2), fileAt: hoursAgo(2) })] };
    expect(why(again, digest("s1"))).toEqual([null, "It waits 24 hours for its use."]);
  });

  it.each([
    ["template", "Template shop is made from it."],
    ["operation", "Operation shop is under way with it."],
    ["table", "Table shop names it."],
  ] as const)("what a %s names stays", (by, said) => {
    const given = facts({ artifacts: [artifact("x")], holders: [{ digest: digest("x"), by, name: "shop" }] });
    expect(why(given, digest("x"))).toEqual([null, said]);
  });

  it("an upload that nobody went on with for a day goes", () => {
    const upload = (path: string, hours: number) => ({ path, bytes: 5, writtenAt: hoursAgo(hours) });
    expect(ids(facts({ uploads: [upload("a.part", 23), upload("b.part", 25)] }))).toEqual(["upload b.part"]);
  });
});

const image = (id: string, more: Partial<ImageFact> = {}): ImageFact => ({
  ...{ id, name: `agentpod-build/${id}`, pod: "pod-x", builtFrom: digest(id).slice(7, 19), bytes: 1000, builtAt: hoursAgo(48) },
  ...{ isUsed: false, ...more },
});
const building = (...builds: string[]) =>
  facts({
    pods: [pod("pod-x", builds.length, [], { builds: [digest(builds.at(-1) ?? "")] })],
    revisions: builds.map((name, index) => ({ pod: "pod-x", generation: index + 1, digests: [], builds: [digest(name)] })),
  });

describe("P16 what may go: images", () => {
  it.each([
    ["of what runs", image("three"), [null, "acme/x can go back to it."]],
    ["of what one goes back to", image("two"), [null, "acme/x can go back to it."]],
    ["of what one does not go back to", image("one"), ["acme/x has newer ones to go back to.", null]],
    ["just built", image("four", { builtAt: hoursAgo(0.5) }), [null, "It was built within the last hour."]],
    ["of a container", image("one", { isUsed: true }), [null, "A container is made from it."]],
    ["of a pod that is gone", image("one", { pod: "pod-gone" }), ["Its pod is gone.", null]],
    [
      "of a pod that is not known",
      image("one", { pod: "pod-strange" }),
      [null, "Its pod is not known here: it may be newer than a database that was restored."],
    ],
  ])("%s", (_what, one, reasons) => {
    const given = { ...building("one", "two", "three"), tombstones: ["pod-gone"], images: [one] };
    expect(why(given, one.id, { releases: 2 })).toEqual(reasons);
  });
});

describe("C8 what applications that are gone ran from", () => {
  const used = { [digest("x")]: hoursAgo(1) };
  const gone = (more: Partial<CleanUpFacts>) => planForgotten(facts(more), used, standardCleanUpPolicy, now);
  const last = { givenAt: hoursAgo(1.2), fileAt: hoursAgo(1.1) };

  it.each<[string, Partial<CleanUpFacts>, string[]]>([
    ["goes at once, and what others have does not", { artifacts: [artifact("x", last), artifact("y", last)] }, [digest("x")]],
    ["goes where its file is elsewhere", { artifacts: [artifact("x", { ...last, fileAt: null })] }, [digest("x")]],
    ["stays where it was given anew", { artifacts: [artifact("x", { ...last, givenAt: hoursAgo(0.5) })] }, []],
    ["stays where it was made anew", { artifacts: [artifact("x", { ...last, fileAt: hoursAgo(0.5) })] }, []],
    ["stays where a pod is made from it", { artifacts: [artifact("x", last)], pods: [pod("pod-other", 1, [digest("x")])] }, []],
    ["stays where another's release is kept", { artifacts: [artifact("x", last)], releases: [release(1, { source: digest("x") })] }, []],
    [
      "stays where an operation is under way with it",
      { artifacts: [artifact("x", last)], holders: [{ digest: digest("x"), by: "operation", name: "deployment.deploy" }] },
      [],
    ],
  ])("%s", (_what, given, expected) => expect(gone(given)).toEqual(expected));
});

describe("P16 images do not pile up", () => {
  const names = Array.from({ length: 30 }, (_, index) => `${index} th build`);

  it("by the policy that is there from the start, of a pod that nobody deployed", () => {
    const images = names.map((name, index) => image(name, { isUsed: index === 29 }));
    expect(ids({ ...building(...names), images })).toEqual(names.slice(0, 25).map((name) => `image ${name}`));
  });

  it("nor of an application; what somebody wants to go back to is kept, however many", () => {
    const given: CleanUpFacts = {
      ...building(...names),
      releases: names.map((_name, index) => release(index + 1, { name: "x", podId: "pod-x", buildPodId: null, generation: index + 1 })),
      images: names.map((name) => image(name)),
    };
    const gone = (policy: object) => ids(given, policy).filter((id) => id.startsWith("image"));
    expect(gone({})).toHaveLength(25);
    expect(gone({ releases: 10 })).toHaveLength(20);
  });
});

describe("P16 what may go: caches of builds", () => {
  const cache = (name: string, hours: number) => pod(`pod-${name}-build`, 1, [], { usedAt: hoursAgo(hours) });
  const given = facts({
    releases: ["a", "b", "c"].map((name) => release(1, { name, podId: null, generation: null, buildPodId: `pod-${name}-build` })),
    pods: [cache("a", 3), cache("b", 2), { ...cache("c", 9), isIdle: false }],
    volumeBytes: new Map(["a", "b", "c"].map((name) => [`pod-${name}-build`, 60 * 1024 * 1024])),
    images: [
      image("layer", { builtFrom: null, pod: "pod-a-build", bytes: 40 * 1024 * 1024, builtAt: hoursAgo(2.5) }),
      image("lost", { builtFrom: null, pod: "pod-gone", bytes: 1 }),
    ],
    tombstones: ["pod-gone"],
  });

  it("stay as long as there is room for them, but for those of pods that are gone", () => {
    expect(ids(given)).toEqual(["build_cache lost"]);
    expect(ids(given, { buildCacheMb: null })).toEqual(["build_cache lost"]);
  });

  it.each([
    [220, []],
    [219, ["pod-a-build"]],
    [159, ["pod-a-build", "layer"]],
    [0, ["pod-a-build", "layer", "pod-b-build"]],
  ])("those unused longest go until they take %i MB or less; never one in which a build runs", (buildCacheMb, gone) => {
    expect(ids(given, { buildCacheMb })).toEqual(["lost", ...gone].map((id) => `build_cache ${id}`));
    expect(why(given, "pod-c-build", { buildCacheMb })).toEqual([null, "Something is under way in it."]);
  });
});
