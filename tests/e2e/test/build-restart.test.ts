import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PodView } from "@agentpod/core/api/pod-view";
import { isEnded } from "@agentpod/core/operation";
import { packFolder } from "@agentpod/host/pack-folder";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { canStartEngine, copyImage, makePrivateEngine, type PrivateEngine } from "../src/private-engine.ts";

const wait = { timeout: 240_000, interval: 200 };

/** Takes a while, so that it can be met in the middle. */
const dockerfile = `FROM node:24-bookworm-slim
RUN echo begun
RUN node -e "setTimeout(() => {}, 8000)"
CMD ["node", "-e", "require('http').createServer((_, r) => r.end('built')).listen(8080, '0.0.0.0')"]
`;

describe.skipIf(!engineAnswers() || !canStartEngine())("C3 P5 P14 builds end to end, on an engine that dies", { timeout: 600_000 }, () => {
  const name = `b${process.pid.toString(36)}`;
  let engine: PrivateEngine;
  let plane: Installation;
  let folder: string;

  beforeAll(async () => {
    engine = await makePrivateEngine();
    await engine.start();
    await copyImage("node:24-bookworm-slim", engine);
    plane = await makeInstallation("docker", { DOCKER_HOST: engine.host });
    await plane.start();
    await plane.cli("tenant", "create", "acme");
    folder = await mkdtemp("/tmp/ap-e2e-build-");
    await mkdir(join(folder, "context"));
  }, 600_000);
  afterAll(async () => {
    await plane?.destroy();
    await engine?.destroy();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 600_000);

  const status = (pod: string) => plane.json<PodView>("pod", "status", `acme/${pod}`);
  const logs = async (pod: string) => (await plane.cli("pod", "logs", `acme/${pod}`)).stdout;

  async function create(pod: string, text: string) {
    await writeFile(join(folder, "context/Dockerfile"), text);
    const { tar } = await packFolder(join(folder, "context"));
    const { digest } = await plane.client().artifacts.upload(tar, "acme");
    expect(digest).toBe(`sha256:${createHash("sha256").update(tar).digest("hex")}`);
    const units = [{ name: "web", build: { artifact: digest }, ports: [{ name: "http", container: 8080 }], resources: { memoryMb: 128 } }];
    await plane.client().pods.create("acme", { name: pod, spec: { units, routes: [{ unit: "web", port: "http" }] } });
  }

  it("an engine that dies in the middle is waited for, and the build is tried again by itself", async () => {
    await create(name, dockerfile);
    await vi.waitFor(async () => expect(await logs(name)).toContain("setTimeout"), wait);
    engine.kill();
    await vi.waitFor(async () => expect((await status(name)).phase).not.toBe("preparing"), wait);
    await engine.start();
    await vi.waitFor(async () => expect((await status(name)).phase).toBe("running"), wait);
    await vi.waitFor(async () => expect((await plane.get(`${name}-acme.localhost`)).body).toBe("built"), wait);
  });

  it("a deployment that is built as it dies is built again, and serves", async () => {
    const project = join(folder, "project");
    await mkdir(project);
    const files = {
      "package.json": '{"name":"shop"}',
      "agentpod.yaml": "runtime: node@24\ninstall: []\nbuild: node build.js\nstart: node server.js\n",
      // The first time it ends only with its engine; what it keeps in its home outlives that.
      "build.js": `const fs = require("node:fs"); const mark = process.env.HOME + "/begun";
        if (fs.existsSync(mark)) fs.writeFileSync("built.txt", "all of it");
        else { fs.writeFileSync(mark, ""); console.log("building"); setInterval(() => {}, 1000); }`,
      "server.js":
        'const http = require("node:http"); const built = require("node:fs").readFileSync("built.txt"); http.createServer((_, r) => r.end(built)).listen(process.env.PORT, process.env.HOST);\n',
    };
    for (const [file, text] of Object.entries(files)) await writeFile(join(project, file), text);
    const app = `d${name}`;
    const begun = await plane.json<{ operation: { id: string } }>("deploy", project, "--tenant", "acme", "--name", app, "--no-wait");
    await vi.waitFor(async () => expect(await logs(`${app}-build`)).toContain("building"), wait);
    engine.kill();
    await vi.waitFor(async () => expect((await status(`${app}-build`)).phase).toBe("unknown"), wait);
    await engine.start();
    const ended = () => plane.client().operations.get(begun.operation.id);
    await vi.waitFor(async () => expect(isEnded((await ended()).state)).toBe(true), wait);
    const { state, message } = await ended();
    expect(state, message).toBe("succeeded");
    expect(await plane.get(`${app}-acme.localhost`)).toEqual({ status: 200, body: "all of it" });
  });

  it("a pod that is stopped while it is built is built no further; other pods never waited", async () => {
    const other = `o${name}`;
    await create(other, dockerfile.replace("8000", "80000000").replace("begun", "again"));
    await vi.waitFor(async () => expect(await logs(other)).toContain("80000000"), wait);
    await vi.waitFor(() => expect(engine.docker("ps", "--no-trunc", "--format", "{{.Command}}")).toContain("80000000"), wait);
    expect(await plane.cli("pod", "restart", `acme/${name}`, "--wait")).toMatchObject({ code: 0 });
    expect(await plane.cli("pod", "stop", `acme/${other}`, "--wait")).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(engine.docker("ps", "--no-trunc", "--format", "{{.Command}}")).not.toContain("80000000"), wait);
  });
});
