import { describe, expect, it } from "vitest";
import { type Bench, lines, logged } from "./bench.ts";

/** Reading logs. */
export function logsConformance(bench: () => Bench): void {
  describe("P13 logs", () => {
    it("hold both streams, oldest first, and the last n of them", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      for (const text of ["one", "two", "three"]) await get(run.id, `/log?to=stdout&text=${text}`);
      await get(run.id, "/log?to=stderr&text=oops");
      await logged(runtime, run.id, "three");
      await logged(runtime, run.id, "oops");
      const all = await lines(runtime, run.id);
      expect(all).toContainEqual(expect.objectContaining({ stream: "stderr", text: "err: started" }));
      expect(all).toContainEqual(expect.objectContaining({ stream: "stderr", text: "oops" }));
      const out = all.filter((line) => line.stream === "stdout").map((line) => line.text);
      expect(out).toEqual(["out: started", "listening", "one", "two", "three"]);
      expect(await lines(runtime, run.id, { tail: 2 })).toEqual(all.slice(-2));
      expect(await lines(runtime, run.id, { tail: 0 })).toEqual([]);
    });

    it("can be read since a moment", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      await get(run.id, "/log?to=stdout&text=before");
      await logged(runtime, run.id, "before");
      const moment = await later(new Date());
      await get(run.id, "/log?to=stdout&text=after");
      await logged(runtime, run.id, "after");
      expect((await lines(runtime, run.id, { since: moment })).map((line) => line.text)).toEqual(["after"]);
    });

    it("are kept through a restart", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      await get(run.id, "/log?to=stdout&text=first-run");
      await runtime.stop(run.id, 5);
      await start(run);
      await logged(runtime, run.id, "first-run");
    });

    it("can be followed until the signal aborts", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      await logged(runtime, run.id, "listening");
      const stop = new AbortController();
      const seen: string[] = [];
      for await (const line of runtime.logs(run.id, { follow: true, tail: 1, since: null, signal: stop.signal })) {
        seen.push(line.text);
        if (seen.length === 1) {
          await get(run.id, "/log?to=stdout&text=live-out");
          await get(run.id, "/log?to=stderr&text=live-err");
        }
        if (seen.includes("live-out") && seen.includes("live-err")) stop.abort();
      }
      expect(seen).toHaveLength(3);
    });
  });
}

/** The first moment after `moment`, once the clock has passed it: engines may keep milliseconds only. */
async function later(moment: Date): Promise<Date> {
  while (Date.now() <= moment.getTime() + 1) await new Promise((resolve) => setImmediate(resolve));
  return new Date();
}
