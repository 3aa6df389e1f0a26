import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { Pod } from "@agentpod/core/pod";
import { podSpec, type UnitSpec } from "@agentpod/core/pod-spec";
import { buildTask, type CodeBuild, startCommand } from "@agentpod/core/products/code/build-task";
import { renderUnit } from "@agentpod/core/render-unit";
import type { ObservedUnit, Runtime, UnitRun } from "@agentpod/core/runtime";
import { freePort } from "@agentpod/host/free-port";
import { packFolder } from "@agentpod/host/pack-folder";
import { dockerRuntime } from "@agentpod/runtimes/docker/driver";
import { findEngine } from "@agentpod/runtimes/docker/find-engine";
import { processRuntime } from "@agentpod/runtimes/process/driver";
import { processPaths } from "@agentpod/runtimes/process/paths";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { takeBuild } from "../src/builds/take-build.ts";
import { type ArtifactFiles, artifactFiles } from "../src/setup/artifact-files.ts";

const { DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR, AGENTPOD_REQUIRE_DOCKER } = process.env;
const engine = await findEngine({ DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR });
if (!engine && AGENTPOD_REQUIRE_DOCKER === "1") throw new Error("AGENTPOD_REQUIRE_DOCKER=1, but no container engine answers");

const wait = { timeout: 120_000, interval: 100 };
const isRoot = process.getuid?.() === 0;

/** A project that needs no registry: what it depends on lies in it. */
const project = {
  "package.json": JSON.stringify({
    name: "shop",
    version: "1.0.0",
    type: "module",
    scripts: { build: "node build.mjs", start: "node dist/main.mjs" },
    dependencies: { greeting: "file:./greeting" },
  }),
  "greeting/package.json": JSON.stringify({ name: "greeting", version: "1.0.0", type: "module", exports: "./index.js" }),
  "greeting/index.js": 'export const greeting = "hello";\n',
  "build.mjs": `
    import { mkdirSync, writeFileSync, existsSync, readFileSync } from "node:fs";
    import { homedir } from "node:os";
    const file = homedir() + "/builds";
    const count = existsSync(file) ? Number(readFileSync(file, "utf8")) + 1 : 1;
    writeFileSync(file, String(count));
    console.log("build " + count + " with " + process.env.TOKEN);
    mkdirSync("dist", { recursive: true });
    mkdirSync("site", { recursive: true });
    writeFileSync("site/index.html", "<h1>static</h1>");
    writeFileSync("dist/main.mjs", \`
      import { createServer } from "node:http";
      import { greeting } from "greeting";
      createServer((_, response) => response.end(greeting + " " + process.cwd())).listen(Number(process.env.PORT), process.env.HOST);
    \`);
  `,
};

for (const kind of ["process", "docker"] as const)
  describe.skipIf(kind === "docker" ? !engine : process.platform !== "linux")(
    `C3 P8 code built in its appliance on ${kind}`,
    { timeout: 300_000 },
    () => {
      let base: string;
      let runtime: Runtime;
      let artifacts: ArtifactFiles;
      let source: string;
      const installation = randomUUID();
      const pod = randomUUID();
      const made: UnitRun[] = [];

      beforeAll(async () => {
        base = await mkdtemp(join(tmpdir(), "agentpod-builds-"));
        await chmod(base, 0o711);
        const stateDir = join(base, "pods");
        await mkdir(join(base, "artifacts"));
        artifacts = artifactFiles(join(base, "artifacts"));
        const context = { installation, stateDir, openArtifact: artifacts.open };
        runtime =
          kind === "docker" && engine
            ? await dockerRuntime({ ...context, engine: engine.address })
            : await processRuntime({ ...context, programs: {}, path: process.env.PATH ?? "", hide: [] });
        source = await folder(project);
      });
      afterAll(async () => {
        for (const run of made) await runtime.remove(run.id, 0);
        await runtime.removeVolume({ pod, unit: "build", volume: "home" });
        await runtime.removePod(pod);
        await rm(base, { recursive: true, force: true });
      });

      async function folder(files: Record<string, string>): Promise<string> {
        const at = await mkdtemp(join(base, "source-"));
        for (const [name, content] of Object.entries(files)) {
          await mkdir(dirname(join(at, name)), { recursive: true });
          await writeFile(join(at, name), content);
        }
        return (await artifacts.put(Readable.from([(await packFolder(at)).tar]))).digest;
      }

      const build = (more: Partial<CodeBuild> = {}): UnitSpec => {
        const given: CodeBuild = {
          image: "node:24-bookworm-slim",
          runtime: { name: "node", version: "24" },
          source,
          root: "",
          manager: { name: "npm", version: null },
          install: [["npm", "install", "--offline", "--install-links=false"]],
          build: [["npm", "run", "build"]],
          env: { TOKEN: "the-token" },
          limits: { cpus: 2, memoryMb: 512, seconds: 240 },
          ...more,
        };
        return podSpec.parse(buildTask(given)).units[0] as UnitSpec;
      };

      /** As the reconciler would resolve it. */
      async function runOf(unit: UnitSpec): Promise<UnitRun> {
        const id = { pod, unit: unit.name, revision: randomUUID().replaceAll("-", "").slice(0, 12) };
        const paths = kind === "process" ? processPaths(join(base, "pods")) : null;
        const port = await freePort();
        const volumes = unit.volumes.map(({ name, path }) => {
          const volume = { pod, unit: unit.name, volume: name };
          return { id: volume, path: paths?.volume(volume) ?? path };
        });
        const rendered = renderUnit(unit, {
          units: { app: { host: "", ports: {}, firstPort: kind === "process" ? port : 3000 } },
          secrets: {},
          volumes: { home: volumes[0]?.path ?? "" },
          code: paths?.code(id) ?? unit.code?.path ?? null,
          listen: kind === "process" ? "127.0.0.1" : "0.0.0.0",
          pod: { name: "", tenant: "", url: "", proxy: "" },
          llm: { url: "" },
        });
        const run: UnitRun = {
          id,
          scope: {
            pod,
            tenant: "acme",
            name: `b${pod.slice(0, 8)}`,
            egress: "open",
            subnet: `10.19.${process.pid % 250}.0/28`,
            uid: isRoot ? 61_000 + (process.pid % 1000) : null,
          },
          hostname: "build",
          alias: unit.name,
          image: unit.image ?? null,
          build: null,
          code: unit.code ?? null,
          entrypoint: null,
          command: rendered.command ?? null,
          workdir: null,
          env: rendered.env,
          ports: unit.ports.map(({ name, container }) => ({ name, container, host: port })),
          volumes,
          resources: unit.resources,
          user: unit.user ?? null,
          capabilities: [],
          readOnlyRoot: false,
          tmpfs: [],
          stopGraceSeconds: 2,
          stopSignal: null,
          local: rendered.local ?? null,
        };
        made.push(run);
        return run;
      }

      async function start(unit: UnitSpec): Promise<UnitRun> {
        const run = await runOf(unit);
        await runtime.preparePod(run.scope);
        await runtime.prepareImage(run, () => undefined);
        for (const volume of run.volumes) await runtime.ensureVolume(volume.id, run.scope);
        await runtime.ensure(run);
        return run;
      }

      const ended = (run: UnitRun): Promise<ObservedUnit> =>
        vi.waitFor(async () => {
          const unit = (await runtime.observe([pod])).units.find(({ id }) => id.revision === run.id.revision);
          if (unit?.state !== "exited") throw new Error(`is ${unit?.state}`);
          return unit;
        }, wait);

      async function said(run: UnitRun): Promise<string[]> {
        const lines: string[] = [];
        const query = { follow: false, tail: null, since: null, signal: new AbortController().signal };
        for await (const { text } of runtime.logs(run.id, query)) lines.push(text);
        return lines;
      }

      const podOf = (run: UnitRun, phase = "succeeded") =>
        ({
          ...{ id: pod, tenant: "acme", name: "shop-build", tenantId: randomUUID(), generation: 1 },
          status: { phase, observedGeneration: 1, units: [{ name: "build", revision: run.id.revision }] },
        }) as unknown as Pod;

      it("is installed and built, and what comes of it runs on the same appliance, under another user, elsewhere", async () => {
        const run = await start(build());
        expect(await ended(run)).toMatchObject({ exitCode: 0 });
        const lines = await said(run);
        expect(lines.filter((line) => line.startsWith("==>"))).toEqual([
          "==> npm install --offline --install-links=false",
          "==> npm run build",
          "==> done",
        ]);
        expect(lines).toContain("build 1 with the-token");
        const taken = await takeBuild({ runtime, artifacts }, podOf(run));
        expect(await takeBuild({ runtime, artifacts }, podOf(run))).toEqual(taken);
        await expect(takeBuild({ runtime, artifacts }, podOf(run, "failing"))).rejects.toMatchObject({ code: "conflict" });
        await expect(takeBuild({ runtime, artifacts }, podOf(run), "none")).rejects.toMatchObject({
          code: "not_found",
          message: expect.stringMatching(/no folder none/),
        });

        const command = startCommand(["npm", "run", "start"], "");
        const { units } = podSpec.parse({
          units: [
            {
              name: "app",
              image: "node:24-bookworm-slim",
              user: "1234:1234",
              code: { artifact: taken.digest, path: "/app" },
              command,
              env: { HOST: "{{ listen }}", PORT: "{{ units.app.port }}" },
              ports: [{ name: "http", container: 3000 }],
              local: { argv: command, needs: ["node", "npm"] },
            },
          ],
        });
        const app = await start(units[0] as UnitSpec);
        const port = app.ports[0]?.host;
        await vi.waitFor(async () => expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toMatch(/^hello \//), wait);
      });

      it("as a newer build keeps what the home folder held, and a static site is its output alone", async () => {
        const run = await start(build());
        await ended(run);
        expect(await said(run)).toContain("build 2 with the-token");
        const { bytes } = await takeBuild({ runtime, artifacts }, podOf(run), "site");
        expect(bytes).toBeLessThan(3000);
      });

      it("one that fails tells which step and how", async () => {
        const run = await start(build({ build: [["npm", "run", "none"]] }));
        expect(await ended(run)).toMatchObject({ exitCode: 1 });
        expect(await said(run)).toContain("==> npm run none: exit code 1");
      });

      it("P20 one that wants more memory than it may is ended, alone", async ({ skip }) => {
        skip(!runtime.can.limits, "limits are not enforced here");
        const eat = "const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1))";
        const run = await start(build({ install: [], build: [["node", "-e", eat]], limits: { cpus: 1, memoryMb: 128, seconds: 120 } }));
        const { oomKilled, exitCode } = await ended(run);
        expect([oomKilled, exitCode]).toEqual([true, 137]);
      });

      it("cancelled, nothing of it runs on", async () => {
        const run = await start(build({ install: [], build: [["sleep", "10000"]] }));
        await vi.waitFor(async () => expect(await said(run)).toContain("==> sleep 10000"), wait);
        await runtime.stop(run.id, 2);
        expect((await ended(run)).exitCode).not.toBe(0);
      });

      it("a Python project in a venv, whose programs run wherever it lies", async ({ skip }) => {
        const version = "3.11";
        const python = await folder({
          "lib/tool.py": "",
          "main.py": "print('hello')\n",
          "after.py": `
import os, sys
path = os.path.join(os.path.dirname(sys.executable), "tool")
open(path, "w").write("#!" + sys.executable + "\\nimport sys; print('tool in', sys.prefix)\\n")
os.chmod(path, 0o755)
`,
        });
        const given = build({
          image: "python:3.11-slim-bookworm",
          runtime: { name: "python", version },
          source: python,
          manager: { name: "pip", version: null },
          install: [["python3", "-m", "venv", ".venv"]],
          build: [[".venv/bin/python3", "after.py"]],
        });
        const run = await start(given).catch((error) => {
          if (kind === "process" && /which is not on this machine/.test(error.message)) skip(error.message);
          throw error;
        });
        expect([await said(run), (await ended(run)).exitCode]).toEqual([expect.any(Array), 0]);
        const { digest } = await takeBuild({ runtime, artifacts }, podOf(run));
        const command = startCommand([".venv/bin/tool"], "");
        const { units } = podSpec.parse({
          units: [
            {
              name: "app",
              image: "python:3.11-slim-bookworm",
              user: "1234:1234",
              code: { artifact: digest, path: "/app" },
              command,
              local: { argv: command, needs: ["python3"] },
            },
          ],
        });
        const app = await start(units[0] as UnitSpec);
        expect(await ended(app)).toMatchObject({ exitCode: 0 });
        expect((await said(app)).join("\n")).toMatch(/^tool in .*\.venv$/);
      });
    },
  );
