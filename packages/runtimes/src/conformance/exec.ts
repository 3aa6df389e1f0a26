import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ExecRequest, Runtime, UnitId } from "@agentpod/core/runtime";
import { describe, expect, it } from "vitest";
import type { Bench } from "./bench.ts";

/** Commands inside a running unit. */
export function execConformance(bench: () => Bench): void {
  const begin = (runtime: Runtime, id: UnitId, argv: string[], more: Partial<ExecRequest> = {}) =>
    runtime.exec(id, { argv, tty: null, env: {}, workdir: null, ...more });

  describe("P6 exec", () => {
    it("gives both streams and the exit code", async ({ skip }) => {
      const { runtime, rig, start, run: make } = bench();
      skip(!runtime.can.exec, "the driver has no exec");
      const run = await make({ env: { TOKEN: "s3cret" } });
      await start(run);
      const print = await begin(runtime, run.id, rig.execArgv(run, ["print", "to out", "to err"]));
      const [out, err, code] = await Promise.all([text(print.stdout), print.stderr ? text(print.stderr) : "", print.exit]);
      expect([out, err, code]).toEqual(["to out\n", "to err\n", 0]);

      const failing = await begin(runtime, run.id, rig.execArgv(run, ["exit", "7"]));
      failing.stdout.resume();
      failing.stderr?.resume();
      expect(await failing.exit).toBe(7);

      const env = await begin(runtime, run.id, rig.execArgv(run, ["env", "TOKEN"]));
      env.stderr?.resume();
      expect(await text(env.stdout)).toBe("s3cret\n");
      const own = await begin(runtime, run.id, rig.execArgv(run, ["env", "MINE"]), { env: { MINE: "mine" } });
      own.stderr?.resume();
      expect(await text(own.stdout)).toBe("mine\n");
    });

    it("passes stdin through to its end", async ({ skip }) => {
      const { runtime, rig, start, run: make } = bench();
      skip(!runtime.can.exec, "the driver has no exec");
      const run = await make();
      await start(run);
      const cat = await begin(runtime, run.id, rig.execArgv(run, ["cat"]));
      cat.stderr?.resume();
      const sent = "x".repeat(200_000);
      cat.stdin.end(sent);
      expect((await text(cat.stdout)).length).toBe(sent.length);
      expect(await cat.exit).toBe(0);
    });

    it("has a terminal with a size that can change", async ({ skip }) => {
      const { runtime, rig, start, run: make } = bench();
      skip(!runtime.can.exec, "the driver has no exec");
      const run = await make();
      await start(run);
      const session = await begin(runtime, run.id, rig.execArgv(run, ["size"]), { tty: { cols: 101, rows: 31 } });
      expect(session.stderr).toBeNull();
      const screen = reader(session.stdout);
      await screen.until(/size 101x31/);
      await session.resize(77, 22);
      await screen.until(/size 77x22/);
      session.stdin.write("\r");
      expect(await session.exit).toBe(0);
    });

    it("ends a program when told, and fails to start in what is absent", async ({ skip }) => {
      const { runtime, rig, start, run: make } = bench();
      skip(!runtime.can.exec, "the driver has no exec");
      const run = await make();
      await expect(begin(runtime, run.id, rig.execArgv(run, ["wait"]))).rejects.toMatchObject({ code: "not_found" });
      await start(run);
      const waiting = await begin(runtime, run.id, rig.execArgv(run, ["wait"]));
      await reader(waiting.stdout).until(/waiting/);
      waiting.kill();
      expect(await waiting.exit).not.toBe(0);
      waiting.kill();
    });
  });
}

function reader(stream: Readable): { until(pattern: RegExp): Promise<void> } {
  let seen = "";
  stream.on("data", (chunk) => {
    seen += String(chunk);
  });
  return {
    async until(pattern) {
      while (!pattern.test(seen)) await once(stream, "data");
    },
  };
}
