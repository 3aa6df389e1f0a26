import { readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeFolder, codeProject } from "../src/code-project.ts";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { keepAliveLoad } from "../src/keep-alive-load.ts";
import { areLongTests, unlessLong } from "../src/long-tests.ts";

const wait = { timeout: 300_000, interval: 200 };
const secret = "sk-live-4eC39HqLyjWDarjtT1zdp7dc";
const eat = "const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1));";
/** Lines without end, as far as anybody would wait for one. */
const chatter =
  'const line = "all work and no play ".repeat(50) + "\\n"; for (let i = 0; i < 100_000; i++) require("node:fs").writeSync(1, line);';

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" && process.getuid?.() === 0 && (areLongTests || !engineAnswers()) },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(
    `C3 P14 deployments that do not work out, on ${runtime}${isHere ? "" : unlessLong}`,
    { timeout: 1_200_000 },
    () => {
      let plane: Installation;
      let client: ReturnType<Installation["client"]>;
      let neighbour: PodView;
      const folders: string[] = [];

      beforeAll(async () => {
        plane = await makeInstallation(runtime);
        await plane.start();
        client = plane.client();
        await plane.cli("tenant", "create", "main");
        const made = await plane.cli("pod", "create", "main/neighbour", "--template", "hello", "--wait");
        expect([made.code, made.stderr]).toEqual([0, ""]);
        neighbour = await plane.json<PodView>("pod", "status", "main/neighbour");
      }, 600_000);
      afterAll(async () => {
        await client?.close();
        await plane?.destroy();
        for (const folder of folders) await rm(folder, { recursive: true, force: true });
      }, 600_000);

      const kept = async (folder: Promise<string>): Promise<string> => {
        folders.push(await folder);
        return folder;
      };
      const podNames = async () => (await client.pods.list()).map(({ name }) => name).sort();

      /** What a first deployment of this came to: failed, and nothing of it there but its record. */
      async function fails(name: string, folder: Promise<string>, ...more: string[]): Promise<DeploymentView> {
        const { code, stdout, stderr } = await plane.cli("deploy", await kept(folder), "--name", name, "-o", "json", ...more);
        expect(code, stderr).not.toBe(0);
        const view: DeploymentView = JSON.parse(stdout);
        expect([view.state, (await podNames()).filter((each) => each.startsWith(name))], view.message).toEqual(["failed", []]);
        return view;
      }

      /** What is told of a deployment, wherever one looks; and every log that AgentPod keeps. */
      async function everythingOf(name: string): Promise<string> {
        const told = [
          await client.deployments.get("main", name, 1),
          await client.deployments.log("main", name, 1),
          await client.events.list({ tenant: "main", limit: 500 }),
          (await plane.cli("deployment", "status", `main/${name}`)).stdout,
          (await plane.cli("deployment", "logs", `main/${name}`)).stdout,
          plane.output(),
        ];
        return JSON.stringify(told) + filesBelow(plane.home.logs).concat(filesBelow(plane.home.podLogs)).map(read).join("\n");
      }

      /** While `work` runs a neighbour is asked without end: no answer may fail, and nothing of it may have been started anew. */
      async function unnoticed<T>(work: () => Promise<T>): Promise<T> {
        const load = keepAliveLoad(plane.port, "neighbour-main.localhost", ["/"]);
        const found = await work().finally(() => load.stop());
        expect(load.failed).toEqual([]);
        expect([...load.seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
        const { units } = await plane.json<PodView>("pod", "status", "main/neighbour");
        expect(units.map(({ runId }) => runId)).toEqual(neighbour.units.map(({ runId }) => runId));
        return found;
      }

      it("nothing that is known, and nothing to start: says what it looked for, before anything is made", async () => {
        const unknown = await fails("notes", codeFolder({ "notes.txt": "hello" }));
        expect(unknown.message).toMatch(
          /^Step analyse failed: .*agentpod\.yaml, a compose file.*package\.json.* agentpod analyze says the same/s,
        );
        const library = await fails("library", codeFolder({ "package.json": '{"name":"lib","dependencies":{}}' }));
        expect([library.step, library.message]).toEqual(["analyse", expect.stringMatching(/start/)]);
        expect(await podNames()).toEqual(["neighbour"]);
      });

      it("its install fails: the command and its code; a secret that it printed is nowhere", async () => {
        const project = codeProject("never", {
          "agentpod.yaml": "install: node install.js\n",
          "install.js":
            'console.log("with " + process.env.STRIPE_KEY); console.error(JSON.stringify({ url: "https://u:" + process.env.STRIPE_KEY + "@x" })); process.exit(4);\n',
        });
        const found = await fails("secretive", project, "--env", `STRIPE_KEY=${secret}`);
        expect([found.step, found.message]).toEqual(["install", expect.stringContaining("node install.js ended with exit code 4.")]);
        const { log, relevant } = await client.deployments.log("main", "secretive", 1);
        expect(log).toContain("with [secret STRIPE_KEY__1]");
        expect(relevant).toContain("==> node install.js: exit code 4");
        expect(await everythingOf("secretive")).not.toContain(secret);
      });

      it("its build wants more memory than it may: told so, capped, and no neighbour notices", async ({ skip }) => {
        const { conditions } = await plane.json<PodView>("pod", "status", "main/neighbour");
        skip(
          conditions.some(({ type, status }) => type === "LimitsEnforced" && status === "false"),
          "limits are not enforced here",
        );
        const project = codeProject("never", { "agentpod.yaml": "build: node bomb.js\n", "bomb.js": eat });
        const found = await unnoticed(() => fails("bomb", project, "--build-memory", "128"));
        expect(found.message).toContain("The build needed more than its 128 MB of memory. Give it more: agentpod deploy --build-memory");
      });

      it("it says things without end: no more is kept than anybody reads, and its end is there", async () => {
        const project = codeProject("never", {
          "agentpod.yaml": "build: node chatter.js\n",
          "chatter.js": `${chatter} console.error("the end of it"); process.exit(1);\n`,
        });
        const found = await fails("chatty", project);
        expect(found.message).toContain("node chatter.js ended with exit code 1.");
        const { log, relevant } = await client.deployments.log("main", "chatty", 1);
        expect(log.length).toBeLessThanOrEqual(400_000);
        expect(relevant.length).toBeLessThanOrEqual(30);
        expect(relevant.join("\n")).toContain("the end of it");
        const bytes = filesBelow(plane.home.podLogs).reduce((sum, file) => sum + statSync(file).size, 0);
        // Of each pod 16 MB at most, and the pods of the build are gone.
        expect(bytes).toBeLessThan(40_000_000);
      });

      // It is waited for as long as a start may take; the rule itself has its test beside the server.
      it.skipIf(!areLongTests)(`it listens elsewhere: where, and what to do${unlessLong}`, async () => {
        const elsewhere = codeProject("elsewhere", {
          "server.js": 'require("node:http").createServer((_, r) => r.end("x")).listen(8000 + 99, process.env.HOST);\n',
        });
        const found = await fails("elsewhere", elsewhere);
        expect([found.step, found.message]).toEqual([
          "probe",
          expect.stringMatching(/^Step probe failed: app: .* It listens on port 8099, not on \d+: let it listen on the port in PORT/),
        ]);
      });

      describe.skipIf(runtime !== "docker")("with a Dockerfile", () => {
        const base = "FROM node:24-bookworm-slim\nEXPOSE 3000\n";

        it("a step that eats memory is ended, told with what to do, and no neighbour notices", async () => {
          const project = codeFolder({ Dockerfile: `${base}RUN ["node", "-e", ${JSON.stringify(eat)}]\n` });
          const found = await unnoticed(() => fails("image-bomb", project, "--build-memory", "128"));
          expect(found.message).toMatch(/want of memory: a step needed more than 128 MB.*agentpod deploy --build-memory/s);
        });

        it("what a step printed of a secret is nowhere, failed or not; nor is it in the image that is made", async () => {
          const failing = codeFolder({ Dockerfile: `${base}COPY key /key\nRUN cat /key; exit 3\n`, key: `${secret}\n` });
          const found = await fails("image-secret", failing, "--env", `STRIPE_KEY=${secret}`);
          expect(found.message).toContain("[secret STRIPE_KEY__1]");
          expect(await everythingOf("image-secret")).not.toContain(secret);

          const serve = `require("http").createServer((_, r) => r.end(String(process.env.STRIPE_KEY))).listen(3000)`;
          const good = codeFolder({ Dockerfile: `${base}RUN env | sort\nCMD ["node", "-e", ${JSON.stringify(serve)}]\n` });
          const done = await plane.cli("deploy", await kept(good), "--name", "keyed", "--env", `STRIPE_KEY=${secret}`, "-o", "json");
          expect([done.code, done.stderr]).toEqual([0, ""]);
          expect((await plane.get("keyed-main.localhost")).body).toBe(secret);
          const pod = await client.pods.get("main", "keyed");
          const [container = ""] = docker("ps", "-q", "--filter", `label=agentpod.pod=${pod.id}`).split("\n");
          const image = docker("inspect", "--format", "{{.Image}}", container);
          const made = docker("history", "--no-trunc", image) + docker("inspect", image);
          expect(made).toContain("env | sort");
          expect(made).not.toMatch(new RegExp(`${secret}|STRIPE_KEY=`));
          expect(await everythingOf("keyed")).not.toContain(secret);
        });

        it("of endless output no more is kept than anybody reads", async () => {
          const project = codeFolder({ Dockerfile: `${base}RUN node -e '${chatter}'; exit 5\n` });
          await fails("image-chatty", project);
          const { log } = await client.deployments.log("main", "image-chatty", 1);
          expect(log).toMatch(/lines were left out|says too much/);
          expect(log.length).toBeLessThanOrEqual(400_000);
        });
      });

      it("the control plane is well after all that", async () => {
        await vi.waitFor(async () => expect((await plane.get("neighbour-main.localhost")).status).toBe(200), wait);
        expect(await podNames()).toEqual(runtime === "docker" ? ["keyed", "neighbour"] : ["neighbour"]);
      });
    },
  );

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

/** Log files go while one looks. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
