import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createClient } from "@agentpod/client/create-client";
import type { AgentPodEvent } from "@agentpod/core/event";
import { roles } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { buildApp } from "../src/app.ts";
import { wakeable } from "../src/routes/wakeable.ts";
import { serveApp } from "../src/serve-app.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
});
afterAll(() => rig.close());

/** Appends an event as the system would. */
async function happen(message: string, tenant = "acme"): Promise<void> {
  await rig.deps.database.asSystem(async (store) => {
    const { id } = await store.tenants.get(tenant);
    await store.events.append({
      type: "test.happened",
      tenantId: id,
      tenant,
      pod: null,
      podId: null,
      actor: "system",
      source: null,
      result: "ok",
      message,
      data: {},
    });
  });
}

/** Collects `count` events of a watch that begins after `onOpen`. */
async function collect(count: number, query: { tenant?: string; after?: string }, whenOpen?: () => Promise<void>, client = rig.admin) {
  const stop = new AbortController();
  const seen: AgentPodEvent[] = [];
  let acted: Promise<void> | undefined;
  const onOpen = () => {
    acted ??= whenOpen?.();
  };
  for await (const event of client.events.watch({ ...query, signal: stop.signal, onOpen })) {
    if (seen.push(event) === count) stop.abort();
  }
  await acted;
  return seen;
}

const later = async ({ events }: Store) => events.after(await events.position(), { tenant: "acme" }, 10);

describe("P3 live events over SSE", () => {
  it("begin now, in order, each once", async () => {
    await happen("before");
    // While an older transaction is open anywhere, a stream begins before it.
    await vi.waitFor(async () => expect(await rig.deps.database.asSystem(later)).toEqual([]), { timeout: 20_000 });
    const seen = await collect(3, { tenant: "acme" }, async () => {
      for (const message of ["one", "two", "three"]) await happen(message);
    });
    expect(seen.map((event) => event.message)).toEqual(["one", "two", "three"]);
  });

  it("resume after the last one seen", async () => {
    const [first] = await collect(1, { tenant: "acme" }, () => happen("seen"));
    await happen("missed 1");
    await happen("missed 2");
    const rest = await collect(2, { tenant: "acme", after: first?.cursor ?? "" });
    expect(rest.map((event) => event.message)).toEqual(["missed 1", "missed 2"]);
  });

  it("lose none that commits later than a younger one", async () => {
    const release = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const slow = rig.deps.database.asSystem(async (store) => {
      const { id } = await store.tenants.get("acme");
      const event = { pod: null, podId: null, actor: "system", source: null, result: "ok", message: "slow", data: {} } as const;
      await store.events.append({ ...event, type: "test.happened", tenantId: id, tenant: "acme" });
      written.resolve();
      await release.promise;
    });
    await written.promise;
    const seen = await collect(2, { tenant: "acme" }, async () => {
      await happen("fast");
      release.resolve();
      await slow;
    });
    expect(seen.map((event) => event.message).toSorted()).toEqual(["fast", "slow"]);
  });

  it("come back by themselves when the connection breaks", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    let opened = 0;
    const onOpen = async () => {
      opened += 1;
      if (opened === 1) await happen("first");
      else await happen("second");
    };
    for await (const event of rig.admin.events.watch({ tenant: "acme", signal: stop.signal, onOpen: () => void onOpen() })) {
      seen.push(event.message);
      if (seen.length === 1) rig.breakConnections();
      else stop.abort();
    }
    expect(seen).toEqual(["first", "second"]);
  });

  it("show a tenant its own alone", async () => {
    const bolts = rig.client(await rig.token("bolts", roles.viewer));
    const seen = await collect(
      1,
      {},
      async () => {
        await happen("of acme");
        await happen("of bolts", "bolts");
      },
      bolts,
    );
    expect(seen.map((event) => event.message)).toEqual(["of bolts"]);
  });

  it("carry ids that a browser would resume from", async () => {
    const stop = new AbortController();
    const response = await fetch(`${rig.url}/api/v1/events?tenant=acme`, {
      headers: { accept: "text/event-stream", authorization: `Bearer ${rig.adminToken}` },
      signal: stop.signal,
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const opening = (await reader?.read())?.value ?? "";
    expect(opening).toMatch(/^retry: 1000\nid: \d+-\d+\nevent: open\ndata: \{\}\n\n$/);
    await happen("framed");
    expect((await reader?.read())?.value).toMatch(/^id: \d+-\d+\nevent: test.happened\ndata: \{.*"message":"framed".*\}\n\n$/);
    stop.abort();
  });

  it("are a page for who wants JSON", async () => {
    const newest = await rig.admin.events.list({ tenant: "acme", limit: 2 });
    expect(newest).toHaveLength(2);
    const [last, before] = newest;
    expect(await rig.admin.events.list({ tenant: "acme", after: before?.cursor ?? "" })).toEqual([last]);
  });
});

describe("P22 streams leave nothing open", () => {
  it("shares one listener among them, and closes it with the last client that goes", async () => {
    const listening: string[] = [];
    const allGone = Promise.withResolvers<void>();
    const { database } = rig.deps;
    const listen: typeof database.listen = async function* (channel, signal, onListening) {
      listening.push(channel);
      try {
        yield* database.listen(channel, signal, onListening);
      } finally {
        allGone.resolve();
      }
    };
    const server = serveApp(buildApp({ ...rig.deps, database: { ...database, listen } }));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = createClient({ baseUrl: `http://localhost:${(server.address() as AddressInfo).port}`, token: rig.adminToken });
    const stops = [new AbortController(), new AbortController()];
    const streams = stops.map(async ({ signal }) => {
      const opened = Promise.withResolvers<void>();
      const watching = (async () => {
        for await (const _ of client.events.watch({ tenant: "acme", signal, onOpen: opened.resolve })) break;
      })();
      await opened.promise;
      return { watching };
    });
    const open = await Promise.all(streams);
    expect(listening).toEqual(["events"]);
    for (const stop of stops) stop.abort();
    await Promise.all(open.map(({ watching }) => watching));
    await allGone.promise;
    await client.close();
    server.close();
  });
});

describe("P3 waking a stream", () => {
  it("keeps a wake-up that comes while nobody waits", async () => {
    const { wake, wait } = wakeable(new AbortController().signal);
    wake();
    expect(await wait(60_000)).toBe(true);
    expect(await wait(1)).toBe(false);
  });

  it("ends a wait with its signal", async () => {
    const stop = new AbortController();
    const { wait } = wakeable(stop.signal);
    const waiting = wait(60_000);
    stop.abort();
    expect(await waiting).toBe(true);
  });
});
