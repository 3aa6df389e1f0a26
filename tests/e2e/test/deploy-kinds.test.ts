import { readdirSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { debianWheels } from "../src/debian-wheels.ts";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { type CliResult, type Installation, makeInstallation, root } from "../src/installation.ts";
import { isOnPath, pipFetches } from "../src/python-packages.ts";
import { rowsOf } from "../src/rows-of.ts";
import { processTraces } from "../src/traces.ts";
import { trustOfBuilds } from "../src/trust-of-builds.ts";

const wait = { timeout: 300_000, interval: 200 };
const examples = join(root, "examples");
const noEngine = "this machine has no container engine";
const hasPython = isOnPath("python3.11");
const hasPackages = pipFetches(join(examples, "fastapi/requirements.txt"));
const wheels = await mkdtemp("/tmp/ap-wheels-");
const wheelNames = debianWheels(wheels);
afterAll(() => rm(wheels, { recursive: true, force: true }));
const pythonPage = `
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"from Python " + os.environ["WHO"].encode())

HTTPServer((os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000"))), Page).serve_forever()
`;
/** Where rows of an application are. */
const tables = ["pods", "pod_revisions", "secrets", "routes", "hostnames", "allocations", "deployments"];

for (const { runtime, isHere } of [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
])
  describe.skipIf(!isHere)(`C3 C4 C5 kinds of projects that are deployed on ${runtime}`, { timeout: 1_800_000 }, () => {
    /** Why an example cannot run here, in words. */
    const lacks: Record<string, string | undefined> = {
      ...(runtime === "process" && !hasPython && { fastapi: "there is no python3.11" }),
      ...(!hasPackages && { fastapi: "packages of Python cannot be fetched from here" }),
      ...(wheelNames === null && { wheels: "packages of Debian cannot be fetched from here" }),
      ...(runtime === "process" && !hasPython && { wheels: "there is no python3.11" }),
      ...(runtime === "process" && { dockerfile: noEngine, compose: noEngine }),
    };
    const because = (name: string): string => (lacks[name] === undefined ? "" : ` (left out: ${lacks[name]})`);
    let plane: Installation;
    let shipped: string[];
    const folders: string[] = [];
    /** Several at once, for a build mostly waits for others, and no more than a server reads sources of. */
    const turns: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
    const done = new Map<string, Promise<CliResult>>();
    const artifacts = async (): Promise<string[]> => (await readdir(plane.home.artifacts)).sort();
    const images = (): string =>
      docker("images", "-a", "--filter", `label=agentpod.installation=${plane.id()}`, "--format", "{{.Repository}}:{{.Tag}}");
    const begin = (name: string, place: string, ...more: string[]): void => {
      const deploy = () => plane.cli("deploy", place, "--name", name, "-o", "json", ...more);
      // What takes longest waits for none.
      const ended = name === "nextjs" ? deploy() : (turns.shift() ?? Promise.resolve()).then(deploy);
      if (name !== "nextjs") turns.push(ended);
      done.set(name, ended);
    };
    const project = async (files: Record<string, string>): Promise<string> => {
      const folder = await mkdtemp("/tmp/ap-kind-");
      folders.push(folder);
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
      return folder;
    };

    beforeAll(async () => {
      plane = await makeInstallation(runtime, trustOfBuilds());
      await plane.start();
      shipped = await artifacts();
      const site = await project({
        "package.json": JSON.stringify({ name: "site", scripts: { build: "node build.js" } }),
        "build.js":
          'const fs = require("node:fs"); fs.mkdirSync("out"); fs.writeFileSync("out/index.html", "built by " + process.env.WHO);',
        "agentpod.yaml": "runtime: node@24\ninstall: []\nbuild: npm run build\noutput: out\n",
      });
      const page = { "main.py": pythonPage, "requirements.txt": "", ".python-version": "3.11\n" };
      // What it lacks an engine for is refused, and is asked for in order to see that.
      for (const name of readdirSync(examples)) if (name !== "fastapi" || !lacks.fastapi) begin(name, join(examples, name));
      begin("site", site, "--env", "WHO=nobody");
      if (runtime === "docker" || hasPython) begin("page", await project(page), "--env", "WHO=here");
      if (!lacks.wheels) {
        const requirements = ["--no-index", "--find-links wheels", ...(wheelNames ?? []), ""].join("\n");
        const folder = await project({});
        await cp(join(examples, "fastapi"), folder, { recursive: true });
        await cp(wheels, join(folder, "wheels"), { recursive: true });
        await writeFile(join(folder, "requirements.txt"), requirements);
        begin("wheels", folder);
      }
      if (runtime === "process") begin("old", await project({ ...page, ".python-version": "3.10\n" }));
      begin("notes", await project({ "notes.txt": "hello" }));
    }, 600_000);
    afterAll(async () => {
      await Promise.all(done.values());
      await plane?.destroy();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    }, 1_200_000);

    const deployed = async (name: string): Promise<{ get: (path?: string) => Promise<string>; host: string }> => {
      const { code, stdout, stderr } = (await done.get(name)) ?? { code: -1, stdout: "", stderr: "never begun" };
      expect([code, stderr], stdout).toEqual([0, ""]);
      const view: DeploymentView = JSON.parse(stdout);
      const host = `${name}-main.localhost`;
      expect(view).toMatchObject({ name, state: "succeeded", url: expect.stringContaining(host) });
      return { host, get: async (path) => (await plane.get(host, path)).body };
    };
    const refused = async (name: string): Promise<string> => {
      const { code, stdout, stderr } = (await done.get(name)) ?? { code: 0, stdout: "", stderr: "never begun" };
      expect(code, name).not.toBe(0);
      return `${stdout}${stderr}`;
    };

    it("a site of plain files, without a build", async () => {
      const { get } = await deployed("static");
      expect(await get()).toContain("<h1>It works</h1>");
      expect(await get("/style.css")).toContain("system-ui");
    });

    it("a site that is built: what is served is what the build made", async () => {
      const { get, host } = await deployed("site");
      expect(await get()).toBe("built by nobody");
      expect((await plane.get(host, "/package.json")).status).toBe(404);
    });

    it("a program with a database: it stores rows and returns them", async () => {
      const { get, host } = await deployed("express-postgres");
      const stored = await plane.get(host, "/items", { method: "POST", body: '{"name":"apple"}' });
      expect([stored.status, JSON.parse(stored.body)]).toEqual([201, { id: 1, name: "apple" }]);
      expect(JSON.parse(await get("/items"))).toEqual([{ id: 1, name: "apple" }]);
    });

    it("a framework that is built and renders on the server", async () => {
      const { get } = await deployed("nextjs");
      expect(await get()).toMatch(/on the server\./);
    });

    it.skipIf(runtime === "process" && !hasPython)("a program in Python", async () => {
      const { get } = await deployed("page");
      expect(await get()).toBe("from Python here");
    });

    it.skipIf(lacks.wheels)(`FastAPI with its packages beside it${because("wheels")}`, async () => {
      const { get } = await deployed("wheels");
      expect(JSON.parse(await get())).toEqual({ hello: "world" });
    });

    it.skipIf(lacks.fastapi)(`FastAPI with the packages that it names${because("fastapi")}`, async () => {
      const { get } = await deployed("fastapi");
      expect(await get()).toBe('{"hello":"world"}');
    });

    it.skipIf(lacks.dockerfile)(`a Dockerfile${because("dockerfile")}`, async () => {
      const { get } = await deployed("dockerfile");
      expect(await get()).toBe("Built from a Dockerfile.\n");
    });

    it.skipIf(lacks.compose)(`a compose file, its database's own image not as root and known by its URL${because("compose")}`, async () => {
      const { get } = await deployed("compose");
      expect(await get()).toBe("The database answers: true\n");
      const of = ["installation", "name", "unit"].flatMap((key, i) => [
        "--filter",
        `label=agentpod.${key}=${[plane.id(), "compose", "db"][i]}`,
      ]);
      const db = docker("ps", ...of, "--quiet");
      expect(docker("inspect", "--format", "{{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}}", db)).toBe(
        "postgres [ALL] []",
      );
      expect((await plane.cli("db", "url", "main/compose", "--reveal")).stdout).toContain("postgres://app:only-in-this-pod@");
    });

    it.skipIf(runtime === "docker")("a Dockerfile and a compose file where there is no engine: refused with a sentence", async () => {
      for (const name of ["dockerfile", "compose"]) expect(await refused(name)).toContain(noEngine);
    });

    it.skipIf(runtime === "docker" || isOnPath("python3.10"))(
      "another Python than there is on this machine: refused with its name",
      async () => {
        expect(await refused("old")).toContain("python3.10");
      },
    );

    it("nothing that is known: says what it looked for, and nothing is made", async () => {
      const said = await refused("notes");
      expect(said).toContain("Step analyse failed");
      expect(said).toContain("package.json");
      expect((await plane.json<{ name: string }[]>("pod", "list")).map(({ name }) => name)).not.toContain("notes");
    });

    it("every example was deployed, or said why not", async () => {
      const listed = await plane.json<DeploymentView[]>("deployment", "list");
      const served = listed.filter(({ state }) => state === "succeeded").map(({ name }) => name);
      const here = readdirSync(examples).filter((name) => lacks[name] === undefined);
      expect(served).toEqual(expect.arrayContaining(here));
    });

    it("destroyed: no container, network, volume, image, process, route, source or row of it is left", async () => {
      expect((await artifacts()).length).toBeGreaterThan(shipped.length);
      expect(Object.values(await rowsOf(plane, tables))).not.toContain(0);
      if (runtime === "docker") expect(images()).toContain("agentpod-build/");
      const names = [...new Set((await plane.json<{ name: string }[]>("deployment", "list")).map(({ name }) => name))];
      const ended = await Promise.all(names.map((name) => plane.cli("deployment", "destroy", `main/${name}`, "--yes")));
      expect(ended.map(({ code, stderr }, i) => [names[i], code, stderr])).toEqual(names.map((name) => [name, 0, ""]));
      const left = () => (runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids));
      await vi.waitFor(() => expect(left()).toEqual([]), wait);
      if (runtime === "docker") expect(images()).toBe("");
      expect(await artifacts()).toEqual(shipped);
      expect(await rowsOf(plane, tables)).toEqual(Object.fromEntries(tables.map((table) => [table, 0])));
      for (const name of names) expect((await plane.get(`${name}-main.localhost`)).status, name).toBe(404);
    });
  });
