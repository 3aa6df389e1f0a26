import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Operation } from "@agentpod/core/operation";
import type { Pod } from "@agentpod/core/pod";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { extract, pack } from "tar-stream";
import { vi } from "vitest";
import { eventFeed } from "../src/routes/event-feed.ts";
import type { VolumeBackupDeps } from "../src/volume-backups/volume-backup-deps.ts";
import { volumeWorkflows } from "../src/volume-backups/workflows.ts";
import { startOperationRunner } from "../src/workflows/operation-runner.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";

/** A notebook: what is in its volume it serves; with a poisoned page it is not healthy. */
const notebook: MemoryProgram = ({ files, exit }) => ({
  request(_request, response) {
    const page = files.read("/data/page") ?? "(empty)";
    response.statusCode = page === "poison" ? 500 : 200;
    response.end(page);
  },
  term: () => exit(0),
  exec({ argv, workdir, exit: end, stderr }) {
    if (argv[0] === "copy") files.write(`${workdir}/.copy/page`, `copy of ${files.read("/data/page")}`);
    else stderr.write("there is no such program\n");
    end(argv[0] === "copy" ? 0 : 3);
  },
});

export const notebookSpec = (backup?: object) => ({
  units: [
    {
      name: "app",
      image: "notebook:1",
      ports: [{ name: "http", container: 8080 }],
      env: { PASSWORD: "{{ secrets.password }}" },
      volumes: [{ name: "data", path: "/data", ...(backup && { backup }) }],
      probe: { kind: "http", port: "http", intervalSeconds: 0.2, startSeconds: 2 },
    },
  ],
  routes: [{ unit: "app", port: "http" }],
});

export interface BackupRig {
  api: ApiRig;
  /** Files below the folder of the home, by their paths. */
  files(): Promise<string[]>;
  pod(name: string): Promise<Pod>;
  /** Makes a pod of acme and waits until it runs. */
  create(name: string, backup?: object): Promise<Pod>;
  write(name: string, page: string): Promise<void>;
  /** What the pod serves; undefined while it does not. */
  page(name: string): Promise<string | undefined>;
  reaches(name: string, phase: Pod["status"]["phase"]): Promise<void>;
  /** A request that begins an operation, and how that ended. */
  ended(path: string, body?: object): Promise<Operation & { asked: Record<string, string> }>;
  /** A backup that is whole. */
  backUp(name: string, body?: object): Promise<string>;
  call(method: string, path: string, body?: unknown): ReturnType<typeof request>;
  close(): Promise<void>;
}

/** The API with the memory runtime, and the runner of operations on it. */
export async function backupRig(
  serverUrl: string,
  changes: (deps: VolumeBackupDeps) => VolumeBackupDeps = (deps) => deps,
): Promise<BackupRig> {
  const api = await apiRig(serverUrl, { program: notebook });
  const { database, runtime, log, clock } = api.deps;
  await api.admin.tenants.create({ name: "acme" });
  const feed = eventFeed(database, log);
  const runner = startOperationRunner({
    workflows: [...volumeWorkflows(changes(api.volumes))],
    database,
    workflowDatabase: openWorkflowDatabase(api.ownerUrl, api.masterKey),
    feed,
    owner: "backup-test",
    crash: () => undefined,
    clock,
    log,
  });
  const call = (method: string, path: string, body?: unknown) => request(api, api.adminToken, method, `/tenants/acme${path}`, body);
  const pod = (name: string) => database.asSystem((store) => store.pods.get("acme", name));
  const idOf = (found: Pod) => ({ pod: found.id, unit: "app", revision: found.status.units[0]?.revision ?? "" });
  const rig: BackupRig = {
    api,
    call,
    pod,
    files: async () =>
      (await readdir(join(api.volumes.home.backups, "pods"), { recursive: true, withFileTypes: true }).catch(() => []))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    async create(name, backup) {
      await api.admin.pods.create("acme", { name, spec: notebookSpec(backup), inputs: { password: "secret of the pod" } });
      await rig.reaches(name, "running");
      return pod(name);
    },
    async write(name, page) {
      const tar = pack();
      tar.entry({ name: "page" }, page);
      tar.finalize();
      await runtime.writeFiles(idOf(await pod(name)), "/data", Readable.from(tar, { objectMode: false }));
    },
    async page(name) {
      const tar = await runtime.readFiles(idOf(await pod(name)), "/data/page").catch(() => null);
      const found = await runtime.observe([(await pod(name)).id]);
      if (tar === null || found.units.length === 0) return undefined;
      const entries = extract();
      tar.pipe(entries as never);
      for await (const entry of entries) return await text(entry as never);
      return undefined;
    },
    reaches: (name, phase) =>
      vi.waitFor(
        async () => {
          const { status, generation } = await pod(name);
          if (status.phase !== phase || status.observedGeneration !== generation)
            throw new Error(`${name} is ${status.phase}: ${status.message}`);
        },
        { timeout: 30_000, interval: 50 },
      ),
    async ended(path, body = {}) {
      const asked = await call("POST", path, body);
      if (asked.status !== 202) throw new Error(`${asked.status}: ${asked.text}`);
      const id: string = asked.body.operation;
      const operation = await vi.waitFor(
        async () => {
          const found = await database.asSystem((store) => store.operations.get(id));
          if (found.endedAt === null)
            throw new Error(`${found.state}: ${JSON.stringify(await database.asSystem((store) => store.operations.steps(id)))}`);
          return found;
        },
        { timeout: 60_000, interval: 50 },
      );
      return { ...operation, asked: asked.body };
    },
    async backUp(name, body) {
      const { state, message, asked } = await rig.ended(`/pods/${name}/backups`, body);
      if (state !== "succeeded") throw new Error(message);
      return asked.backup as string;
    },
    async close() {
      await runner.stop();
      feed.close();
      await api.close();
    },
  };
  return rig;
}
