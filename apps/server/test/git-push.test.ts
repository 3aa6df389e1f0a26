import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { roles } from "@agentpod/core/permission";
import { git } from "@agentpod/source/testing/git-server";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { repositories } from "../src/git-remote/repositories.ts";
import { webSpec } from "./api-rig.ts";
import { type PushRig, pushRig } from "./push-rig.ts";
import { runAgentpod } from "./run-agentpod.ts";

let rig: PushRig;
beforeAll(async () => {
  rig = await pushRig(inject("serverUrl"));
});
afterAll(() => rig?.close());

const time = { timeout: 300_000 };

describe("C3 git push", time, () => {
  it("makes an application of a first push, tells its steps, and replaces it with the next", async () => {
    const work = rig.project("one");
    const first = await rig.push(work, "shop");
    expect(first.said).toMatch(/remote: Deployment 1 of acme\/shop; it goes on if you leave\./);
    expect(first.said).toMatch(/remote: analyse: Looking what the project is\./);
    expect(first.said).toMatch(/remote: probe: /);
    expect(first.said).toMatch(/remote: Deployment 1: It serves at http/);
    expect(first.said).toMatch(/\[new branch\]\s+main -> main/);
    expect(first.code).toBe(0);
    expect((await rig.deployed.page("shop"))?.page).toBe("one");
    const id = rig.commit(work, "two");
    const second = await rig.push(work, "shop");
    expect(second.said).toMatch(/remote: Deployment 2: It serves at/);
    expect((await rig.deployed.page("shop"))?.page).toBe("two");
    const [newest] = await rig.deployments("shop");
    expect(newest).toMatchObject({ number: 2, state: "succeeded", serves: true, origin: `git push main ${id}` });
    expect(await rig.push(work, "shop")).toMatchObject({ code: 0, said: expect.stringContaining("Everything up-to-date") });
    expect(await rig.deployments("shop")).toHaveLength(2);
    const events = await rig.deployed.api.admin.events.list({ tenant: "acme", pod: "shop", limit: 200 });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "deployment.asked", message: "deployment 2 of acme/shop was asked for by a push to main" }),
    );
    expect(JSON.stringify([events, rig.deployed.api.logged])).not.toContain(rig.token);
  });

  it("is the same source as the same files from anywhere", async () => {
    const [newest] = await rig.deployments("shop");
    const files = { "package.json": '{"name":"shop","scripts":{"start":"node index.js"}}', "index.js": "" };
    const index = "require('node:http').createServer().listen(process.env.PORT)";
    expect(await rig.deployed.source("two", { ...files, "index.js": index })).toBe(newest?.source);
  });

  it("is taken although the deployment fails later, and says so; what served serves on", async () => {
    const work = rig.project("fine");
    expect((await rig.push(work, "frail")).code).toBe(0);
    writeFileSync(join(work, "package.json"), "{}");
    unlinkSync(join(work, "index.js"));
    rig.commit(work, "broken");
    const broken = await rig.push(work, "frail");
    expect(broken.code).toBe(0);
    expect(broken.said).toMatch(/remote: Deployment 2 failed: /);
    expect(broken.said).toMatch(/remote: The push was taken all the same; what served before serves on\./);
    expect(broken.said).toMatch(/main -> main/);
    expect((await rig.deployed.page("frail"))?.page).toBe("fine");
  });

  it("is shown by command, before and after the first push; an address holds no secret", async () => {
    const env = { AGENTPOD_HOME: join(rig.folder, "home"), AGENTPOD_URL: rig.deployed.api.url, AGENTPOD_TOKEN: rig.token };
    const agentpod = (...args: string[]) => runAgentpod(["deployment", "remote", ...args], { cwd: rig.folder, env });
    const before = await agentpod("acme/nothing-yet");
    expect(before.stdout).toContain("git remote add agentpod http://localhost:3000/git/acme/nothing-yet.git\ngit push agentpod main\n");
    const after = await agentpod("acme/shop", "-o", "json");
    const [newest] = await rig.deployments("shop");
    expect(JSON.parse(after.stdout)).toMatchObject({ branch: "main", commit: newest?.origin.split(" ").at(-1) });
    expect((await agentpod("bolts/shop")).stderr).toMatch(/^ERROR not_found/);
    expect((await agentpod("acme/Shop")).stderr).toMatch(/^ERROR invalid/);
  });

  it("brings more than git sends at once, in chunks", async () => {
    const work = rig.project("large");
    writeFileSync(join(work, "big.bin"), randomBytes(12 * 1024 * 1024));
    rig.commit(work, "large");
    const pushed = await rig.push(work, "large");
    expect(pushed).toMatchObject({ code: 0, said: expect.stringContaining("It serves at") });
    const view = await rig.deployed.api.admin.deployments.get("acme", "large", 1);
    expect(await rig.deployed.api.deps.artifacts.open(view.source).then((tar) => tar.destroy() && true)).toBe(true);
  });

  it("of a clone without history is taken, too", async () => {
    const work = rig.project("deep");
    rig.commit(work, "deeper");
    git(rig.folder, "clone", "--quiet", "--depth=1", `file://${work}`, "shallow");
    const pushed = await rig.push(join(rig.folder, "shallow"), "shallow");
    expect(pushed).toMatchObject({ code: 0, said: expect.stringContaining("Deployment 1: It serves at") });
  });
});

describe("C3 what a push may not do", time, () => {
  it("is for those who may deploy there: whoever may not learns nothing, and leaves nothing", async () => {
    const work = rig.project("closed");
    const other = await rig.deployed.api.token("bolts", roles.owner);
    const viewer = await rig.deployed.api.token("acme", roles.viewer);
    const half = await rig.deployed.api.token("acme", ["pod.write", "tenant.read"]);
    const tries: [string, RegExp][] = [
      [`http://127.0.0.1:${rig.front.port}/git/acme/closed.git`, /could not read Username|Authentication failed/],
      [rig.remoteOf("closed", "ap_this-is-not-a-token-of-anybody"), /Authentication failed/],
      [rig.remoteOf("closed", "my-password"), /Authentication failed/],
      [rig.remoteOf("closed", other), /not found/i],
      [rig.remoteOf("closed", other, rig.front, "nowhere"), /not found/i],
      [rig.remoteOf("closed", viewer), /pod\.write.*|403/],
      [rig.remoteOf("closed", half), /artifact\.write|403/],
    ];
    for (const [url, said] of tries) {
      const pushed = await rig.run(work, "push", url, "main");
      expect([pushed.code > 0, pushed.said]).toEqual([true, expect.stringMatching(said)]);
    }
    const hidden = [rig.remoteOf("shop", other), rig.remoteOf("closed", other)].map((url) => rig.run(work, "push", url, "main"));
    const words = (await Promise.all(hidden)).map(({ said }) => said.replaceAll(/shop|closed/g, "x"));
    expect(words[0]).toBe(words[1]);
    expect(existsSync(rig.repository("closed"))).toBe(false);
    expect(await rig.deployments("closed")).toEqual([]);
    const events = await rig.deployed.api.admin.events.list({ tenant: "acme", pod: "closed", limit: 50 });
    expect(events).toEqual([]);
  });

  it("is asked by no page of a browser, and by no cookie", async () => {
    const at = `http://127.0.0.1:${rig.front.port}/git/acme/shop.git`;
    const authorization = `Basic ${Buffer.from(`me:${rig.token}`).toString("base64")}`;
    const ask = (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
      fetch(`${at}${path}`, { redirect: "manual", ...init, headers }).then(async (answer) => [answer.status, await answer.text()]);
    expect(await ask("/info/refs?service=git-receive-pack", { authorization, origin: "https://evil.example" })).toEqual([
      403,
      "this is for git; no page may ask it\n",
    ]);
    expect((await ask("/info/refs?service=git-receive-pack", { cookie: "agentpod.session_token=x" }))[0]).toBe(401);
    expect((await ask("/info/refs?service=git-receive-pack", { authorization: `Bearer ${rig.token}` }))[0]).toBe(401);
    expect((await ask("/info/refs?service=git-upload-pack", { authorization }))[0]).toBe(403);
    expect((await ask("/git-upload-pack", { authorization }, { method: "POST", body: "0000" }))[0]).toBe(403);
    expect((await ask("/info/refs", { authorization }))[0]).toBe(404);
    expect((await ask("/config", { authorization }))[0]).toBe(404);
    expect((await ask("/git-receive-pack", { authorization }, { method: "POST", body: "GET / HTTP/1.1" }))[0]).toBe(400);
    expect((await ask("/git-receive-pack", { authorization }, { method: "POST", body: "0000" }))[0]).toBe(200);
    const zipped = { authorization, "content-encoding": "gzip" };
    expect((await ask("/git-receive-pack", zipped, { method: "POST", body: gzipSync("0000") }))[0]).toBe(200);
    expect((await ask("/git-receive-pack", zipped, { method: "POST", body: "0000" }))[0]).toBe(400);
  });

  it.each(["Shop", "..", "-x", "a b", "%2e%2e%2fshop", "$(id)", "x".repeat(36)])("makes no application called %j", async (name) => {
    const before = readdirSync(join(rig.deployed.api.sourcesFolder, "pushed", rig.acme));
    const pushed = await rig.run(rig.project("x"), "push", rig.remoteOf(encodeURIComponent(name)), "main");
    expect(pushed.code).toBeGreaterThan(0);
    expect(readdirSync(join(rig.deployed.api.sourcesFolder, "pushed", rig.acme))).toEqual(before);
  });

  it("takes no pod's place that was not deployed", async () => {
    await rig.deployed.api.admin.pods.create("acme", { name: "by-hand", spec: webSpec() });
    const pushed = await rig.push(rig.project("x"), "by-hand");
    expect(pushed).toMatchObject({ said: expect.stringContaining("There is a pod acme/by-hand that was not deployed") });
    expect(pushed.code).toBeGreaterThan(0);
  });

  it("deletes not what serves; tags and other branches are kept and deploy nothing; a force push does", async () => {
    const work = rig.project("first");
    expect(await rig.push(work, "branchy", "v0:refs/tags/v0", "main").then(({ code }) => code)).toBeGreaterThan(0);
    git(work, "tag", "v1");
    expect((await rig.push(work, "branchy", "v1")).said).toMatch(/push a branch: nothing was deployed yet/);
    expect((await rig.push(work, "branchy", "main", "v1")).said).toMatch(/Deployment 1: It serves/);
    expect((await rig.push(work, "branchy", ":main")).said).toMatch(/deletion of the current branch prohibited/);
    const kept = await rig.push(work, "branchy", "main:refs/heads/feature");
    expect(kept).toMatchObject({ code: 0, said: expect.stringMatching(/remote: Kept, and not deployed: pushes to main are/) });
    expect((await rig.push(work, "branchy", "main:refs/notes/x")).said).toMatch(/hidden ref|rejected/);
    expect(await rig.push(work, "branchy", ":feature")).toMatchObject({ code: 0 });
    expect(rig.refsOf("branchy")).toEqual(["refs/heads/main", "refs/tags/v1"]);
    expect(await rig.deployments("branchy")).toHaveLength(1);
    rig.commit(work, "another first", "--amend");
    expect((await rig.push(work, "branchy")).said).toMatch(/non-fast-forward|rejected/);
    expect((await rig.push(work, "branchy", "+main")).said).toMatch(/Deployment 2: It serves/);
    expect((await rig.deployed.page("branchy"))?.page).toBe("another first");
  });

  it("runs nothing: neither a branch with shell signs nor a hook", async () => {
    const work = rig.project("x");
    const evil = `refs/heads/x;touch\${IFS}${rig.folder.replaceAll("/", "")}`;
    expect((await rig.push(work, "evil", `main:${evil}`)).said).toMatch(/a branch that is deployed has letters, digits/);
    expect((await rig.push(work, "evil")).said).toMatch(/It serves/);
    const hooks = join(rig.repository("evil"), "hooks");
    mkdirSync(hooks, { recursive: true });
    for (const name of ["pre-receive", "update", "post-receive", "post-update"])
      writeFileSync(join(hooks, name), `#!/bin/sh\ntouch ${join(rig.folder, "ran")}\nexit 1\n`, { mode: 0o755 });
    rig.commit(work, "y");
    expect(await rig.push(work, "evil", "main", `main:${evil}`)).toMatchObject({ code: 0, said: expect.stringContaining("Deployment 2") });
    expect(existsSync(join(rig.folder, "ran"))).toBe(false);
  });

  it("brings no link that leads outside: it is refused whole, and the next push is taken", async () => {
    const work = rig.project("good");
    await rig.push(work, "linked");
    symlinkSync("../../etc/passwd", join(work, "passwd"));
    const bad = rig.commit(work, "bad");
    const refused = await rig.push(work, "linked");
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.said).toMatch(/! \[remote rejected\] main -> main \(passwd: expected /);
    expect(git(rig.repository("linked"), "rev-parse", "main")).not.toBe(bad);
    expect(await rig.deployments("linked")).toHaveLength(1);
    unlinkSync(join(work, "passwd"));
    rig.commit(work, "mended");
    expect((await rig.push(work, "linked")).said).toMatch(/Deployment 2: It serves/);
  });

  it("takes no more than it may, and keeps nothing of what was too much", async () => {
    const { database, clock } = rig.deployed.api.deps;
    const at = join(rig.folder, "small");
    const small = repositories({ folder: at, searchPath: process.env.PATH ?? "", database, clock, mostBytes: 1024 * 1024 });
    const narrow = await rig.serve({ repositories: small });
    const work = rig.project("huge");
    writeFileSync(join(work, "huge.bin"), randomBytes(6 * 1024 * 1024));
    rig.commit(work, "huge");
    const pushed = await rig.run(work, "push", rig.remoteOf("huge", rig.token, narrow), "main");
    expect(pushed.code).toBeGreaterThan(0);
    expect(pushed.said).toMatch(/exceeds maximum allowed size|remote rejected|unpack/);
    expect(await rig.deployments("huge")).toEqual([]);
    const left = readdirSync(join(at, rig.acme, "huge.git", "objects"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => /pack-|tmp_/.test(name))).toEqual([]);
  });

  it("needs git on the server, and says so", async () => {
    const { database, clock } = rig.deployed.api.deps;
    const none = repositories({ folder: join(rig.folder, "none"), searchPath: join(rig.folder, "nowhere"), database, clock });
    const bare = await rig.serve({ repositories: none });
    const pushed = await rig.run(rig.project("x"), "push", rig.remoteOf("x", rig.token, bare), "main");
    expect(pushed.said).toMatch(/git cannot be started on this machine; install it/);
    expect(pushed.code).toBeGreaterThan(0);
  });
});
