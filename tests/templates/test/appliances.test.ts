import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers } from "../../e2e/src/engine.ts";
import { type Installation, makeInstallation } from "../../e2e/src/installation.ts";

const templates = join(import.meta.dirname, "../../../templates");
/** The client that the sample application brings along. */
const { Pool } = createRequire(join(templates, "node-postgres/app/package.json"))("pg") as {
  Pool: new (
    options: object,
  ) => {
    query(text: string): Promise<{ rows: Record<string, string>[] }>;
    end(): Promise<void>;
    on(event: "error", listener: () => void): void;
  };
};

/** What the templates say of themselves: all that is said here to be tested is started below. */
const tested = readdirSync(templates).flatMap((name) => {
  const said = /^tested: \[(.*)\]$/m.exec(readFileSync(join(templates, name, "template.yaml"), "utf8"))?.[1];
  return (said?.split(", ") ?? []).map((runtime) => ({ name, runtime }));
});
const ofThis = (runtime: string) => tested.filter((one) => one.runtime === runtime).map(({ name }) => name);

const wait = { timeout: 600_000, interval: 200 };

/** Talks to one appliance: throws while what it does is not so. */
interface Talk {
  write(): Promise<void>;
  read(): Promise<void>;
  /** Refused without the password, or with another. */
  stranger?(): Promise<void>;
}

describe.each([
  { runtime: "docker" as const, isHere: engineAnswers() },
  { runtime: "process" as const, isHere: process.platform === "linux" },
])("C5 appliances on $runtime", ({ runtime, isHere }) => {
  let plane: Installation;

  beforeAll(async () => {
    if (!isHere) return;
    plane = await makeInstallation(runtime);
    await plane.start();
    await plane.client().tenants.create({ name: "acme" });
  }, 900_000);
  afterAll(async () => {
    await plane?.cli("tenant", "delete", "acme", "--force", "--yes");
    const isGone = async () => expect(await plane.client().tenants.list()).toEqual([]);
    if (plane) await vi.waitFor(isGone, wait).catch(() => undefined);
    await plane?.destroy();
  }, 900_000);

  it("some are said to be tested", () => expect(ofThis(runtime).length).toBeGreaterThan(4));

  it.skipIf(!isHere).concurrent.each(ofThis(runtime))(
    "%s starts, works, and has its data after a restart",
    { timeout: 900_000 },
    async (template) => {
      const client = plane.client();
      const view = (): Promise<PodView> => client.pods.get("acme", template);
      const isRunning = (generation: number) =>
        vi.waitFor(async () => {
          const { phase, message, observedGeneration } = await view();
          if (phase !== "running" || observedGeneration < generation) throw new Error(`${template} is ${phase}: ${message}`);
        }, wait);
      await isRunning((await client.pods.create("acme", { name: template, template })).generation);
      const talk = await talkTo(plane, runtime, await view());
      await talk.stranger?.();
      await vi.waitFor(() => talk.write(), wait);
      await vi.waitFor(() => talk.read(), wait);
      await isRunning((await client.pods.restart("acme", template)).generation);
      const again = await talkTo(plane, runtime, await view());
      await vi.waitFor(() => again.read(), wait);
      await client.pods.delete("acme", template);
      await client.close();
    },
  );
});

async function talkTo(plane: Installation, runtime: "docker" | "process", pod: PodView): Promise<Talk> {
  const [unit] = pod.spec.units;
  const kind = Object.keys(unit?.env ?? {}).find((name) => /^(POSTGRES|REDIS|MARIADB)_PASSWORD$/.test(name));
  if (kind === undefined || pod.addresses.length > 0) return overHttp(plane, pod);
  const client = plane.client();
  const password = (await client.pods.revealSecret("acme", pod.name, "password")).value;
  await client.close();
  if (kind === "MARIADB_PASSWORD") return mariadb(plane, pod, password);
  const facts = await plane.inStore((store) => store.pods.facts([pod.id]));
  const port = facts[0]?.allocations.find((one) => one.kind === "port")?.value ?? 0;
  return kind === "REDIS_PASSWORD" ? redis(port, password) : postgres(port, password, pod, runtime);
}

/** A page; of one for a language, the version that its name says; of one with a database, what was put there. */
function overHttp(plane: Installation, pod: PodView): Talk {
  const host = new URL(pod.addresses[0] ?? "").hostname;
  const version = /^(node|python)-(\d+(?:-\d+)?)$/.exec(pod.name);
  const read = async (): Promise<void> => {
    const { status, body } = await plane.get(host, pod.name === "node-postgres" ? "/items" : "/");
    expect(status).toBe(200);
    if (pod.name === "node-postgres") expect(JSON.parse(body)).toMatchObject([{ text: "milk" }]);
    const [, language = "", wanted = ""] = version ?? [];
    if (version) expect(`${JSON.parse(body)[language].replace("v", "")}.`).toMatch(new RegExp(`^${wanted.replace("-", "\\.")}\\.`));
  };
  const write = async (): Promise<void> => {
    if (pod.name !== "node-postgres") return;
    expect((await plane.get(host, "/items", { method: "POST", body: '{"text":"milk"}' })).status).toBe(201);
  };
  return { write, read };
}

function postgres(port: number, password: string, { name }: PodView, runtime: string): Talk {
  const query = async (text: string, given = password) => {
    const pool = new Pool({ host: "127.0.0.1", port, user: "app", database: "app", password: given, max: 1 });
    pool.on("error", () => undefined);
    try {
      return (await pool.query(text)).rows;
    } finally {
      await pool.end();
    }
  };
  const major = /^postgres-(\d+)$/.exec(name)?.[1] ?? (runtime === "process" ? "18" : "17");
  return {
    write: async () => void (await query("create table if not exists kept as select 'milk' as text")),
    async read() {
      expect(await query("select text from kept")).toEqual([{ text: "milk" }]);
      expect((await query("show server_version"))[0]?.server_version).toMatch(new RegExp(`^${major}\\.`));
    },
    stranger: () => expect(query("select 1", "another-password")).rejects.toThrow(/password authentication failed/),
  };
}

function redis(port: number, password: string): Talk {
  const say = async (...commands: string[]): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      let answer = "";
      for (const command of commands) {
        socket.write(`${command}\r\n`);
        answer = String((await once(socket, "data"))[0]);
      }
      return answer.trim();
    } finally {
      socket.destroy();
    }
  };
  return {
    write: async () => expect(await say(`AUTH ${password}`, "SET kept milk")).toBe("+OK"),
    read: async () => expect(await say(`AUTH ${password}`, "GET kept")).toBe("$4\r\nmilk"),
    async stranger() {
      expect(await say("GET kept")).toMatch(/NOAUTH/);
      expect(await say("AUTH another-password")).toMatch(/WRONGPASS/);
    },
  };
}

/** From the container's own address: what its users may do from elsewhere. */
function mariadb(plane: Installation, { name }: PodView, password: string): Talk {
  const script = 'exec mariadb --batch --skip-column-names --host="$(hostname --ip-address)" --user=app --password="$1" app --execute="$2"';
  const query = (text: string, given = password) => plane.cli("pod", "exec", `acme/${name}`, "--", "sh", "-c", script, "sh", given, text);
  return {
    write: async () =>
      expect(await query("create table if not exists kept (text varchar(9)); replace into kept values ('milk')")).toMatchObject({
        code: 0,
      }),
    read: async () => expect((await query("select distinct text from kept")).stdout).toBe("milk\n"),
    stranger: async () =>
      vi.waitFor(async () => expect((await query("select 1", "another-password")).stderr).toMatch(/Access denied/), wait),
  };
}
