import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleRoute, newPod, newTenant, rawClient } from "./fixture.ts";

let scratch: ScratchDatabase;
let acme: Tenant;
let bolts: Tenant;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  acme = await newTenant(scratch.database, "acme");
  bolts = await newTenant(scratch.database, "bolts");
});
afterAll(() => scratch?.drop());

const as = <T>(tenant: Tenant, work: (store: Store) => Promise<T>) => scratch.database.asTenants([tenant.id], work);
const add = (tenant: Tenant, name: string) => as(tenant, (s) => s.domains.insert({ tenantId: tenant.id, name, token: `t-${name}` }));
const owned = async (tenant: Tenant, name: string) => {
  const { id } = await add(tenant, name);
  return as(tenant, (s) => s.domains.markVerified(id, "dns"));
};

describe("W4 domains", () => {
  it("are stored as punycode, pending until shown, and found under either name", async () => {
    const domain = await add(acme, "Bücher.Example.");
    expect(domain).toMatchObject({
      tenant: "acme",
      name: "xn--bcher-kva.example",
      state: "pending",
      method: null,
      token: "t-Bücher.Example.",
      message: "",
      checkedAt: null,
      verifiedAt: null,
    });
    expect(await as(acme, (s) => s.domains.find("acme", "bücher.example"))).toEqual(domain);
    await as(acme, (s) => s.domains.noteCheck(domain.id, "No TXT record was found."));
    expect(await as(acme, (s) => s.domains.get("acme", domain.name))).toMatchObject({
      state: "pending",
      message: "No TXT record was found.",
      checkedAt: expect.any(String),
    });
    const verified = await as(acme, (s) => s.domains.markVerified(domain.id, "http"));
    expect(verified).toMatchObject({ state: "verified", method: "http", message: "", verifiedAt: expect.any(String) });
    expect((await as(acme, (s) => s.domains.list({ tenant: "acme" }))).map((d) => d.name)).toEqual([domain.name]);
    await as(acme, (s) => s.domains.delete(domain.id));
    await expect(as(acme, (s) => s.domains.get("acme", domain.name))).rejects.toMatchObject({ code: "not_found" });
  });

  it.each(["*.example.com", "10.0.0.1", "a b.example", "example.com:80", "exa_mple..com", ""])("%j is no domain", async (name) => {
    await expect(add(acme, name)).rejects.toMatchObject({ code: "invalid" });
  });

  it("a second time by the same tenant is a conflict; two tenants may wait for the same", async () => {
    await add(acme, "wanted.example");
    await expect(add(acme, "wanted.example")).rejects.toMatchObject({ code: "conflict", message: "The tenant has this domain already." });
    const other = await add(bolts, "wanted.example");
    await as(bolts, (s) => s.domains.markVerified(other.id, "dns"));
    const mine = await as(acme, (s) => s.domains.get("acme", "wanted.example"));
    expect(mine.state).toBe("pending");
    await expect(as(acme, (s) => s.domains.markVerified(mine.id, "dns"))).rejects.toMatchObject({ code: "conflict" });
    expect((await as(acme, (s) => s.domains.get("acme", "wanted.example"))).state).toBe("pending");
  });

  it.each([
    ["the same", "taken.example"],
    ["below it", "shop.taken.example"],
    ["deep below it", "a.b.taken.example"],
    ["the same in another spelling", "TAKEN.example."],
  ])("another tenant's verified domain keeps out %s", async (_what, name) => {
    if ((await as(bolts, (s) => s.domains.find("bolts", "taken.example"))) === null) await owned(bolts, "taken.example");
    await expect(add(acme, name)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("another tenant") });
  });

  it("and one above it; a name that only ends alike is free", async () => {
    await owned(bolts, "deep.above.example");
    await expect(add(acme, "above.example")).rejects.toMatchObject({ code: "conflict" });
    await owned(acme, "notdeep.above.example");
    await owned(acme, "xdeep.above.example");
    await owned(bolts, "deeper.deep.above.example");
  });

  it("two that are verified at once in each other's way: one is", async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = await Promise.all([add(acme, `r${round}.example`), add(bolts, `sub.r${round}.example`)]);
      const outcomes = await Promise.allSettled([
        as(acme, (s) => s.domains.markVerified(one.id, "dns")),
        as(bolts, (s) => s.domains.markVerified(two.id, "dns")),
      ]);
      expect(outcomes.map((o) => o.status).sort()).toEqual(["fulfilled", "rejected"]);
    }
  });

  it("raw SQL of the app role does not get around it", async () => {
    await owned(bolts, "raw.example");
    const app = await rawClient(scratch.urlOf(scratch.roles.app));
    await app.query("begin");
    await app.query("select set_config('app.tenants', $1, true)", [`{${acme.id}}`]);
    const insert =
      "insert into agentpod.domains (id, tenant_id, name, state, token) values (gen_random_uuid(), $1, 'raw.example', 'verified', 't')";
    await expect(app.query(insert, [acme.id])).rejects.toMatchObject({ code: "23505", constraint: "domains_apart" });
    await app.end();
  });

  it("one with routed hosts stays, until no host needs it", async () => {
    const pod = await newPod(scratch.database, acme, "shop");
    const domain = await owned(acme, "kept.example");
    const route = (...hosts: string[]) => as(acme, (s) => s.routes.replace(pod.id, [exampleRoute(hosts)]));
    await route("www.kept.example", "notkept.example");
    await expect(as(acme, (s) => s.domains.delete(domain.id))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("www.kept.example"),
    });
    const narrower = await owned(acme, "www.kept.example");
    await as(acme, (s) => s.domains.delete(domain.id));
    await expect(as(acme, (s) => s.domains.delete(narrower.id))).rejects.toMatchObject({ code: "conflict" });
    await route("notkept.example");
    await as(acme, (s) => s.domains.delete(narrower.id));
  });

  it("one that a draft relies on is not removed under it: the removal waits, and then sees the host", async () => {
    const pod = await newPod(scratch.database, acme, "drafted");
    const domain = await owned(acme, "relied.example");
    let isHeld: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const removal = held.then(() => Promise.allSettled([as(acme, (s) => s.domains.delete(domain.id))]));
    await as(acme, async (s) => {
      expect((await s.domains.holdVerified(acme.id)).map((d) => d.name)).toContain("relied.example");
      isHeld();
      await untilSomebodyWaits();
      await s.routes.replace(pod.id, [exampleRoute(["www.relied.example"])]);
    });
    expect(await removal).toMatchObject([
      { status: "rejected", reason: { code: "conflict", message: expect.stringContaining("www.relied.example") } },
    ]);
  });

  it("go with their tenant, and are then free", async () => {
    const gone = await newTenant(scratch.database, "gone");
    await owned(gone, "free.example");
    await scratch.database.asTenants("*", (s) => s.tenants.delete(gone.id));
    expect((await owned(acme, "free.example")).state).toBe("verified");
  });
});

/** Resolves once a statement waits for a lock of another transaction. */
async function untilSomebodyWaits(): Promise<void> {
  const client = await rawClient(scratch.urlOf(scratch.roles.app));
  try {
    await vi.waitFor(
      async () => {
        const { rows } = await client.query("select 1 from pg_locks where not granted");
        expect(rows.length).toBeGreaterThan(0);
      },
      { timeout: 10_000, interval: 10 },
    );
  } finally {
    await client.end();
  }
}
