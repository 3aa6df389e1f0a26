import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleValues, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
let pod: Pod;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
  pod = await newPod(scratch.database, acme, "web");
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const start = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(start + seconds * 1000);
const write = (seconds: number, cpuCores: number, subject = pod.id) =>
  system((s) =>
    s.metrics.write(
      [{ subject, tenantId: subject === pod.id ? acme.id : null, values: { ...exampleValues, cpuCores, cpuCoresMax: cpuCores } }],
      at(seconds),
    ),
  );
const points = (range: "1h" | "24h" | "7d" | "30d", now: number) => system((s) => s.metrics.points(pod.id, range, at(now)));

describe("P12 samples and their roll-ups", () => {
  it("are averaged into every tier, with the highest kept; twice makes no difference", async () => {
    // An hour that rises, a sample every 15 s.
    for (let i = 0; i < 240; i++) await write(i * 15, i);
    await write(0, 999);
    expect(await system((s) => s.metrics.rolledUpTo())).toBeNull();
    for (const _ of [1, 2]) await system((s) => s.metrics.rollUp(at(0), at(3600)));
    expect(await system((s) => s.metrics.rolledUpTo())).toEqual(at(3600));
    const fine = await points("1h", 3600);
    expect(fine).toHaveLength(240);
    expect(fine[0]).toMatchObject({ at: at(0).toISOString(), cpuCores: 0, memoryBytes: 1e8, diskReadBytes: null });
    const minutes = await points("24h", 3600);
    expect(minutes).toHaveLength(60);
    expect(minutes[1]).toMatchObject({ at: at(60).toISOString(), cpuCores: 5.5, cpuCoresMax: 7 });
    expect((await points("7d", 3600)).map((p) => p.cpuCoresMax)).toEqual([19, 39, 59, 79, 99, 119, 139, 159, 179, 199, 219, 239]);
    expect(await points("30d", 3600)).toMatchObject([
      { at: at(0).toISOString(), cpuCores: 119.5, cpuCoresMax: 239, memoryLimitBytes: 2e8, diskReadBytes: null },
    ]);
  });

  it("a ring is written over, and what is too old is not shown", async () => {
    const round = 480 * 15;
    await write(round, 7);
    expect((await points("1h", round)).map((p) => p.cpuCores)).toEqual([7]);
    expect((await points("1h", round - 3600 - 15)).length).toBeGreaterThan(0);
    // Late by a round: what is newer stays.
    await write(0, 1);
    expect((await points("1h", round)).map((p) => p.cpuCores)).toEqual([7]);
    expect(await points("1h", round + 3700)).toEqual([]);
  });

  it("steps missed while nobody rolled up are caught up from what is still held", async () => {
    const day = 86_400;
    for (const minute of [0, 1, 2, 59]) await write(day + minute * 60, 4);
    await system((s) => s.metrics.rollUp(at(3600), at(day + 3600)));
    expect((await points("24h", day + 3600)).filter((p) => p.at >= at(day).toISOString()).map((p) => p.cpuCores)).toEqual([4, 4, 4, 4]);
    expect((await points("30d", day + 3600)).at(-1)).toMatchObject({ at: at(day).toISOString(), cpuCores: 4 });
  });

  it("the newest of each is had at once, and nothing old", async () => {
    const now = 200_000;
    await write(now - 40, 1);
    await write(now - 20, 2);
    await write(now - 20, 3, "machine");
    const latest = await system((s) => s.metrics.latest(at(now)));
    expect(latest.map((m) => [m.subject, m.cpuCores]).toSorted()).toEqual(
      [
        [pod.id, 2],
        ["machine", 3],
      ].toSorted(),
    );
    expect(await system((s) => s.metrics.latest(at(now + 300)))).toEqual([]);
  });

  it("a tenant sees its own pods' alone, and the machine's not at all", async () => {
    const bolts = await newTenant(scratch.database, "bolts");
    const as = (tenant: Tenant, subject: string) =>
      scratch.database.asTenants([tenant.id], (s) => s.metrics.points(subject, "1h", at(200_000)));
    expect(await as(acme, pod.id)).toHaveLength(2);
    expect(await as(bolts, pod.id)).toEqual([]);
    expect(await as(acme, "machine")).toEqual([]);
  });

  it("what belongs to a pod that is gone, or is older than a month, is deleted", async () => {
    await write(200_000, 1, "00000000-0000-4000-8000-000000000000");
    await system((s) => s.metrics.prune(at(200_000)));
    expect(await system((s) => s.metrics.points("00000000-0000-4000-8000-000000000000", "1h", at(200_000)))).toEqual([]);
    expect(await points("1h", 200_000)).toHaveLength(2);
    await system((s) => s.metrics.prune(at(200_000 + 31 * 86_400)));
    expect(await points("1h", 200_000)).toEqual([]);
  });
});
