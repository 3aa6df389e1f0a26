import { emptyStatus } from "@agentpod/core/status";
import type { Channel, Store } from "@agentpod/core/store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleEvent, exampleRoute, newPod, newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);

/** What is told on a channel while `work` runs, up to a mark that is sent after it on the same channel. */
async function told(channel: Channel, work: () => Promise<unknown>): Promise<string[]> {
  const stop = new AbortController();
  let listening: () => void = () => undefined;
  const subscribed = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const heard: string[] = [];
  const reading = (async () => {
    for await (const payload of scratch.database.listen(channel, stop.signal, listening)) {
      if (payload === "mark") return;
      heard.push(payload);
    }
  })();
  await subscribed;
  await work();
  const client = await rawClient(scratch.ownerUrl);
  await client.query("select pg_notify($1, 'mark')", [`agentpod_${channel}`]);
  await client.end();
  await reading;
  stop.abort();
  return heard;
}

describe("P5 notifications", () => {
  it("a pod is told when it is made and whenever its intent changes", async () => {
    const tenant = await newTenant(scratch.database, "acme");
    let id = "";
    expect(
      await told("pods", async () => {
        id = (await newPod(scratch.database, tenant, "web")).id;
      }),
    ).toEqual([id]);
    expect(await told("pods", () => system((s) => s.pods.setDesired(id, "stopped")))).toEqual([id]);
    expect(await told("pods", () => system((s) => s.pods.restart(id)))).toEqual([id]);
  });

  it("not when its status or lease is written, and not when the change is undone", async () => {
    const pod = await newPod(scratch.database, await newTenant(scratch.database, "quiet"), "web");
    const quiet = async () => {
      await system((s) => s.pods.claim(pod.id, "a", 60));
      await system((s) => s.pods.saveStatus(pod.id, "a", 1, 1, { ...emptyStatus, phase: "running" }));
      await system((s) => s.pods.release(pod.id, "a"));
      await system(async (s) => {
        await s.pods.restart(pod.id);
        throw new Error("undo");
      }).catch(() => undefined);
    };
    expect(await told("pods", quiet)).toEqual([]);
  });

  it("routes are told with their version, events without anything", async () => {
    const pod = await newPod(scratch.database, await newTenant(scratch.database, "routed"), "web");
    const routes = await told("routes", () => system((s) => s.routes.replace(pod.id, [exampleRoute(["routed.example.com"])])));
    expect(routes).toEqual([String((await system((s) => s.routes.table())).version)]);
    expect(await told("events", () => system((s) => s.events.append(exampleEvent(null, "x"))))).toEqual([""]);
  });

  it("P7 certificates are told of what decides them: domains, hosts, providers, certificates; not of leases and failures", async () => {
    const tenant = await newTenant(scratch.database, "secure");
    const pod = await newPod(scratch.database, tenant, "web");
    const heard = (work: (store: Store) => Promise<unknown>) => told("certificates", () => system(work));
    const route = (...hosts: string[]) => heard((s) => s.routes.replace(pod.id, [exampleRoute(hosts)]));
    expect(await route("secure.example.com")).toEqual([""]);
    expect(await route("secure.example.com")).toEqual([]);
    expect(await route()).toEqual([""]);
    const { id } = await system((s) => s.domains.insert({ tenantId: tenant.id, name: "example.com", token: "t" }));
    expect(await heard((s) => s.domains.noteCheck(id, "nothing found"))).toEqual([]);
    expect(await heard((s) => s.domains.markVerified(id, "dns"))).toEqual([""]);
    expect(await heard((s) => s.domains.delete(id))).toEqual([""]);
    const want = (s: Store) => s.certificates.want({ tenantId: tenant.id, names: ["example.com"], source: "acme" });
    expect(await heard(want)).toEqual([""]);
    const certificate = await system(want);
    expect(await heard((s) => s.certificates.claim(certificate.id, "me", 60))).toEqual([]);
    const failure = { message: "no", fault: "user" as const, nextAttemptAt: "2026-01-01T00:00:00.000Z" };
    expect(await heard((s) => s.certificates.saveFailure(certificate.id, failure))).toEqual([]);
    expect(await heard((s) => s.certificates.renewNow(certificate.id))).toEqual([""]);
    expect(await heard((s) => s.certificates.delete(certificate.id))).toEqual([""]);
    const provider = { tenantId: null, name: "dns", kind: "route53" as const, zones: ["example.com"], credentials: {} };
    expect(await heard((s) => s.dnsProviders.insert(provider))).toEqual([""]);
  });

  it("the listener ends with its signal, and says when its connection broke", async () => {
    const stop = new AbortController();
    const ended = (async () => {
      for await (const _ of scratch.database.listen("pods", stop.signal, () => stop.abort()));
      return "ended";
    })();
    expect(await ended).toBe("ended");

    const killer = await rawClient(scratch.urlOf(scratch.roles.system));
    let killed: Promise<unknown> | undefined;
    const kill = () => {
      killed = killer.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'agentpod listen' and usename = current_user",
      );
    };
    const broken = (async () => {
      for await (const _ of scratch.database.listen("pods", new AbortController().signal, kill));
    })();
    await expect(broken).rejects.toMatchObject({ code: "unavailable" });
    await killed;
    await killer.end();
  });
});
