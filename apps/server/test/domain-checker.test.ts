import { ownershipRecord, ownershipValue } from "@agentpod/core/domain";
import { knotProgram } from "@agentpod/dns/testing/start-knot";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { type DomainChecker, startDomainChecker } from "../src/domains/domain-checker.ts";
import { nextDomainCheck } from "../src/domains/next-domain-check.ts";
import { type DomainRig, domainRig, zone } from "./domain-rig.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

describe("P7 when domains are looked at", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
  const domain = {
    ...{ id: "d", tenantId: "t", tenant: "acme", name: "example.com", token: "x", message: "", verifiedAt: null },
    ...{ state: "pending" as const, method: null, checkedAt: null, createdAt: ago(0) },
  };
  const waits = (change: object): number | null => {
    const next = nextDomainCheck({ ...domain, checkedAt: ago(0), ...change }, now);
    return next === null ? null : (next - now.getTime()) / minute;
  };

  test("often at first, hourly in the end, and not at all after a month", () => {
    expect(nextDomainCheck(domain, now)).toBe(now.getTime());
    expect([0, 9 * minute, 11 * minute, 61 * minute, 2 * day, 29 * day, 31 * day].map((age) => waits({ createdAt: ago(age) }))).toEqual([
      1,
      1,
      5,
      15,
      60,
      60,
      null,
    ]);
    expect(waits({ state: "verified", method: "dns", createdAt: ago(400 * day) })).toBe(1440);
    expect(waits({ state: "verified", method: "trusted" })).toBeNull();
  });
});

describe.skipIf(knotProgram === null)("P7 domains are shown without anybody asking again (Knot DNS is needed)", () => {
  let rig: DomainRig;
  const checkers: DomainChecker[] = [];
  let ahead = 0;
  const start = (): DomainChecker => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const clock = () => new Date(Date.now() + ahead);
    const checker = startDomainChecker({ database: rig.scratch.database, ...rig.services, clock, log });
    checkers.push(checker);
    return checker;
  };
  const events = async (type: string) =>
    (await rig.scratch.database.asSystem((store) => store.events.latest({}, 100))).filter((event) => event.type === type);
  const record = (name: string, token: string) => ({ zone, name: ownershipRecord(name), value: ownershipValue(token) });

  beforeAll(async () => {
    rig = await domainRig(inject("serverUrl"), (_request, response) => response.writeHead(404).end());
  });
  afterAll(async () => {
    await Promise.all(checkers.map((checker) => checker.stop()));
    await rig?.close();
  });

  test("a new domain is looked at when it is added, and again a minute later; two checkers tell it once", async () => {
    const [first, second] = [start(), start()];
    const name = `shop.${zone}`;
    await rig.add(name, "t-shop");
    await vi.waitFor(async () => expect((await rig.get(name)).message).toContain("There is no TXT record"), { timeout: 20_000 });
    expect((await rig.get(name)).state).toBe("pending");
    await rig.writer.addTxt(record(name, "t-shop"));
    await Promise.all([first.sweep(), second.sweep()]);
    expect((await rig.get(name)).state).toBe("pending");
    ahead = minute + 1000;
    await Promise.all([first.sweep(), second.sweep()]);
    expect(await rig.get(name)).toMatchObject({ state: "verified", method: "dns", message: "" });
    expect(await events("domain.verified")).toEqual([
      expect.objectContaining({ tenant: "acme", actor: "system", result: "ok", data: { domain: name, method: "dns" } }),
    ]);
    await Promise.all(checkers.splice(0).map((checker) => checker.stop()));
  });

  test("a verified domain without record and address is told of after a week, once, and stays verified", async () => {
    const name = `shop.${zone}`;
    const checker = start();
    const days = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        ahead += day + minute;
        await checker.sweep();
      }
    };
    await days(2);
    expect(await events("domain.unproven")).toEqual([]);
    await rig.writer.removeTxt(record(name, "t-shop"));
    await days(5);
    await rig.writer.addTxt(record(name, "t-shop"));
    await days(1);
    expect((await rig.get(name)).message).toBe("");
    await rig.writer.removeTxt(record(name, "t-shop"));
    await days(7);
    expect(await events("domain.unproven")).toEqual([]);
    await days(3);
    expect(await events("domain.unproven")).toEqual([
      expect.objectContaining({
        tenant: "acme",
        result: "failed",
        data: { domain: name },
        message: expect.stringContaining(`${name} has neither`),
      }),
    ]);
    expect(await rig.get(name)).toMatchObject({ state: "verified", message: expect.stringContaining("There is no TXT record") });
  });

  test("one whose record is gone but which still points here is left in peace", async () => {
    const name = `web.${zone}`;
    const { id } = await rig.add(name, "t-web");
    await rig.scratch.database.asSystem((store) => store.domains.markVerified(id, "dns"));
    const told = (await events("domain.unproven")).length;
    for (let i = 0; i < 10; i++) {
      ahead += day + minute;
      await checkers.at(-1)?.sweep();
    }
    expect(await rig.get(name)).toMatchObject({ state: "verified", method: "dns", message: "" });
    expect(await events("domain.unproven")).toHaveLength(told);
  });

  test("a domain that another tenant has meanwhile is told so, and not verified", async () => {
    const name = `taken.${zone}`;
    const mine = await rig.add(name, "t-mine");
    const theirs = await rig.add(name, "t-theirs", "rivals");
    await rig.scratch.database.asSystem((store) => store.domains.markVerified(theirs.id, "trusted"));
    await rig.writer.addTxt(record(name, "t-mine"));
    await checkers.at(-1)?.sweep();
    await checkers.at(-1)?.sweep();
    expect(await rig.get(name)).toMatchObject({ id: mine.id, state: "pending", message: expect.not.stringContaining("rivals") });
    expect((await rig.get(name)).message).toContain("verified for another tenant");
  });
});
