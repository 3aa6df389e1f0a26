import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { engineAnswers } from "../src/engine.ts";
import { areLongTests, unlessLong } from "../src/long-tests.ts";
import { type WalkedShop, walkedShop } from "../src/walked-shop.ts";

const wait = { timeout: 300_000, interval: 100 };
const host = "shop-acme.localhost";

/** A visitor whose connection stays. */
interface Visitor {
  /** What it is answered. */
  says(text: string): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

async function visit(port: number): Promise<Visitor> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: `${host}:${port}` } });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    closed,
    says: (text) =>
      new Promise((resolve, reject) => {
        socket.once("message", (data) => resolve(String(data)));
        closed.then(() => reject(new Error("it was closed without an answer")));
        socket.send(text);
      }),
  };
}

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" && (areLongTests || !engineAnswers()) },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(`C8 P7 WebSockets over a release on ${runtime}${isHere ? "" : unlessLong}`, { timeout: 1_200_000 }, () => {
    let shop: WalkedShop;
    beforeAll(async () => {
      shop = await walkedShop(runtime);
    }, 900_000);
    afterAll(() => shop?.destroy(), 600_000);

    const deploy = (version: string) => () =>
      shop.begin("shop", () => shop.client.deployments.deploy("acme", "shop", { source: shop.source, environment: { VERSION: version } }));
    const back = () => shop.begin("shop", () => shop.client.deployments.rollBack("acme", "shop"));

    it("each has its time to end by itself and is then told to come again, which gets it the new version: of a deployment, and of going back", async () => {
      expect((await shop.ended(await deploy("v1")())).state).toBe("succeeded");
      const { spec } = await shop.client.pods.get("acme", "shop");
      // As long as somebody needs who sees the switch and sends a word.
      await shop.client.pods.update("acme", "shop", {
        spec: { ...spec, routes: spec.routes.map((route) => ({ ...route, drainSeconds: 12 })) },
      });
      await vi.waitFor(async () => {
        const { generation, observedGeneration, phase } = await shop.client.pods.get("acme", "shop");
        expect([observedGeneration, phase]).toEqual([generation, "running"]);
      }, wait);
      for (const [from, to, begin] of [
        ["v1", "v2", deploy("v2")],
        ["v2", "v1", back],
      ] as const) {
        const visitor = await visit(shop.plane.port);
        expect(await visitor.says("before")).toBe(`${from} before`);
        const operation = await begin();
        await vi.waitFor(async () => expect(await shop.plane.get(host)).toEqual({ status: 200, body: to }), wait);
        expect(await visitor.says("still here")).toBe(`${from} still here`);
        expect(await visitor.closed).toEqual({ code: 1012, reason: "restarting" });
        const done = await shop.ended(operation);
        expect(done.state, JSON.stringify(done.steps)).toBe("succeeded");
        expect(await (await visit(shop.plane.port)).says("again")).toBe(`${to} again`);
      }
    });
  });
