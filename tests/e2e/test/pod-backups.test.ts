import { readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { OperationView } from "@agentpod/core/api/operation-view";
import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { toAppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import type { PodSpecInput } from "@agentpod/core/pod-spec";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { areLongTests, unlessLong } from "../src/long-tests.ts";
import { nodePod } from "../src/node-unit.ts";
import { smallDisk } from "../src/small-disk.ts";

/** A notebook: GET reads its page, POST writes it; with a poisoned page it does not start. */
const script = `
const { readFileSync, writeFileSync, mkdirSync, symlinkSync, existsSync, readdirSync } = require("node:fs");
const page = process.env.DATA + "/notes/page";
const read = () => (existsSync(page) ? readFileSync(page, "utf8") : "(empty)");
if (read() === "poison") process.exit(3);
require("node:http").createServer(async (request, response) => {
  if (request.method === "POST") {
    let text = "";
    for await (const chunk of request) text += chunk;
    mkdirSync(process.env.DATA + "/notes", { recursive: true });
    if (!readdirSync(process.env.DATA).includes("away")) symlinkSync("/nowhere/at/all", process.env.DATA + "/away");
    writeFileSync(page, text);
  }
  response.end(read());
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;
const notebook = (): PodSpecInput => nodePod(script, { env: { DATA: "{{ volumes.data }}" }, volumes: [{ name: "data", path: "/data" }] });
const wait = { timeout: 120_000, interval: 100 };
/** Both runtimes at once, for most of it is waiting for a server to start; within one, each needs the one before. */
const inOrder = { concurrent: false };

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" && (areLongTests || !engineAnswers()) },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe(`A16 backups of a pod's volumes on ${runtime}${isHere ? "" : unlessLong}`, {
    concurrent: true,
    skip: !isHere,
    timeout: 900_000,
  }, () => {
    let plane: Installation;
    let client: ReturnType<Installation["client"]>;

    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      await plane.start();
      client = plane.client();
      await client.tenants.create({ name: "acme" });
    });
    afterAll(async () => {
      await client?.close();
      await plane?.destroy();
    });

    const serves = (name: string, page: string) =>
      vi.waitFor(async () => expect(await plane.get(`${name}-acme.localhost`)).toEqual({ status: 200, body: page }), wait);
    const write = async (name: string, page: string): Promise<void> => {
      expect(await plane.get(`${name}-acme.localhost`, "/", { method: "POST", body: page })).toEqual({ status: 200, body: page });
    };
    async function create(name: string, page: string): Promise<void> {
      await client.pods.create("acme", { name, spec: notebook() });
      await serves(name, "(empty)");
      await write(name, page);
    }
    const ended = (id: string): Promise<OperationView> =>
      vi.waitFor(async () => {
        const operation = await client.operations.get(id);
        expect(isEnded(operation.state)).toBe(true);
        return operation;
      }, wait);
    const volumes = (pod: string) => plane.inStore(async (store) => (await store.pods.get("acme", pod)).volumeCopies);

    it("write, back up, destroy the volume, restore: the data is back", inOrder, async () => {
      await create("book", "precious");
      const made = await plane.json<PodBackupView>("pod", "backup", "create", "acme/book");
      expect(made).toMatchObject({ state: "ready", volumes: [{ unit: "app", volume: "data", how: "stopped", bytes: 8, entries: 4 }] });
      await serves("book", "precious");
      const { id } = await client.pods.get("acme", "book");
      await client.pods.stop("acme", "book");
      await vi.waitFor(async () => expect(await client.pods.get("acme", "book")).toMatchObject({ phase: "stopped" }), wait);
      await destroyVolume(id);
      await client.pods.start("acme", "book");
      await serves("book", "(empty)");
      expect(await plane.cli("pod", "backup", "restore", "acme/book", "--yes")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("acme/book is up"),
      });
      await serves("book", "precious");
      await write("book", "and goes on");
      expect(await plane.cli("pod", "backup", "verify", "acme/book")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("It is whole."),
      });
    });

    async function destroyVolume(pod: string): Promise<void> {
      if (runtime === "process") return rm(join(plane.home.pods, pod, "volumes", "app", "data"), { recursive: true });
      const filter = ["--filter", `label=agentpod.pod=${pod}`];
      docker("rm", "-f", ...docker("ps", "-aq", ...filter).split("\n"));
      docker("volume", "rm", ...docker("volume", "ls", "-q", ...filter).split("\n"));
    }

    it("as a new pod, and in a drill, whose report is shown", inOrder, async () => {
      expect(await plane.cli("pod", "backup", "restore", "acme/book", "--as", "acme/copy")).toMatchObject({ code: 0 });
      await serves("copy", "precious");
      await serves("book", "and goes on");
      const drilled = await plane.cli("pod", "backup", "drill", "acme/book");
      expect(drilled).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/drill +\d+s ago passed in \d+ s: A pod made from it came up/),
      });
      await vi.waitFor(async () => expect((await client.pods.list("acme")).map(({ name }) => name).sort()).toEqual(["book", "copy"]), wait);
    });

    it("a restore with which the pod does not come up leaves it as it was", inOrder, async () => {
      await create("sick", "poison");
      const { id } = await plane.json<PodBackupView>("pod", "backup", "create", "acme/sick", "--live");
      await write("sick", "well again");
      const restored = await plane.cli("pod", "backup", "restore", "acme/sick", id.slice(0, 8), "--yes");
      expect(restored).toMatchObject({ code: 6, stderr: expect.stringContaining("does not come up") });
      await serves("sick", "well again");
    });

    it("a pod deleted meanwhile ends its restore, and nothing of it stays", inOrder, async () => {
      await create("brief", "soon gone");
      await plane.json("pod", "backup", "create", "acme/brief");
      await serves("brief", "soon gone");
      const [backup] = await client.podBackups.list("acme", "brief");
      const { operation } = await client.podBackups.restore("acme", backup?.id ?? "");
      await client.pods.delete("acme", "brief", false);
      expect(["failed", "succeeded"]).toContain((await ended(operation)).state);
      // Not by `rejects`: of two runtimes at once, vitest would lay what fails meanwhile at the other's door.
      const isGone = async (): Promise<void> => expect((await client.pods.list("acme")).map(({ name }) => name)).not.toContain("brief");
      await vi.waitFor(isGone, wait);
    });

    /** Until it is stored: the server may die before the request, or after it and before the answer. */
    async function intend<T extends { operation: string }>(act: () => Promise<T>): Promise<string> {
      return vi.waitFor(async () => {
        try {
          return (await act()).operation;
        } catch (error) {
          if (toAppError(error).code !== "conflict") throw error;
          const [operation] = await client.operations.list({ tenant: "acme", limit: 1 });
          return operation?.id ?? "";
        }
      }, wait);
    }

    async function succeeds(seq: number, act: () => Promise<{ operation: string }>): Promise<void> {
      const { state, message, steps } = await ended(await intend(act));
      expect(state, `${seq}: ${message}: ${JSON.stringify(steps)}`).toBe("succeeded");
    }

    it("the server killed before and after every step of a backup and of a restore: done in the end, and never half", inOrder, async () => {
      await create("killed", "walked");
      const [first] = await Promise.all([plane.json<PodBackupView>("pod", "backup", "create", "acme/killed")]);
      await serves("killed", "walked");
      for (const seq of [1, 2, 3, 4, 5, 6, 7]) {
        await freshSupervisor();
        await plane.crashAt(`before:operation:${seq}`, `after:operation:${seq}`);
        await succeeds(seq, () => client.podBackups.create("acme", "killed"));
        expect(plane.pendingCrashes(), `step ${seq} of a backup`).toEqual([]);
        await serves("killed", "walked");
      }
      for (const seq of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
        await write("killed", `before ${seq}`);
        await freshSupervisor();
        await plane.crashAt(`before:operation:${seq}`, `after:operation:${seq}`);
        await succeeds(seq, () => client.podBackups.restore("acme", first.id));
        expect(plane.pendingCrashes(), `step ${seq} of a restore`).toEqual([]);
        await serves("killed", "walked");
      }
      expect(await volumes("killed")).toEqual({ "app/data": 10 });
      const states = (await client.podBackups.list("acme", "killed")).map(({ state }) => state);
      expect(states).toEqual(Array.from({ length: 8 }, () => "ready"));
    });

    /** A fresh supervisor waits least before it starts a server again. */
    async function freshSupervisor(): Promise<void> {
      plane.kill("supervisor");
      await plane.start();
    }

    it.skipIf(process.getuid?.() !== 0)(
      "a disk that is full fails the backup with a sentence, leaves nothing, and the pod goes on",
      inOrder,
      async () => {
        const folder = join(plane.home.root, "small");
        await mkdir(folder);
        const takeOff = smallDisk(folder, 64, "0700");
        try {
          await client.podBackups.addTarget(null, { name: "small", config: { kind: "folder", path: folder } });
          await create(
            "large",
            Array.from({ length: 200_000 }, () => Math.random().toString(36))
              .join(" ")
              .slice(0, 900_000),
          );
          const told = await plane.cli("pod", "backup", "create", "acme/large", "--target", "small");
          expect(told).toMatchObject({ code: 8, stderr: expect.stringMatching(/disk of .* is full/) });
          expect(filesBelow(folder)).toEqual([]);
          expect(await client.podBackups.list("acme", "large")).toMatchObject([
            { state: "failed", message: expect.stringContaining("is full") },
          ]);
          expect((await plane.get("large-acme.localhost")).status).toBe(200);
        } finally {
          takeOff();
        }
      },
    );
  });

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
