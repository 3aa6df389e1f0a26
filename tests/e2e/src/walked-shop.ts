import { rm } from "node:fs/promises";
import type { BegunDeployment } from "@agentpod/core/api/deployment-view";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { isEnded } from "@agentpod/core/operation";
import { packFolder } from "@agentpod/host/pack-folder";
import { expect, vi } from "vitest";
import { type Installation, makeInstallation } from "./installation.ts";
import { quickShop } from "./quick-shop.ts";

const wait = { timeout: 600_000, interval: 50 };
const tenant = "acme";

/** How an operation ended, and at which points the server was killed meanwhile. */
export interface WalkedOperation extends OperationView {
  killedAt: string[];
}

/** An installation with the quick shop, whose server is killed in steps of operations. */
export interface WalkedShop {
  plane: Installation;
  client: ReturnType<Installation["client"]>;
  source: string;
  /** Gives the digest of a folder that was made a source of the tenant. */
  upload(folder: string): Promise<string>;
  /** Begins a deployment of an application although the server may die before it answers; gives its operation once that is stored. */
  begin(name: string, ask: () => Promise<BegunDeployment>): Promise<string>;
  /** The same of its end. */
  beginDestroy(name: string): Promise<string>;
  ended(operation: string): Promise<OperationView>;
  /** The server dies at each of these points that what `begin` begins comes by, and is started anew each time. */
  through(points: readonly string[], begin: () => Promise<string>): Promise<WalkedOperation>;
  destroy(): Promise<void>;
}

export async function walkedShop(runtime: "process" | "docker"): Promise<WalkedShop> {
  const plane = await makeInstallation(runtime);
  await plane.start();
  const client = plane.client();
  await client.tenants.create({ name: tenant });
  const upload = async (place: string): Promise<string> => {
    const { tar, digest } = await packFolder(place);
    const read = async (offset: number, length: number) => tar.subarray(offset, offset + length);
    return (await client.sources.upload(tenant, { digest, bytes: tar.length, read }, () => undefined)).digest;
  };
  const folder = await quickShop();
  const source = await upload(folder);
  await rm(folder, { recursive: true, force: true });
  const newestOf = async (name: string): Promise<string | undefined> =>
    (await client.deployments.list(tenant, { name, limit: 1 }))[0]?.operation ?? undefined;
  const newestDestroy = async (): Promise<string | undefined> =>
    (await client.operations.list({ kind: "deployment.destroy", limit: 1 }))[0]?.id;
  async function stored(ask: () => Promise<string>, newest: () => Promise<string | undefined>): Promise<string> {
    const before = await newest();
    try {
      return await ask();
    } catch (error) {
      const found = await vi.waitFor(newest, wait);
      if (found === undefined || found === before) throw error;
      return found;
    }
  }

  const shop: WalkedShop = {
    plane,
    client,
    source,
    upload,
    begin: (name, ask) =>
      stored(
        async () => (await ask()).operation.id,
        () => newestOf(name),
      ),
    beginDestroy: (name) => stored(async () => (await client.deployments.destroy(tenant, name)).id, newestDestroy),
    ended: (id) =>
      vi.waitFor(async () => {
        const operation = await client.operations.get(id);
        expect(isEnded(operation.state), operation.message).toBe(true);
        return operation;
      }, wait),
    async through(points, begin) {
      await plane.crashAt(...points);
      const id = await begin();
      let left = [...points];
      for (let kills = 1; left.length > 0; kills++) {
        const isOver = await vi.waitFor(async () => {
          if (plane.pendingCrashes().length < left.length) return false;
          const { state, steps } = await client.operations.get(id);
          expect(isEnded(state), `it is at ${steps.at(-1)?.name}, before ${left[0]}`).toBe(true);
          return true;
        }, wait);
        if (isOver) break;
        left = plane.pendingCrashes();
        // A supervisor that saw a server die starts the next after half a second; one that saw several takes its time, a fresh one does not.
        if (kills % 2 === 1 && left.length > 0) continue;
        plane.kill("supervisor");
        await plane.start();
      }
      return { ...(await shop.ended(id)), killedAt: points.filter((point) => !left.includes(point)) };
    },
    async destroy() {
      await client.close();
      await plane.destroy();
    },
  };
  return shop;
}
