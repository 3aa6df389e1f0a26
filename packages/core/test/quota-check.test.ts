import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkAdmission } from "../src/admission-check.ts";
import { AppError } from "../src/errors.ts";
import type { Desired } from "../src/pod.ts";
import { podSpec } from "../src/pod-spec.ts";
import { checkQuota, tenantUsage } from "../src/quota-check.ts";
import type { Quota } from "../src/tenant.ts";

const spec = (memoryMb: number, cpus = 1) => podSpec.parse({ units: [{ name: "web", image: "web", resources: { memoryMb, cpus } }] });
const pod = (id: string, desired: Desired, memoryMb = 100, cpus = 1) => ({ id, desired, spec: spec(memoryMb, cpus) });
const tenant = (quota: Quota) => ({ name: "acme", quota });

describe("P5 quota of a tenant", () => {
  test.each([
    ["pods", { pods: 2 }, [pod("a", "running"), pod("b", "running")], /2 running pods in all; 0 running pods left/],
    ["memory", { memoryMb: 250 }, [pod("a", "running")], /250 MB of memory in all; 150 MB of memory left, this pod asks for 200/],
    ["cores", { cpus: 1.5 }, [pod("a", "running")], /1\.5 cores in all; 0\.5 cores left/],
  ])("%s", (_kind, quota, pods, sentence) => {
    expect(() => checkQuota(tenant(quota), pods, spec(200))).toThrow(
      expect.objectContaining({ code: "quota_exceeded", message: expect.stringMatching(sentence) }),
    );
  });

  test.each([
    ["stopped and deleted pods do not count", { pods: 1 }, [pod("a", "stopped"), pod("b", "deleted")], undefined],
    ["nor does the pod itself on an update", { pods: 1, memoryMb: 200 }, [pod("a", "running")], "a"],
    ["no quota, no limit", {}, [pod("a", "running", 1_000_000)], undefined],
    [
      "exactly the rest is allowed, in tenths of cores too",
      { cpus: 0.3 + 1 },
      [pod("a", "running", 100, 0.1), pod("b", "running", 100, 0.2)],
      undefined,
    ],
  ])("%s", (_rule, quota, pods, self) => {
    expect(() => checkQuota(tenant(quota), pods, spec(200), self)).not.toThrow();
  });

  test("pods let in one by one never pass the quota", () => {
    const asked = fc.record({ memoryMb: fc.integer({ min: 16, max: 2000 }), cpus: fc.integer({ min: 1, max: 30 }).map((n) => n / 10) });
    fc.assert(
      fc.property(
        fc.array(asked, { maxLength: 30 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 0, max: 8000 }),
        (wishes, pods, memoryMb) => {
          const admitted: ReturnType<typeof pod>[] = [];
          for (const [i, wish] of wishes.entries()) {
            try {
              checkQuota(tenant({ pods, memoryMb }), admitted, spec(wish.memoryMb, wish.cpus));
              admitted.push(pod(String(i), "running", wish.memoryMb, wish.cpus));
            } catch (thrown) {
              expect(thrown instanceof AppError && thrown.code).toBe("quota_exceeded");
            }
          }
          expect(tenantUsage(admitted).pods).toBeLessThanOrEqual(pods);
          expect(tenantUsage(admitted).memoryMb).toBeLessThanOrEqual(memoryMb);
        },
      ),
    );
  });
});

describe("P5 admission looks at the machine before it dies", () => {
  const room = { memoryFreeMb: 1000, diskFreeMb: 5000 };

  test.each([
    ["limits may overcommit", spec(2900), room, null],
    ["an update that asks for no more memory is let in on a full machine", spec(512), { ...room, memoryFreeMb: 10 }, spec(512)],
  ])("%s", (_rule, asked, machine, before) => {
    expect(() => checkAdmission(asked, machine, before)).not.toThrow();
  });

  test.each([
    ["memory", spec(3000), room, /1000 MB of memory left; this pod needs 1006 MB free \(256 MB stay in reserve\)/],
    ["a small pod on a nearly full machine", spec(64), { ...room, memoryFreeMb: 260.7 }, /260 MB of memory left/],
    ["a twentieth of a large machine stays free", spec(64), { ...room, memoryTotalMb: 64_000 }, /3200 MB stay in reserve/],
    ["disk", spec(64), { ...room, diskFreeMb: 1023 }, /disk has 1023 MB left/],
  ])("%s", (_what, asked, machine, sentence) => {
    expect(() => checkAdmission(asked, machine)).toThrow(
      expect.objectContaining({ code: "unavailable", message: expect.stringMatching(sentence) }),
    );
  });
});
