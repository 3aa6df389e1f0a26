// `npm run demo`: the closed loop in a throw-away home, narrated, with times: start, tenant, pod, kill, recovery, server
// killed, delete. Ends with 0 when all of it happened.
import { setTimeout as delay } from "node:timers/promises";
import type { PodView } from "@agentpod/core/api/pod-view";
import { docker, engineAnswers } from "./engine.ts";
import { makeInstallation } from "./installation.ts";

const asked = process.env.AGENTPOD_RUNTIME;
const runtime = asked === "docker" || asked === "process" ? asked : engineAnswers() ? "docker" : "process";
const pod = await makeInstallation(runtime);
const began = performance.now();
const say = (line: string): void => console.log(`${((performance.now() - began) / 1000).toFixed(2).padStart(7)} s  ${line}`);
const host = "web-acme.localhost";

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  say(`${what} (${Math.round(performance.now() - from)} ms)`);
  return result;
}

async function agentpod(...args: string[]): Promise<void> {
  console.log(`          $ agentpod ${args.join(" ")}`);
  const { code, stdout, stderr } = await pod.cli(...args);
  for (const line of `${stdout}${stderr}`.trim().split("\n")) console.log(`          ${line}`);
  if (code !== 0) throw new Error(`it ended with ${code}`);
}

/** Milliseconds until the URL answers 200. */
async function answers(): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    const answer = await pod.get(host).catch(() => null);
    if (answer?.status === 200) return;
    await delay(10);
  }
  throw new Error(`http://${host}:${pod.port} does not answer`);
}

try {
  say(`An empty home, the ${runtime} runtime.`);
  await timed("AgentPod is ready", () => pod.start());
  await agentpod("tenant", "create", "acme");
  await timed("The pod is created and answers", async () => {
    await agentpod("pod", "create", "acme/web", "--template", "hello", "--wait");
    await answers();
  });
  console.log(`          $ curl http://${host}:${pod.port}\n          ${/<h1>.*<\/h1>/.exec((await pod.get(host)).body)?.[0]}`);

  const before = await unit();
  say(`Now its ${runtime === "docker" ? `container ${before.containerId?.slice(0, 12)}` : `process ${before.pid}`} is killed.`);
  await timed("It is back and answers", async () => {
    if (runtime === "docker") docker("kill", before.containerId as string);
    else process.kill(before.pid as number, "SIGKILL");
    await runs(before.runId);
    await answers();
  });

  say("Now the server is killed with -9.");
  pod.kill("server");
  await timed("The URL goes on answering without it", answers);
  await timed("The server is back, and says what is true", async () => {
    while ((await pod.cli("pod", "list")).code !== 0) await delay(50);
  });
  await agentpod("pod", "list");

  await timed("The pod is deleted", () => agentpod("pod", "delete", "acme/web", "--yes", "--wait"));
  const { status } = await pod.get(host);
  if (status !== 404) throw new Error(`its URL still answers ${status}`);
  say("Its URL answers 404. Nothing of it is left.");
  await agentpod("tenant", "delete", "acme", "--yes");
  await timed("AgentPod has stopped", () => pod.stop());
} catch (thrown) {
  // The pod would outlive the throw-away home.
  await pod.cli("pod", "delete", "acme/web", "--yes", "--wait");
  throw thrown;
} finally {
  await pod.destroy();
}

async function unit(): Promise<PodView["units"][number]> {
  const [first] = (await pod.json<PodView>("pod", "status", "acme/web")).units;
  if (!first) throw new Error("the pod has no unit");
  return first;
}

/** Resolves once another run than the one that was killed is up. */
async function runs(killed: string | null): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const now = await unit();
    if (now.state === "running" && now.runId !== killed) return;
    await delay(50);
  }
  throw new Error("it did not come back");
}
