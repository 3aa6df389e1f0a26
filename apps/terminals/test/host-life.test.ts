import { randomUUID } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { terminalRecords } from "../src/terminal-records.ts";
import { Terminals, terminalLimits } from "../src/terminals.ts";
import { type HostProcess, hostProcess } from "./host-process.ts";
import { look } from "./looking.ts";
import { processUnits, type Units } from "./units.ts";

let units: Units;
let host: HostProcess;
beforeAll(async () => {
  [units, host] = await Promise.all([processUnits(), hostProcess()]);
  await host.start();
  await host.tell(units.place);
});
afterAll(async () => {
  await host.close();
  await units.close();
});

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("F3 the terminal host", () => {
  it("listens for its own user alone, and writes nothing of what is typed or shown", async () => {
    const unit = await units.start();
    const { id } = await host.open(unit, ["sh", "-c", "echo shown-secret; exec cat"]);
    const view = await look(host.socket, id);
    await view.type("typed-secret\r");
    await view.until(/typed-secret/);
    expect(statSync(host.socket).mode & 0o777).toBe(0o600);
    expect(statSync(host.stateDir).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(host.stateDir)) expect(statSync(join(host.stateDir, file)).size).toBeLessThan(600);
    await host.call("DELETE", `/terminals/${id}`);
  });

  it("refuses what is no message of a view, and who looks for a terminal that is not there", async () => {
    const unit = await units.start();
    const { id } = await host.open(unit, ["cat"]);
    const view = await look(host.socket, id);
    view.resize({ cols: 0, rows: -1 });
    await expect.poll(async () => (await host.list(unit))[0]?.viewers).toBe(0);
    await look(host.socket, randomUUID());
    expect((await host.list(unit)).length).toBe(1);
    await host.call("DELETE", `/terminals/${id}`);
  });

  it("opens no more terminals in a pod than its limit", async () => {
    const unit = await units.start();
    const opened = await Promise.all(Array.from({ length: terminalLimits.perPod }, () => host.open(unit, ["cat"])));
    await expect(host.open(unit, ["cat"])).rejects.toMatchObject({ code: "quota_exceeded" });
    await Promise.all(opened.map(({ id }) => host.call("DELETE", `/terminals/${id}`)));
    expect(await host.list(unit)).toEqual([]);
  });

  it("stays with its terminals when it is asked to go, and goes with the last of them", async () => {
    const unit = await units.start();
    const { id } = await host.open(unit, ["cat"]);
    process.kill(host.pid, "SIGTERM");
    const view = await look(host.socket, id);
    await view.type("still here\r");
    await view.until(/still here/);
    const { pid } = host;
    await host.call("DELETE", `/terminals/${id}`).catch(() => undefined);
    await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false);
    await host.start();
    await host.tell(units.place);
  });

  it("closes what nobody has looked at or used for the idle time", async () => {
    const folder = await mkdtemp(join(tmpdir(), "agentpod-terminals-"));
    const unit = await units.start();
    const terminals = new Terminals(terminalRecords(folder), 1000);
    await terminals.setRuntime(units.place);
    const owner = { tenantId: randomUUID(), tenant: "acme", pod: "web" };
    const rest = { unit, owner, command: ["cat"], workdir: null, size: { cols: 80, rows: 24 }, openedBy: "token:test" };
    const [forgotten, watched] = await Promise.all([randomUUID(), randomUUID()].map((id) => terminals.open({ id, ...rest })));
    const view = terminals.attach(watched?.id ?? "", { bytes: () => undefined, say: () => undefined });
    await terminals.sweep(Date.now() + 500);
    expect(terminals.living).toBe(2);
    await terminals.sweep(Date.now() + 2000);
    expect(terminals.list(unit.pod).find(({ id }) => id === forgotten?.id)?.end).toEqual({ reason: "idle", exitCode: null });
    expect(terminals.living).toBe(1);
    view.leave();
    await terminals.sweep(Date.now() + 2000);
    expect(terminals.living).toBe(0);
    await terminals.sweep(Date.now() + terminalLimits.keepEndedMs + 1000);
    expect(terminals.list(unit.pod)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
