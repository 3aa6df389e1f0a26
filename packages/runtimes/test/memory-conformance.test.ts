import type { ObservedUnit } from "@agentpod/core/runtime";
import { freePort } from "@agentpod/host/free-port";
import { runtimeConformance } from "../src/conformance.ts";
import { memoryRuntime } from "../src/memory/driver.ts";
import { foreignImage, startForeign } from "../src/memory/foreign-containers.ts";
import { MemoryWorld } from "../src/memory/memory-world.ts";
import { conformanceProgram, foreignProgram } from "./memory-program.ts";

for (const listen of [false, true]) {
  runtimeConformance(listen ? "memory, listening" : "memory", async () => {
    const world = new MemoryWorld();
    let foreigners = 0;
    return {
      open: async (context) =>
        memoryRuntime(
          { ...context, stateDir: "/nowhere" },
          { world, listen, programs: { "program:1": conformanceProgram, [foreignImage]: foreignProgram } },
        ),
      scope: () => ({ subnet: null, uid: null }),
      complete: (run) => ({
        ...run,
        image: "program:1",
        env: { ...run.env, LISTEN: "127.0.0.1", PORT: String(run.ports[0]?.host) },
      }),
      execArgv: (_run, args) => ["node", "/app/program.mjs", ...args],
      kill: async (unit: ObservedUnit) => world.crash(unit.id),
      async startForeign() {
        const name = `by-hand-${++foreigners}`;
        await startForeign(world, name, await freePort(), foreignProgram);
        return name;
      },
      removeContainer: async (container) => world.removeContainer(container),
      leftovers: async (installation) => world.contents(installation),
      close: async () => undefined,
    };
  });
}
