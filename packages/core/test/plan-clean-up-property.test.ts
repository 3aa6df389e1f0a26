import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CleanUpPolicy, cleanUpPolicy } from "../src/clean-up.ts";
import type { CleanUpFacts, PodFact, ReleaseFact } from "../src/clean-up-facts.ts";
import { isDeploymentEnded } from "../src/deployment.ts";
import { planCleanUp } from "../src/plan-clean-up.ts";
import { artifact, cleaned, digest, hoursAgo, now, pod, release } from "./clean-up-world.ts";

const code = fc.integer({ min: 0, max: 11 }).map((n) => digest(`d${n}`));
const someCode = fc.uniqueArray(code, { maxLength: 3 });
const hours = fc.integer({ min: 0, max: 300 }).map(hoursAgo);
const podIds = ["pod-a", "pod-b", "pod-a-build", "pod-b-build", "pod-plain"];
const anyPod = fc.constantFrom(...podIds, "pod-gone", "pod-strange");

const somePod = (id: string): fc.Arbitrary<PodFact> =>
  fc
    .record({ generation: fc.integer({ min: 1, max: 12 }), digests: someCode, isIdle: fc.boolean(), usedAt: hours })
    .map(({ generation, digests, ...more }) => pod(id, generation, digests, { ...more, builds: digests.slice(0, 1) }));

const someRelease: fc.Arbitrary<ReleaseFact> = fc
  .record({
    name: fc.constantFrom("a", "b"),
    number: fc.integer({ min: 1, max: 9 }),
    state: fc.constantFrom("succeeded", "succeeded", "succeeded", "failed", "cancelled", "superseded", "running", "queued"),
    source: code,
    artifact: fc.option(code),
    generation: fc.option(fc.integer({ min: 1, max: 12 })),
    finishedAt: hours,
  })
  .map(({ name, number, state, finishedAt, ...more }) =>
    release(number, {
      ...{ name, state, ...more, podId: `pod-${name}`, buildPodId: `pod-${name}-build` },
      finishedAt: isDeploymentEnded(state) ? finishedAt : null,
    }),
  );

const someFacts: fc.Arbitrary<CleanUpFacts> = fc
  .record({
    releases: fc.uniqueArray(someRelease, { maxLength: 14, selector: ({ name, number }) => `${name}${number}` }),
    pods: fc.tuple(...podIds.map(somePod)).chain((all) => fc.subarray(all)),
    revisions: fc.uniqueArray(
      fc.record({ pod: fc.constantFrom(...podIds), generation: fc.integer({ min: 1, max: 12 }), digests: someCode }).map((one) => ({
        ...one,
        builds: one.digests.slice(0, 1),
      })),
      { maxLength: 25, selector: ({ pod: id, generation }) => `${id}/${generation}` },
    ),
    holders: fc.array(fc.record({ digest: code, by: fc.constantFrom("template", "operation", "table"), name: fc.constant("x") }), {
      maxLength: 3,
    }),
    artifacts: fc.uniqueArray(
      fc
        .record({ n: fc.integer({ min: 0, max: 11 }), givenAt: fc.option(hours), fileAt: fc.option(hours) })
        .map(({ n, ...more }) => artifact(`d${n}`, more)),
      { maxLength: 12, selector: (one) => one.digest },
    ),
    uploads: fc.array(fc.record({ path: fc.uuid(), bytes: fc.nat(), writtenAt: hours }), { maxLength: 3 }),
    images: fc.array(
      fc.record({
        id: fc.uuid(),
        name: fc.constant("x"),
        pod: anyPod,
        builtFrom: fc.option(code.map((one) => one.slice(7, 19))),
        bytes: fc.nat({ max: 50_000_000 }),
        builtAt: hours,
        isUsed: fc.boolean(),
      }),
      { maxLength: 10 },
    ),
    volumeBytes: fc.array(fc.tuple(fc.constantFrom(...podIds), fc.nat({ max: 50_000_000 }))).map((all) => new Map(all)),
  })
  .map((all) => ({
    ...all,
    revisions: all.revisions.filter((one) => all.pods.some((each) => each.pod === one.pod)),
    tombstones: ["pod-gone"],
  }));

const somePolicy: fc.Arbitrary<CleanUpPolicy> = fc
  .record({
    releases: fc.integer({ min: 1, max: 4 }),
    days: fc.integer({ min: 0, max: 5 }),
    unusedHours: fc.integer({ min: 1, max: 50 }),
    buildCacheMb: fc.option(fc.integer({ min: 0, max: 100 })),
  })
  .map((given) => cleanUpPolicy.parse(given));

const open = (facts: CleanUpFacts, name: string): boolean =>
  facts.releases.some((one) => one.name === name && !isDeploymentEnded(one.state));
const serving = (facts: CleanUpFacts, name: string): ReleaseFact | undefined =>
  facts.releases.filter((one) => one.name === name && one.state === "succeeded").sort((a, b) => b.number - a.number)[0];

describe("P16 a clean-up, whatever there is", () => {
  it("takes nothing that is in use", () => {
    fc.assert(
      fc.property(someFacts, somePolicy, (facts, policy) => {
        const after = cleaned(facts, planCleanUp(facts, policy, now));
        const gone = new Set(facts.artifacts.map((one) => one.digest));
        for (const one of after.artifacts) gone.delete(one.digest);
        const used = [
          ...after.pods.flatMap(({ digests }) => digests),
          // What one can go back to is what is left of revisions.
          ...after.revisions.flatMap(({ digests }) => digests),
          ...facts.holders.map((one) => one.digest),
          ...facts.releases.filter(({ name }) => open(facts, name)).flatMap(({ source, artifact: built }) => [source, built]),
          ...["a", "b"].flatMap((name) => [serving(facts, name)?.source, serving(facts, name)?.artifact]),
          ...facts.artifacts.filter(({ fileAt }) => fileAt !== null && fileAt > hoursAgo(1)).map((one) => one.digest),
        ];
        for (const each of used) if (each != null) expect(gone.has(each)).toBe(false);
        const images = new Set(after.images.map(({ id }) => id));
        for (const image of facts.images) {
          if (image.isUsed || image.pod === "pod-strange") expect(images.has(image.id)).toBe(true);
          const owner = after.pods.find((one) => one.pod === image.pod);
          if (image.builtFrom !== null && owner?.builds.some((each) => each.slice(7, 19) === image.builtFrom))
            expect(images.has(image.id)).toBe(true);
        }
        for (const each of facts.pods) {
          const isKept = after.pods.includes(each);
          if (!isKept) expect([each.isIdle, each.pod.endsWith("-build"), open(facts, each.tenant)]).toEqual([true, true, false]);
          const newest = Math.max(0, ...facts.revisions.filter((one) => one.pod === each.pod).map(({ generation }) => generation));
          if (isKept && newest > 0) expect(after.revisions.some((one) => one.pod === each.pod && one.generation === newest)).toBe(true);
        }
        for (const name of ["a", "b"]) {
          const revision = facts.revisions.find((one) => one.pod === `pod-${name}` && one.generation === serving(facts, name)?.generation);
          if (revision !== undefined) expect(after.revisions).toContain(revision);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("finds nothing more once it was done", () => {
    fc.assert(
      fc.property(someFacts, somePolicy, (facts, policy) => {
        const after = cleaned(facts, planCleanUp(facts, policy, now));
        // What only a pod that is being deleted has named may go once it is gone.
        const again = cleaned(after, planCleanUp(after, policy, now));
        expect(planCleanUp(again, policy, now).goes).toEqual([]);
        if (after.pods.length === facts.pods.length) expect(planCleanUp(after, policy, now).goes).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("says of everything whether it goes, once", () => {
    fc.assert(
      fc.property(someFacts, somePolicy, (facts, policy) => {
        const { goes, stays } = planCleanUp(facts, policy, now);
        const ids = [...goes, ...stays].map(({ kind, id }) => `${kind} ${id}`);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { digest: id } of facts.artifacts) expect(ids).toContain(`artifact ${id}`);
        for (const { id, builtFrom } of facts.images) expect(ids).toContain(`${builtFrom === null ? "build_cache" : "image"} ${id}`);
        for (const { path } of facts.uploads) expect(ids).toContain(`upload ${path}`);
      }),
    );
  });
});
