import type { CleanUpPlan } from "../src/clean-up.ts";
import type { ArtifactFact, CleanUpFacts, PodFact, ReleaseFact } from "../src/clean-up-facts.ts";

export const now = new Date("2026-03-10T12:00:00Z");
export const hoursAgo = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString();
/** A digest that one sees what it is of. */
export const digest = (text: string): string => `sha256:${Buffer.from(text).toString("hex").padEnd(64, "0").slice(0, 64)}`;

export const release = (number: number, more: Partial<ReleaseFact> = {}): ReleaseFact => ({
  tenantId: "t1",
  tenant: "acme",
  name: "web",
  number,
  state: "succeeded",
  source: digest(`s${number}`),
  artifact: digest(`a${number}`),
  podId: "pod-web",
  buildPodId: "pod-build",
  generation: number * 10,
  finishedAt: hoursAgo(1000 - number),
  ...more,
});

export const pod = (id: string, generation: number, digests: string[], more: Partial<PodFact> = {}): PodFact => ({
  ...{ pod: id, tenant: "acme", name: id.replace("pod-", ""), generation, digests, builds: [], isIdle: true, usedAt: hoursAgo(100) },
  ...more,
});

export const artifact = (name: string, more: Partial<ArtifactFact> = {}): ArtifactFact => ({
  ...{ digest: digest(name), bytes: 100, givenAt: hoursAgo(2000), fileAt: hoursAgo(2000) },
  ...more,
});

export const facts = (more: Partial<CleanUpFacts> = {}): CleanUpFacts => ({
  ...{ releases: [], revisions: [], pods: [], tombstones: [], holders: [], artifacts: [], uploads: [], images: [] },
  volumeBytes: new Map(),
  ...more,
});

/** An application that was deployed `count` times, each time with a write of its database before it. */
export function deployed(count: number): CleanUpFacts {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return facts({
    releases: numbers.map((number) => release(number)),
    revisions: numbers.flatMap((number) => [
      { pod: "pod-web", generation: number * 10 - 1, digests: [digest(`a${number - 1}`)], builds: [] },
      { pod: "pod-web", generation: number * 10, digests: [digest(`a${number}`)], builds: [] },
    ]),
    pods: [pod("pod-web", count * 10, [digest(`a${count}`)], { isIdle: false }), pod("pod-build", 1, [digest(`s${count}`)])],
    artifacts: numbers.flatMap((number) => [artifact(`s${number}`), artifact(`a${number}`)]),
  });
}

/** The facts once the plan was carried out. */
export function cleaned(before: CleanUpFacts, { goes }: CleanUpPlan): CleanUpFacts {
  const gone = new Set(goes.map(({ kind, id }) => `${kind} ${id}`));
  const deletedPods = new Set(goes.filter(({ kind }) => kind === "build_cache").map(({ id }) => id));
  return {
    ...before,
    revisions: before.revisions.filter(({ pod: id, generation }) => !gone.has(`release ${id}/${generation}`) && !deletedPods.has(id)),
    artifacts: before.artifacts.filter((one) => !gone.has(`artifact ${one.digest}`)),
    uploads: before.uploads.filter(({ path }) => !gone.has(`upload ${path}`)),
    images: before.images.filter(({ id }) => !gone.has(`image ${id}`) && !gone.has(`build_cache ${id}`)),
    pods: before.pods.filter(({ pod: id }) => !deletedPods.has(id)),
    tombstones: [...before.tombstones, ...before.pods.map(({ pod: id }) => id).filter((id) => deletedPods.has(id))],
  };
}
