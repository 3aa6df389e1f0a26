import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processFile, writeProcessFile } from "@agentpod/host/process-file";
import { expect, it, onTestFinished } from "vitest";
import { ownPids } from "../src/metrics/own-pids.ts";

async function startNoted(run: string, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "ignore" });
  await once(child, "spawn");
  writeProcessFile(processFile(run, name), child.pid as number);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

it("P12 AgentPod's own figures are those of all its processes that live", async () => {
  const run = mkdtempSync(join(tmpdir(), "agentpod-run-"));
  onTestFinished(() => rmSync(run, { recursive: true }));
  const children = [];
  for (const name of ["supervisor", "gateway", "terminals"]) children.push(await startNoted(run, name));
  const home = { run, postgres: join(run, "none") };
  expect(await ownPids(home)).toEqual([process.pid, ...children.map(({ pid }) => pid)]);
  const gone = children[1] as ChildProcess;
  gone.kill("SIGKILL");
  await once(gone, "exit");
  expect(await ownPids(home)).not.toContain(gone.pid);
});
