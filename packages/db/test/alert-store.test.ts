import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleAlert, exampleChannel, exampleNotice, newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

describe("P11 channels, alerts and the queue", () => {
  it("a channel's configuration is sealed; only its target is shown", async () => {
    const channel = await scratch.database.asTenants([acme.id], (s) => s.alertChannels.insert({ ...exampleChannel, tenantId: acme.id }));
    expect(channel).toMatchObject({ tenant: "acme", name: "ops", kind: "slack", target: "hooks.example.com" });
    expect(await system((s) => s.alertChannels.reveal(channel.id))).toEqual(exampleChannel.config);
    await expect(scratch.database.asTenants([acme.id], (s) => s.alertChannels.reveal(channel.id))).rejects.toMatchObject({
      code: "forbidden",
    });
    const owner = await rawClient(scratch.urlOf(scratch.roles.system));
    expect(
      JSON.stringify((await owner.query("select *, encode(ciphertext, 'escape') as c from agentpod.alert_channels")).rows),
    ).not.toContain("/secret");
    await owner.end();
    await expect(system((s) => s.alertChannels.insert({ ...exampleChannel, tenantId: acme.id }))).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("one control plane evaluates at a time", async () => {
    await system(async (first) => {
      expect(await first.alerts.lockEvaluation()).toBe(true);
      expect(await system((second) => second.alerts.lockEvaluation())).toBe(false);
    });
    expect(await system((s) => s.alerts.lockEvaluation())).toBe(true);
  });

  it("a delivery is taken by one, again when its lease is over, and in order for one alert and channel", async () => {
    const channel = await system((s) => s.alertChannels.insert({ ...exampleChannel, name: "queue", tenantId: acme.id }));
    const alert = exampleAlert(acme);
    await system(async (s) => {
      await s.alerts.save([{ alert, is: "new", tell: "firing" }]);
      await s.alerts.queue(alert, [channel.id], exampleNotice, at(0));
      await s.alerts.queue(alert, [channel.id], { ...exampleNotice, phase: "resolved" }, at(1));
    });
    const claims = await Promise.all([1, 2, 3, 4].map(() => system((s) => s.alerts.claimDue(at(10), 60, 10))));
    const [first] = claims.flat();
    expect(claims.flat().map((d) => [d.notice.phase, d.attempts])).toEqual([["firing", 1]]);
    expect(first?.notice.delivery).toBe(first?.id);
    expect(await system((s) => s.alerts.claimDue(at(30), 60, 10))).toEqual([]);
    expect(await system((s) => s.alerts.nextDue())).toEqual(at(1));
    const again = await system((s) => s.alerts.claimDue(at(71), 60, 10));
    expect(again.map((d) => [d.notice.phase, d.attempts])).toEqual([["firing", 2]]);
    await system((s) => s.alerts.settle(first?.id ?? "", { state: "delivered", error: "", nextAt: at(72) }, at(72)));
    expect((await system((s) => s.alerts.claimDue(at(73), 60, 10))).map((d) => d.notice.phase)).toEqual(["resolved"]);
    expect(await scratch.database.asTenants([acme.id], (s) => s.alerts.deliveries({ tenant: "acme" }, 10))).toMatchObject([
      { state: "queued", channel: "queue", tenant: "acme" },
      { state: "delivered", deliveredAt: at(72).toISOString() },
    ]);
  });

  it("what is settled and resolved goes after its time; what is open stays", async () => {
    const resolved = { ...exampleAlert(acme), state: "resolved" as const, resolvedAt: at(0).toISOString() };
    await system((s) => s.alerts.save([{ alert: resolved, is: "new", tell: null }]));
    await system((s) => s.alerts.prune(at(100)));
    const left = await system((s) => s.alerts.list({ tenant: "acme" }, 10));
    expect(left.map((a) => a.state)).toEqual(["firing"]);
    expect((await system((s) => s.alerts.deliveries({}, 10))).map((d) => d.state)).toEqual(["queued"]);
    expect(await system((s) => s.alerts.list({ open: true }, 10))).toEqual(left);
  });
});
