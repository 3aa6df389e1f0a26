import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import type { OperationView } from "@agentpod/core/api/operation-view";
import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { type OpenAiStandIn, openAiStandIn } from "../src/openai-stand-in.ts";
import { trustOfBuilds } from "../src/trust-of-builds.ts";

const minutes = 60_000;
const wait = { timeout: 5 * minutes, interval: 500 };
const key = "sk-provider-key-of-the-developer";
/** As many as are asked for, and two: one that is upgraded, one that cannot be. */
const count = Math.max(2, Number(process.env.AGENTS ?? 2));
const names = Array.from({ length: count }, (_, index) => `agent-${index + 1}`);
const failing = names.at(-1) as string;

const manifest = (version: string): string => `
apiVersion: agentpod/v1
kind: AgentPackage
name: support-bot
version: ${version}
title: { en: Support, zh: 客服 }
description: { en: Answers customers, zh: 回答客户问题 }
model: { name: m1 }
`;

describe.skipIf(!engineAnswers())(
  "A9 A16 real agents: their conversations outlive a lost volume and an upgrade",
  { timeout: 30 * minutes },
  () => {
    let plane: Installation;
    let provider: OpenAiStandIn;
    let folder: string;

    const ask = (name: string, text: string) =>
      plane.json<{ answer: string }>("pod", "ask", `acme/${name}`, text, "--conversation", "pets");
    const status = (name: string) => plane.json<PodView>("pod", "status", `acme/${name}`);
    const containers = (id: string): string[] =>
      docker("ps", "-q", "--filter", `label=agentpod.pod=${id}`)
        .split("\n")
        .filter((line) => line !== "");
    /** What OpenClaw in the pod says that it is. */
    async function version(name: string): Promise<string> {
      const [container = ""] = containers((await status(name)).id);
      return /\d+\.\d+\.\d+/.exec(docker("exec", container, "openclaw", "--version"))?.[0] ?? "";
    }
    async function release(number: string): Promise<AgentPackageView> {
      await writeFile(join(folder, "agent.yaml"), manifest(number));
      return plane.json<AgentPackageView>("agent", "package", "create", folder);
    }
    async function remembers(name: string): Promise<void> {
      await ask(name, "What is my dog called?");
      expect(provider.asked.at(-1)?.messages).toContain("Bello");
    }

    beforeAll(async () => {
      provider = await openAiStandIn(key, "Pong from the model");
      folder = await mkdtemp(join(tmpdir(), "agentpod-agent-"));
      for (const [name, content] of Object.entries({ "workspace/SOUL.md": "You are Ada.", "key.txt": key })) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      plane = await makeInstallation("docker", { ...trustOfBuilds(), AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1" });
      await plane.start();
      await plane.json("tenant", "create", "acme");
      const address = ["--dialect", "openai", "--base-url", provider.baseUrl, "--key", join(folder, "key.txt"), "--model", "*"];
      await plane.json("llm", "provider", "add", "stand-in", ...address);
      await release("2026.9.1");
      for (const name of names) await plane.json("pod", "create", `acme/${name}`, "--package", "support-bot", "--wait", "--timeout", "900");
      for (const name of names) await ask(name, "My dog is called Bello.");
    }, 20 * minutes);
    afterAll(async () => {
      await plane?.destroy();
      await provider?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    }, 3 * minutes);

    it("a backup brings the conversation back when the volume is lost, and a drill says so", async () => {
      const [name = ""] = names;
      const made = await plane.json<PodBackupView>("pod", "backup", "create", `acme/${name}`);
      expect(made).toMatchObject({ state: "ready" });
      const { id } = await status(name);
      await plane.json("pod", "stop", `acme/${name}`, "--wait");
      const filter = ["--filter", `label=agentpod.pod=${id}`];
      const [stopped, volumes] = [docker("ps", "-aq", ...filter), docker("volume", "ls", "-q", ...filter)];
      if (stopped) docker("rm", "-f", ...stopped.split("\n"));
      docker("volume", "rm", ...volumes.split("\n"));
      await plane.json("pod", "start", `acme/${name}`, "--wait", "--timeout", "300");
      await ask(name, "What is my dog called?");
      expect(provider.asked.at(-1)?.messages).not.toContain("Bello");
      const restored = await plane.cli("pod", "backup", "restore", `acme/${name}`, "--yes");
      expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining(`acme/${name} is up`) });
      await remembers(name);
      const drilled = await plane.cli("pod", "backup", "drill", `acme/${name}`);
      expect([drilled.code, drilled.stderr]).toEqual([0, ""]);
      expect(drilled.stdout).toContain("passed in");
    });

    it("all are upgraded from one version to another but the one that does not stand it, which has its version and state back", async () => {
      expect(await release("2026.9.4")).toMatchObject({ version: 2, agentVersion: "2026.9.4" });
      const { id } = await status(failing);
      const [old = ""] = containers(id);
      const oldImage = docker("inspect", "--format", "{{.Image}}", old);
      // It is killed once the new version has had the time to bring the state up to its own, which the old one would refuse.
      const killer = setInterval(() => {
        for (const one of containers(id)) {
          const [image = "", startedAt = ""] = docker("inspect", "--format", "{{.Image}} {{.State.StartedAt}}", one).split(" ");
          if (image !== oldImage && Date.now() - Date.parse(startedAt) > 12_000) docker("kill", one);
        }
      }, 2000);
      let upgraded: Awaited<ReturnType<Installation["cli"]>>;
      try {
        const gate = ["--settle", "20", "--timeout", "240", "--wait", "-o", "json"];
        upgraded = await plane.cli("pod", "upgrade", "--package", "support-bot", ...gate);
      } finally {
        clearInterval(killer);
      }
      const operation = JSON.parse(upgraded.stdout) as OperationView;
      const told = `Upgraded: ${count - 1} of ${count}; rolled back: 1; failed: 0; changed by somebody else: 0; not begun: 0.`;
      expect(operation, JSON.stringify(operation.steps)).toMatchObject({ state: "failed", message: told });
      for (const name of names) {
        await vi.waitFor(async () => expect(await status(name)).toMatchObject({ phase: "running" }), wait);
        expect(await version(name)).toBe(name === failing ? "2026.9.1" : "2026.9.4");
        await remembers(name);
      }
    });
  },
);
