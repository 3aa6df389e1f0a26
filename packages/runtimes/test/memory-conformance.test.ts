import type { ObservedUnit } from "@agentpod/core/runtime";
import { runtimeConformance } from "../src/conformance.ts";
import { memoryRuntime } from "../src/memory/driver.ts";
import { MemoryWorld } from "../src/memory/memory-world.ts";
import { conformanceProgram } from "./memory-program.ts";

for (const listen of [false, true]) {
  runtimeConformance(listen ? "memory, listening" : "memory", async () => {
    const world = new MemoryWorld();
    return {
      open: async (context) =>
        memoryRuntime({ ...context, stateDir: "/nowhere" }, { world, listen, programs: { "program:1": conformanceProgram } }),
      scope: () => ({ subnet: null, uid: null }),
      complete: (run) => ({
        ...run,
        image: "program:1",
        env: { ...run.env, LISTEN: "127.0.0.1", PORT: String(run.ports[0]?.host) },
      }),
      execArgv: (_run, args) => ["node", "/app/program.mjs", ...args],
      kill: async (unit: ObservedUnit) => world.crash(unit.id),
      leftovers: async (installation) => world.contents(installation),
      close: async () => undefined,
    };
  });
}
