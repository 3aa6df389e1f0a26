import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { LogSummaryView } from "@agentpod/core/api/log-view";
import type { PodLogLine, PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { nodeUnit } from "../src/node-unit.ts";

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];
const patient = { timeout: 60_000, interval: 200 };

/** Numbers its lines, says last words, and now and then what it should not. */
const talking = `
let n = 0;
console.log("began", process.env.VERSION, "with", process.env.PASSWORD);
const say = setInterval(() => {
  console.log(\`\${process.env.VERSION} line \${n}\`);
  if (n % 10 === 0) console.error(\`ERROR \${process.env.VERSION} order \${n} failed\`);
  n++;
}, 5);
process.on("SIGTERM", () => { clearInterval(say); console.log(process.env.VERSION, "said", n); process.exitCode = 0; });
`;

for (const { runtime, isHere } of runtimes)
  describe.skipIf(!isHere)(`P13 logs of pods on ${runtime}`, () => {
    let plane: Installation;
    let archive: string;
    const password = `geheim-${randomUUID()}`;
    const specOf = (version: string) =>
      plane.specFile({ units: [nodeUnit("app", talking, "talking", { env: { VERSION: version, PASSWORD: "{{ secrets.password }}" } })] });
    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      archive = join(plane.home.root, "archive");
      await plane.start({ AGENTPOD_LOG_ARCHIVE: archive });
      await plane.json("tenant", "create", "acme");
      await plane.json("pod", "create", "acme/app", "--spec", await specOf("one"), "--input", `password=${password}`, "--wait");
    });
    afterAll(async () => {
      await plane?.destroy();
    });

    const lines = async (...args: string[]): Promise<PodLogLine[]> => {
      const { code, stdout, stderr } = await plane.cli("pod", "logs", "acme/app", "-o", "json", ...args);
      if (code !== 0) throw new Error(stderr);
      return stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as PodLogLine);
    };
    const numbers = (all: PodLogLine[], version: string) =>
      all.flatMap(({ text }) => {
        const number = new RegExp(`^${version} line (\\d+)$`).exec(text)?.[1];
        return number === undefined ? [] : [Number(number)];
      });
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

    it("lose no line and double none when the server is killed, again and again", async () => {
      for (const least of [100, 400, 700]) {
        await expect.poll(async () => numbers(await lines("--tail", "5"), "one").at(-1) ?? 0, patient).toBeGreaterThan(least);
        const server = plane.pid("server");
        plane.kill("server");
        await expect.poll(() => plane.pid("server"), patient).not.toBe(server);
        await expect.poll(async () => (await plane.cli("pod", "status", "acme/app")).code, patient).toBe(0);
      }
      const found = numbers(await lines(), "one");
      expect(found).toEqual(upTo(found.length));
      expect(found.length).toBeGreaterThan(700);
    });

    it("hold no secret", async () => {
      const { stdout } = await plane.cli("pod", "logs", "acme/app", "--search", "began");
      expect(stdout.trim()).toBe("began one with [secret password]");
      const { id } = await plane.json<PodView>("pod", "status", "acme/app");
      const folder = join(plane.home.podLogs, id);
      for (const file of readdirSync(folder)) expect(readFileSync(join(folder, file), "utf8")).not.toContain(password);
    });

    it("stay when the instance is replaced, to its last words", async () => {
      await plane.json("pod", "update", "acme/app", "--spec", await specOf("two"), "--wait");
      const last = async () => (await lines("--search", "one said")).map(({ text }) => text);
      await expect.poll(last, patient).toHaveLength(1);
      const said = Number((await last())[0]?.split(" ").at(-1));
      expect(numbers(await lines(), "one")).toEqual(upTo(said));
      await expect.poll(async () => numbers(await lines(), "two").length, patient).toBeGreaterThan(20);
    });

    it("are counted, searched, and read by level and from a moment on", async () => {
      const summary = await plane.json<LogSummaryView>("pod", "logs", "acme/app", "--summary");
      expect(summary.patterns.map(({ pattern, level }) => `${level} ${pattern}`)).toEqual(
        expect.arrayContaining(["other one line <n>", "other two line <n>", "error ERROR one order <n> failed"]),
      );
      expect(summary.total.error).toBeGreaterThan(70);
      const human = await plane.cli("pod", "logs", "acme/app", "--summary");
      expect(human.stdout).toMatch(/^Lines since .* error \d+, warn 0/);
      expect(human.stdout).toMatch(/error +\S+ +ERROR one order <n> failed/);
      const errors = await lines("--level", "error");
      expect(errors.every(({ stream, text }) => stream === "stderr" && text.startsWith("ERROR"))).toBe(true);
      const moment = errors.at(-1)?.at as string;
      const since = await lines("--since", moment, "--search", "line");
      expect(since.length).toBeGreaterThan(0);
      expect(since.every(({ at }) => Date.parse(at as string) >= Date.parse(moment))).toBe(true);
    });

    it("go with the pod into the archive", async () => {
      const { id } = await plane.json<PodView>("pod", "status", "acme/app");
      const kept = numbers(await lines(), "two");
      await plane.json("pod", "delete", "acme/app", "--yes", "--wait");
      await expect.poll(() => existsSync(join(plane.home.podLogs, id)), patient).toBe(false);
      const folder = join(archive, "acme", `app-${id.slice(0, 8)}`);
      const text = readdirSync(folder)
        .sort()
        .map((file) => gunzipSync(readFileSync(join(folder, file))).toString())
        .join("");
      expect(text).toContain(`two line ${kept.at(-1)}\n`);
      expect(text).toMatch(/\ttwo said \d+\n/);
      expect(text).not.toContain(password);
    });
  });
