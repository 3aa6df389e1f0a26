import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adoptionConformance } from "./conformance/adoption.ts";
import { type Bench, makeBench } from "./conformance/bench.ts";
import { execConformance } from "./conformance/exec.ts";
import { filesConformance } from "./conformance/files.ts";
import { foreignConformance } from "./conformance/foreign.ts";
import { lifecycleConformance } from "./conformance/lifecycle.ts";
import { limitsConformance } from "./conformance/limits.ts";
import { logsConformance } from "./conformance/logs.ts";
import { networkConformance } from "./conformance/network.ts";
import type { ConformanceRig } from "./conformance/rig.ts";
import { storedConformance } from "./conformance/stored.ts";
import { watchConformance } from "./conformance/watch.ts";

/**
 * Registers the suite every runtime driver passes. `makeRig` is called once, before the first test. Asserts the state of
 * the world, never which calls were made; ends with proof that nothing is left on the machine.
 */
export function runtimeConformance(name: string, makeRig: () => Promise<ConformanceRig>): void {
  describe(`P6 runtime ${name}`, { timeout: 90_000 }, () => {
    let bench: Bench | undefined;
    const current = (): Bench => {
      if (!bench) throw new Error("the rig did not open");
      return bench;
    };

    beforeAll(async () => {
      bench = await makeBench(await makeRig());
    }, 120_000);
    afterAll(async () => {
      // A failed test may have left things behind: they go, also when the leak test has already said so.
      await bench?.clear();
      await bench?.rig.close();
    }, 120_000);

    lifecycleConformance(current);
    networkConformance(current);
    watchConformance(current);
    logsConformance(current);
    execConformance(current);
    filesConformance(current);
    limitsConformance(current);
    storedConformance(current);
    adoptionConformance(current);
    foreignConformance(current);

    it("leaves nothing behind once all is removed", async () => {
      await current().clear();
      expect(await current().runtime.observe(null)).toEqual({ units: [], pods: [], volumes: [] });
      expect(await current().rig.leftovers(current().installation)).toEqual([]);
    });
  });
}
