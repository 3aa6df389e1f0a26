import type { LlmKeyView, LlmUsageView } from "@agentpod/core/api/llm-view";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { llmStandIn, type StandIn, streamsThenWaits } from "@agentpod/host/testing/llm-stand-in";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { nodePod } from "../src/node-unit.ts";

/** A program as customers write them: it knows an address and a key, and asks a model when somebody asks it. */
const asking = `
const { OPENAI_BASE_URL, ANTHROPIC_BASE_URL, LLM_KEY } = process.env;
require("node:http").createServer(async (request, response) => {
  if (request.url === "/") return response.end("here");
  if (request.url === "/env") return response.end(JSON.stringify(process.env));
  const url = request.url.startsWith("/claude") ? ANTHROPIC_BASE_URL + "/v1/messages" : OPENAI_BASE_URL + "/chat/completions";
  const body = { model: "small", max_tokens: 3, stream: request.url.endsWith("stream"), messages: [{ role: "user", content: "pong?" }] };
  try {
    const headers = { "content-type": "application/json", "x-api-key": LLM_KEY };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    response.writeHead(answer.status);
    for await (const part of answer.body) response.write(part);
    response.end();
  } catch {
    response.destroy();
  }
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

const providerKey = "sk-the-provider-s-own-key-0123456789";
const patience = { timeout: 120_000, interval: 100 };
const host = "web-acme.localhost";

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];

for (const { runtime, isHere } of runtimes)
  describe.skipIf(!isHere)(`P24 the LLM proxy and a pod on ${runtime}`, () => {
    let plane: Installation;
    let provider: StandIn;
    const usage = () => plane.json<LlmUsageView[]>("usage", "--tenant", "acme", "--by", "pod");
    const keys = () => plane.json<LlmKeyView[]>("llm", "key", "list", "acme");

    beforeAll(async () => {
      provider = await llmStandIn();
      plane = await makeInstallation(runtime, { AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1" });
      await plane.start();
      const key = await plane.specFile("");
      await import("node:fs/promises").then(({ writeFile }) => writeFile(key, `${providerKey}\n`));
      const model = ["--model", "small=small-2026", "--price", "small=2/10", "--key", key];
      const openai = ["--dialect", "openai", "--base-url", `${provider.url}/v1`];
      expect(await plane.cli("llm", "provider", "add", "one", ...openai, ...model)).toMatchObject({ code: 0, stderr: "" });
      const claude = ["--dialect", "anthropic", "--base-url", provider.url];
      expect(await plane.cli("llm", "provider", "add", "claude", ...claude, ...model)).toMatchObject({ code: 0 });
      await plane.cli("tenant", "create", "acme");
      const env = { OPENAI_BASE_URL: "{{ llm.url }}/v1", ANTHROPIC_BASE_URL: "{{ llm.url }}/anthropic", LLM_KEY: "{{ llm.key }}" };
      const spec = await plane.specFile(nodePod(asking, { env }));
      expect(await plane.cli("pod", "create", "acme/web", "--spec", spec, "--wait")).toMatchObject({ code: 0 });
    });
    afterAll(async () => {
      await plane?.destroy();
      await provider?.close();
    });

    it("is asked with the pod's own key, in both dialects, and counts what the pod takes", async () => {
      expect(await plane.get(host, "/chat")).toMatchObject({ status: 200, body: expect.stringContaining("pong pong pong") });
      const asked = provider.calls.at(-1);
      expect([asked?.headers.authorization, asked?.body.model]).toEqual([`Bearer ${providerKey}`, "small-2026"]);
      expect(await plane.get(host, "/claude-stream")).toMatchObject({ status: 200, body: expect.stringContaining("message_stop") });
      expect(await usage()).toMatchObject([{ tenant: "acme", pod: "web", calls: 2, estimated: 0, input: 40, output: 6 }]);
      const { stdout } = await plane.cli("usage", "--pod", "acme/web", "--csv");
      expect(stdout.split("\r\n")[1]).toContain('"acme","web","","small","claude","1"');
      const [made] = await keys();
      expect(made).toMatchObject({ pod: "web", revokedAt: null });
    });

    it("leaves no trace of the provider's key where the pod could find it, nor in a log or an event", async () => {
      const seen = (await plane.get(host, "/env")).body;
      expect(seen).toContain("sk-agentpod-");
      const pod = await plane.json<PodView>("pod", "status", "acme/web");
      const inside = await plane.cli("pod", "exec", "acme/web", "--", "sh", "-c", "cat /proc/[0-9]*/environ /etc/* 2>/dev/null; true");
      const events = await plane.cli("audit", "export");
      const logs = await plane.cli("pod", "logs", "acme/web");
      const all = [seen, JSON.stringify(pod), inside.stdout, events.stdout, logs.stdout, plane.output()];
      if (runtime === "docker") all.push(docker("inspect", pod.units[0]?.containerId ?? ""));
      const { readdir, readFile } = await import("node:fs/promises");
      for (const name of await readdir(plane.home.logs)) all.push(await readFile(`${plane.home.logs}/${name}`, "utf8"));
      expect(all.join("\n")).not.toContain(providerKey);
    });

    it("is found from inside the pod by doctor", async () => {
      const lines = await plane.json<DoctorLine[]>("doctor");
      expect(lines.find(({ check }) => check === "LLM proxy")).toMatchObject({
        status: "ok",
        message: expect.stringMatching(/^acme\/web reaches it at http:\/\/[0-9.]+:\d+\/llm\.$/),
      });
    });

    it("refuses the pod's key once it is revoked, and takes its new one", async () => {
      const [made] = await keys();
      expect(await plane.cli("llm", "key", "revoke", "acme", made?.id ?? "", "--yes")).toMatchObject({ code: 0 });
      expect(await plane.get(host, "/chat")).toMatchObject({ status: 401, body: expect.stringContaining("revoked") });
      expect(await plane.cli("llm", "key", "rotate", "acme/web", "--yes")).toMatchObject({ code: 0 });
      await vi.waitFor(async () => expect((await plane.get(host, "/chat")).status).toBe(200), patience);
    });

    it("refuses a call beyond the pod's budget before it is sent", async () => {
      expect(await plane.cli("llm", "budget", "set", "acme/web", "--tokens", "5")).toMatchObject({ code: 0 });
      const before = provider.calls.length;
      expect(await plane.get(host, "/chat")).toMatchObject({ status: 429, body: expect.stringContaining("budget of acme/web") });
      expect(provider.calls.length).toBe(before);
      expect(await plane.cli("llm", "budget", "remove", "acme/web", "--yes")).toMatchObject({ code: 0 });
    });

    it("counts a stream that the control plane was killed in, as far as it was told, and serves the next call", async () => {
      const [before] = await usage();
      const more = Promise.withResolvers<"go on">();
      provider.next(streamsThenWaits(2, more.promise));
      const broken = plane.get(host, "/chat-stream").then(
        ({ body }) => body,
        () => "cut",
      );
      await vi.waitFor(() => expect(provider.calls.at(-1)?.body.stream).toBe(true), patience);
      const asked = provider.calls.at(-1);
      plane.kill("server");
      await asked?.closed;
      expect(await broken).not.toContain("[DONE]");
      more.resolve("go on");
      await vi.waitFor(async () => {
        const [after] = await usage();
        expect(after).toMatchObject({ calls: (before?.calls ?? 0) + 1, aborted: 1, estimated: 1 });
      }, patience);
      await vi.waitFor(async () => expect((await plane.get(host, "/chat")).status).toBe(200), patience);
      expect((await usage())[0]).toMatchObject({ calls: (before?.calls ?? 0) + 2, aborted: 1 });
    });
  });
