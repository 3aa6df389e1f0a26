import { once } from "node:events";
import { describe, expect, it } from "vitest";
import WebSocket from "ws";
import { type Bench, reaches } from "./bench.ts";

/** Ports and how they are dialled. */
export function networkConformance(bench: () => Bench): void {
  describe("P6 ports", () => {
    it("can be dialled, several at once, also for a WebSocket", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      const unit = await start(run);
      expect(unit.endpoints.http).toBeDefined();
      const bodies = await Promise.all([get(run.id, "/"), get(run.id, "/"), get(run.id, "/")]);
      expect(new Set(bodies).size).toBe(1);

      const stream = await runtime.dial(run.id, "http");
      const socket = new WebSocket("ws://unit/ws", { createConnection: () => stream as never });
      await once(socket, "open");
      socket.send("ping?");
      const [message] = await once(socket, "message");
      expect(String(message)).toBe("ping?");
      socket.terminate();
    });

    it("says unavailable when nothing listens and not_found when there is no such unit or port", async () => {
      const { runtime, run: make } = bench();
      const run = await make({ env: { NO_LISTEN: "1" } });
      await expect(runtime.dial(run.id, "http")).rejects.toMatchObject({ code: "not_found" });
      await runtime.preparePod(run.scope);
      await runtime.prepareImage(run, () => {});
      await runtime.ensure(run);
      await reaches(runtime, run.id, "running");
      await expect(answered(runtime.dial(run.id, "http"))).rejects.toMatchObject({ code: "unavailable" });
      await expect(runtime.dial(run.id, "nothing")).rejects.toMatchObject({ code: "not_found" });
    });
  });
}

/** An engine's proxy may accept and then hang up: that is no service either. */
async function answered(dialled: ReturnType<Bench["runtime"]["dial"]>): Promise<void> {
  const stream = await dialled;
  stream.on("error", () => {});
  stream.write("GET / HTTP/1.0\r\n\r\n");
  const [first] = await Promise.race([once(stream, "data"), once(stream, "close")]);
  stream.destroy();
  if (first === undefined || typeof first === "boolean") throw Object.assign(new Error("hung up"), { code: "unavailable" });
}
