import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createClient } from "@agentpod/client/create-client";
import type { TerminalConnection } from "@agentpod/client/open-terminal";
import type { TerminalEnd } from "@agentpod/core/api/terminal-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { type Installation, makeInstallation, root } from "../src/installation.ts";

let installation: Installation;
const patient = { timeout: 30_000, interval: 50 };
const ticking = ["sh", "-c", 'i=0; while :; do i=$((i+1)); printf "\\033[H\\033[2Jtick %s." $i; sleep 0.1; done'];

beforeAll(async () => {
  installation = await makeInstallation("process");
  await installation.start();
  for (const tenant of ["acme", "bolts"]) expect((await installation.cli("tenant", "create", tenant)).code).toBe(0);
  for (const pod of ["web", "other"]) {
    const { code, stderr } = await installation.cli("pod", "create", `acme/${pod}`, "--template", "hello", "--wait");
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
});
afterAll(() => installation.destroy());

interface Seen {
  /** Everything since the last whole screen. */
  text(): string;
  end(): TerminalEnd | null;
  connection: TerminalConnection;
}

async function look(id: string, pod = "web"): Promise<Seen> {
  let text = "";
  let end: TerminalEnd | null = null;
  const connection = await installation.client().terminals.look(
    "acme",
    pod,
    id,
    { cols: 80, rows: 24 },
    {
      output(bytes, done) {
        text += Buffer.from(bytes).toString();
        done();
      },
      snapshot() {
        text = "";
      },
      size: () => undefined,
      title: () => undefined,
      end(told) {
        end = told;
      },
    },
  );
  return { text: () => text, end: () => end, connection };
}

const tick = (seen: Seen) => Number([...seen.text().matchAll(/tick (\d+)\./g)].at(-1)?.[1] ?? 0);
/** The server comes back by itself: until then calls are refused. */
const again = async <T>(work: () => Promise<T>): Promise<T> => {
  const results: T[] = [];
  const isDone = async () => {
    const result = await work().catch(() => null);
    if (result !== null) results.push(result);
    return results.length > 0;
  };
  await expect.poll(isDone, patient).toBe(true);
  return results[0] as T;
};
const events = async (type: string) =>
  (await installation.client().events.list({ tenant: "acme", limit: 200 })).filter((event) => event.type === type);

describe("F3 a terminal outlives the control plane", () => {
  it("a server killed by force: same host, same program, same screen", async () => {
    const { id } = await installation.client().terminals.open("acme", "web", { command: ticking });
    const before = await look(id);
    await expect.poll(() => tick(before), patient).toBeGreaterThan(2);
    const host = installation.pid("terminals");
    const seen = tick(before);
    installation.kill("server");
    await expect(before.connection.gone).rejects.toMatchObject({ code: "unavailable" });
    const after = await again(() => look(id));
    await expect.poll(() => tick(after), patient).toBeGreaterThan(seen);
    expect(installation.pid("terminals")).toBe(host);

    // The whole of AgentPod stopped and started: what runs in pods goes on, and so do terminals.
    expect(await installation.stop()).toBe(0);
    await installation.start();
    expect(installation.pid("terminals")).toBe(host);
    const third = await again(() => look(id));
    await expect.poll(() => tick(third), patient).toBeGreaterThan(tick(after));
    await installation.client().terminals.close("acme", "web", id);
    await expect.poll(third.end, patient).toEqual({ reason: "closed", exitCode: null });
  });

  it("a terminal host killed by force: it comes back, ends what was left, and says so", async () => {
    const { id } = await installation.client().terminals.open("acme", "web", { command: ["sh", "-c", "trap '' HUP; exec sleep 8642"] });
    const seen = await look(id);
    const host = installation.pid("terminals");
    installation.kill("terminals");
    await expect(seen.connection.gone).rejects.toMatchObject({ code: "unavailable" });
    await expect
      .poll(async () => (await events("terminal.closed")).find((event) => event.data.terminal === id), patient)
      .toMatchObject({
        result: "failed",
        actor: "system",
        data: { reason: "host_ended" },
      });
    expect(installation.pid("terminals")).not.toBe(host);
    const left = await installation.cli(
      "pod",
      "exec",
      "acme/web",
      "--",
      "sh",
      "-c",
      "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep [8]642'",
    );
    expect(left.stdout.trim()).toBe("0");
    const { id: next } = await again(() => installation.client().terminals.open("acme", "web"));
    await installation.client().terminals.close("acme", "web", next);
  });

  it("a unit that is restarted ends its terminals, and the event log says why", async () => {
    const { id } = await installation.client().terminals.open("acme", "other", { command: ticking });
    const seen = await look(id, "other");
    await expect.poll(() => tick(seen), patient).toBeGreaterThan(1);
    expect((await installation.cli("pod", "restart", "acme/other", "--wait")).code).toBe(0);
    await expect.poll(seen.end, patient).toEqual({ reason: "run_ended", exitCode: null });
    await expect
      .poll(async () => (await events("terminal.closed")).find((event) => event.data.terminal === id)?.data.reason, patient)
      .toBe("run_ended");
  });
});

describe("F3 P9 who may open, look at and close a terminal", () => {
  const status = (path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${installation.port}/api/v1${path}`, {
        headers: { host: `localhost:${installation.port}`, ...headers },
      });
      socket.on("error", reject);
      socket.on("unexpected-response", (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on("open", () => {
        resolve(101);
        socket.close();
      });
    });

  it("no other tenant, no viewer, no other site, no terminal of another pod", async () => {
    const client = installation.client();
    const { id } = await client.terminals.open("acme", "web", { command: ["cat"] });
    const tokenOf = async (tenant: string, role: "viewer" | "operator") =>
      (await client.tokens.create({ name: `${role}-${tenant}`, tenant, role })).secret;
    const [operator, viewer, stranger] = [
      await tokenOf("acme", "operator"),
      await tokenOf("acme", "viewer"),
      await tokenOf("bolts", "operator"),
    ];
    const path = `/tenants/acme/pods/web/terminals/${id}/attach`;
    const as = (token: string) => ({ authorization: `Bearer ${token}` });
    expect(await status(path, as(operator))).toBe(101);
    expect(await status(path, { ...as(operator), origin: `http://localhost:${installation.port}` })).toBe(101);
    expect(await status(path, { ...as(operator), origin: "http://evil.example" })).toBe(403);
    expect(await status(path, { ...as(operator), origin: `http://web-acme.localhost:${installation.port}` })).toBe(403);
    expect(await status(path, as(viewer))).toBe(403);
    expect(await status(path, as(stranger))).toBe(404);
    expect(await status(path, {})).toBe(401);
    expect(await status(`${path}?token=${operator}`, {})).toBe(401);
    expect(await status(`/tenants/acme/pods/other/terminals/${id}/attach`, as(operator))).toBe(404);
    for (const [token, code] of [
      [viewer, "forbidden"],
      [stranger, "not_found"],
    ] as const) {
      const other = createClient({ baseUrl: client.baseUrl, token });
      await expect(other.terminals.open("acme", "web")).rejects.toMatchObject({ code });
      await expect(other.terminals.list("acme", "web")).rejects.toMatchObject({ code });
      await expect(other.terminals.close("acme", "web", id)).rejects.toMatchObject({ code });
      await other.close();
    }
    expect((await client.terminals.list("acme", "web")).find((one) => one.id === id)?.end).toBeNull();
    await client.terminals.close("acme", "web", id);
  });

  it("everything is in the event log, and nothing of what was typed or shown", async () => {
    const client = installation.client();
    const { id } = await client.terminals.open("acme", "web", { command: ["sh", "-c", "echo shown-secret; cat"] });
    const seen = await look(id);
    seen.connection.input(Buffer.from("typed-secret\r"));
    await expect.poll(seen.text, patient).toMatch(/typed-secret/);
    await client.terminals.close("acme", "web", id);
    for (const type of ["terminal.opened", "terminal.closed"])
      expect((await events(type)).filter((event) => event.data.terminal === id)).toMatchObject([
        { result: "ok", pod: "web", data: { unit: "web" } },
      ]);
    // An operator's token looked at what another has opened; the refused tried.
    expect((await events("terminal.joined")).map((event) => event.result).sort()).toEqual(expect.arrayContaining(["ok", "refused"]));
    expect(JSON.stringify(await client.events.list({ limit: 500 }))).not.toMatch(/(shown|typed)-secret/);
  });
});

describe("F3 the CLI joins a terminal", () => {
  /** The CLI on a real terminal, which `script` makes. */
  function attach(...more: string[]): { child: ChildProcess; printed(): string; exited: Promise<number> } {
    const command = [join(root, "agentpod"), "pod", "terminal", "attach", "acme/web", ...more].join(" ");
    const child = spawn("script", ["-qfec", command, "/dev/null"], {
      env: { ...process.env, AGENTPOD_HOME: installation.home.root, AGENTPOD_PORT: String(installation.port), TERM: "xterm-256color" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout?.on("data", (chunk) => {
      printed += String(chunk);
    });
    return { child, printed: () => printed, exited: once(child, "exit").then(([code]) => code as number) };
  }

  it("attaches, leaves, comes back, lists and closes", async () => {
    const first = attach();
    await expect.poll(first.printed, patient).toMatch(/[$#] /);
    first.child.stdin?.write("echo it is $((6*7))\r");
    await expect.poll(first.printed, patient).toMatch(/it is 42/);
    first.child.stdin?.write("\x1d");
    expect(await first.exited).toBe(0);
    expect(first.printed()).toMatch(/Left; what runs goes on/);

    const [open] = (await installation.json<{ id: string; end: unknown }[]>("pod", "terminal", "list", "acme/web")).filter(
      (one) => one.end === null,
    );
    const second = attach();
    await expect.poll(second.printed, patient).toMatch(/it is 42/);
    expect((await installation.cli("pod", "terminal", "close", "acme/web", open?.id ?? "")).code).toBe(0);
    await second.exited;
    expect(second.printed()).toMatch(/The terminal was closed/);
  });
});
