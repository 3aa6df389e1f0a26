import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { SourceView } from "@agentpod/core/api/source-view";
import { roles } from "@agentpod/core/permission";
import { mostUploadBytes } from "@agentpod/core/source/source-limits";
import { testCertificate } from "@agentpod/host/test-certificate";
import { type GitServer, git, gitServer } from "@agentpod/source/testing/git-server";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";
import { type SourcesDeps, sources } from "../src/sources/sources.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { runAgentpod } from "./run-agentpod.ts";
import { send, tarOf } from "./walk-sources.ts";

let rig: ApiRig;
let folder: string;
let token: string;
let repositories: GitServer;
const gitLogin = "oauth2:s3cret-git-token";

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  folder = mkdtempSync(join(tmpdir(), "agentpod-sources-"));
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
  token = await rig.token("acme", roles.operator);
  repositories = await gitServer(join(folder, "git"), { login: gitLogin });
});
afterAll(async () => {
  await repositories?.close();
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

const express = {
  "package.json": '{"scripts":{"start":"node ."},"dependencies":{"express":"5","pg":"8"}}',
  "index.js": "app.listen(4321)",
};

function write(name: string, files: Readonly<Record<string, string>>): string {
  const at = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  return at;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function keptPaths(digest: string): Promise<string[]> {
  const entries = extract();
  (await rig.deps.artifacts.open(digest)).pipe(entries);
  const names: string[] = [];
  for await (const entry of entries) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

/** As an operator of acme. */
const agentpod = (...args: string[]) =>
  runAgentpod(args, { cwd: folder, env: { AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: token } });

describe("C3 sources through the API", () => {
  it("keeps an archive under its digest, without what is ignored, and says what it is", async () => {
    const archive = await tarOf({ ...express, "node_modules/x.js": "x", ".env": "SECRET=1" });
    const { status, body } = await send(rig, token, "POST", "/tenants/acme/sources", archive);
    expect({ status, body }).toMatchObject({ status: 201, body: { files: 2, commit: null, notices: [expect.stringContaining(".env")] } });
    expect(await keptPaths(body.digest)).toEqual(["index.js", "package.json"]);
    const found = await request(rig, token, "GET", `/tenants/acme/sources/${body.digest}/analysis`);
    expect(found).toMatchObject({ status: 200, body: { type: "node", framework: "express", ports: [4321], needs: ["postgres"] } });
    expect(found.body.reasons.length).toBeGreaterThan(5);
    const events = await rig.admin.events.list({ tenant: "acme", limit: 20 });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "source.added",
        message: "source of 2 files was added from an archive",
        data: { digest: body.digest },
      }),
    );
  });

  it("shows no other tenant a source, though it knows the digest", async () => {
    const { body } = await send(rig, token, "POST", "/tenants/acme/sources", await tarOf({ "index.html": "acme" }));
    const other = await rig.token("bolts", roles.operator);
    expect(await request(rig, other, "GET", `/tenants/bolts/sources/${body.digest}/analysis`)).toMatchObject({ status: 404 });
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    ["no archive", async () => Buffer.from("hello ".repeat(200)), "archive"],
    ["a link outside", async () => tarOf({ "../evil": "x" }), "../evil"],
  ])("refuses %s and keeps nothing of it", async (_what, archive, path) => {
    const { status, body } = await send(rig, token, "POST", "/tenants/acme/sources", await archive());
    expect({ status, path: body.error.issues[0].path }).toEqual({ status: 400, path });
  });

  it("says what an analysis of a source lacks", async () => {
    const { body } = await send(rig, token, "POST", "/tenants/acme/sources", await tarOf({ "README.md": "x" }));
    const found = await request(rig, token, "GET", `/tenants/acme/sources/${body.digest}/analysis`);
    expect(found).toMatchObject({ status: 400, body: { error: { code: "invalid", issues: [{ path: "files" }] } } });
  });
});

describe("C3 uploads that go on where they ended", () => {
  const path = (archive: Buffer): string => `/tenants/acme/sources/uploads/${digestOf(archive)}`;

  it("takes parts in order, the same again, and no gap", async () => {
    const archive = await tarOf({ "index.html": "x", "big.bin": randomBytes(20_000).toString("base64") });
    const at = path(archive);
    expect(await request(rig, token, "GET", at)).toMatchObject({ status: 200, body: { received: 0 } });
    expect(await send(rig, token, "PUT", `${at}?offset=0`, archive.subarray(0, 9000))).toMatchObject({
      status: 200,
      body: { received: 9000 },
    });
    expect(await send(rig, token, "PUT", `${at}?offset=12000`, archive.subarray(12_000))).toMatchObject({
      status: 409,
      body: { error: { message: "9000 bytes are here: go on from there.", issues: [{ path: "offset", expected: "at most 9000" }] } },
    });
    expect(await send(rig, token, "PUT", `${at}?offset=5000`, archive.subarray(5000, 10_000))).toMatchObject({
      body: { received: 10_000 },
    });
    expect(await request(rig, token, "GET", at)).toMatchObject({ body: { received: 10_000 } });
    expect(await send(rig, token, "PUT", `${at}?offset=10000`, archive.subarray(10_000))).toMatchObject({
      body: { received: archive.length },
    });
    const added = await request(rig, token, "POST", at);
    expect(added).toMatchObject({ status: 201, body: { files: 2 } });
    expect(await request(rig, token, "GET", at)).toMatchObject({ body: { received: 0 } });
    expect(await request(rig, token, "POST", at)).toMatchObject({ status: 404 });
    expect((await send(rig, token, "POST", "/tenants/acme/sources", archive)).body.digest).toBe(added.body.digest);
  });

  it("keeps what arrived of a part that broke off", async () => {
    const archive = await tarOf({ "a.bin": "x".repeat(2_000_000), "index.html": "" });
    const at = path(archive);
    const stop = new AbortController();
    const broken = fetch(`${rig.url}/api/v1${at}?offset=0`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
      duplex: "half",
      body: new ReadableStream({
        async pull(controller) {
          controller.enqueue(new Uint8Array(archive.subarray(0, 300_000)));
          await new Promise(() => {});
        },
      }),
    } as RequestInit);
    broken.catch(() => undefined);
    const received = async (): Promise<number> => (await request(rig, token, "GET", at)).body.received;
    await expect.poll(received, { timeout: 30_000 }).toBe(300_000);
    stop.abort();
    await expect(broken).rejects.toThrow();
    const sent: number[] = [];
    const read = async (offset: number, length: number): Promise<Buffer> => {
      sent.push(offset);
      return archive.subarray(offset, offset + length);
    };
    const parts = { digest: digestOf(archive), bytes: archive.length, read };
    const added = await rig.client(token).sources.upload("acme", parts, () => undefined);
    expect(sent).toEqual([300_000]);
    expect(added.files).toBe(2);
  });

  it("refuses a whole that is not what its digest says, and begins anew", async () => {
    const archive = await tarOf({ "index.html": "x" });
    const at = path(archive);
    await send(rig, token, "PUT", `${at}?offset=0`, Buffer.concat([archive.subarray(0, 100), Buffer.alloc(50)]));
    expect(await request(rig, token, "POST", at)).toMatchObject({ status: 400, body: { error: { issues: [{ path: "upload" }] } } });
    expect(await request(rig, token, "GET", at)).toMatchObject({ body: { received: 0 } });
  });

  it("bounds what a tenant has under way, and forgets what nobody went on with", async () => {
    const archives = Array.from({ length: 9 }, (_, i) => Buffer.from(`upload ${i} of many`));
    const answers = [];
    for (const archive of archives) answers.push((await send(rig, token, "PUT", `${path(archive)}?offset=0`, archive)).status);
    expect(answers).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 429]);
    const uploads = join(rig.sourcesFolder, "uploads");
    const [tenant = ""] = readdirSync(uploads);
    const old = new Date(rig.deps.clock().getTime() - 25 * 3600 * 1000);
    for (const name of readdirSync(join(uploads, tenant))) utimesSync(join(uploads, tenant, name), old, old);
    expect(await send(rig, token, "PUT", `${path(archives[8] as Buffer)}?offset=0`, archives[8] as Buffer)).toMatchObject({ status: 200 });
    expect(readdirSync(join(uploads, tenant))).toHaveLength(1);
    expect(await request(rig, token, "POST", path(archives[8] as Buffer))).toMatchObject({ status: 400 });
  });

  it("takes no more than an upload may have, and says how much that is and what to do", async () => {
    const digest = `sha256:${"1".repeat(64)}`;
    const at = `/tenants/acme/sources/uploads/${digest}`;
    await send(rig, token, "PUT", `${at}?offset=0`, Buffer.from("x"));
    const tenant = (await rig.deps.database.asSystem((store) => store.tenants.get("acme"))).id;
    const file = join(rig.sourcesFolder, "uploads", tenant, `${"1".repeat(64)}.part`);
    truncateSync(file, mostUploadBytes - 10);
    const { status, body } = await send(rig, token, "PUT", `${at}?offset=${mostUploadBytes - 10}`, Buffer.alloc(20));
    expect({ status, message: body.error.message }).toEqual({
      status: 413,
      message: expect.stringMatching(/^An upload has at most 1024 MB: leave out .*\.agentpodignore.*repository\.$/),
    });
    // Nobody sends a gigabyte to be told so.
    const read = async (): Promise<Buffer> => Promise.reject(new Error("it was read"));
    const parts = { digest, bytes: mostUploadBytes + 1, read };
    await expect(rig.client(token).sources.upload("acme", parts, () => undefined)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/^An upload has at most 1024 MB/),
    });
    rmSync(file);
  });

  it.each(["?offset=-1", "?offset=x", ""])("refuses the offset %j", async (query) => {
    expect(await send(rig, token, "PUT", `/tenants/acme/sources/uploads/sha256:${"0".repeat(64)}${query}`, Buffer.from("x"))).toMatchObject(
      { status: 400 },
    );
  });
});

describe("C3 repositories through the API", () => {
  const url = (): string => `http://127.0.0.1:${repositories.port}/team/app.git`;
  const fetched = (body: object) => request(rig, token, "POST", "/tenants/acme/sources/git", body);

  beforeAll(() => {
    const work = write("work", express);
    git(work, "init", "--quiet");
    git(work, "add", "--all");
    git(work, "commit", "--quiet", "-m", "first");
    mkdirSync(join(folder, "git"), { recursive: true });
    git(join(folder, "git"), "clone", "--quiet", "--bare", work, "team/app.git");
  });

  it("keeps a private repository's files under the digest that the folder has", async () => {
    const [user = "", secret = ""] = gitLogin.split(":");
    const { status, body } = await fetched({ url: url(), ref: "main", credentials: { kind: "token", user, token: secret } });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { files: 2, commit: git(join(folder, "work"), "rev-parse", "HEAD"), notices: [] },
    });
    const archive = await send(rig, token, "POST", "/tenants/acme/sources", await tarOf(express));
    expect(body.digest).toBe(archive.body.digest);
    const events = JSON.stringify(await rig.admin.events.list({ tenant: "acme", limit: 50 }));
    expect(events).toContain("was added from a repository");
    expect(events + JSON.stringify(rig.logged)).not.toContain(secret);
  });

  it.each<[string, () => object, string]>([
    ["a login that is missing", () => ({ url: url() }), "credentials"],
    ["a file of this machine", () => ({ url: "file:///etc" }), "url"],
    ["a program", () => ({ url: "ext::sh -c id" }), "url"],
    ["a ref that is an option", () => ({ url: url(), ref: "--upload-pack=id" }), "ref"],
    ["an unknown key", () => ({ url: url(), branch: "x" }), "branch"],
  ])("refuses %s", async (_what, body, path) => {
    expect(await fetched(body())).toMatchObject({ status: 400, body: { error: { code: "invalid", issues: [{ path }] } } });
  });

  it("asks no host that is not public", async () => {
    const { status, body } = await fetched({ url: "https://10.0.0.1/team/app.git" });
    expect({ status, message: body.error.message }).toEqual({ status: 400, message: expect.stringContaining("is not a public address") });
  });

  it("trusts who the installation trusts, and goes the way that it goes", async () => {
    const { key, chain: cert } = await testCertificate(["git.example.com"]);
    const secure = await gitServer(join(folder, "git"), { tls: { key, cert } });
    const proxy = await gitServer(join(folder, "git"));
    try {
      const guard = outboundGuard({ allow: ["127.0.0.1"], resolve: async () => ["127.0.0.1"] });
      const tenant = await rig.deps.database.asSystem((store) => store.tenants.get("acme"));
      const fetchWith = (address: string, given: Partial<SourcesDeps>) => {
        const made = sources({
          artifacts: rig.deps.artifacts,
          guard,
          folder: join(folder, "other"),
          searchPath: process.env.PATH ?? "",
          allowHttp: true,
          clock: rig.deps.clock,
          ...given,
        });
        return made.addRepository({ url: address }, tenant.id, new AbortController().signal);
      };
      const address = `https://git.example.com:${secure.port}/team/app.git`;
      await expect(fetchWith(address, {})).rejects.toMatchObject({ code: "unavailable" });
      expect(await fetchWith(address, { authorities: [cert] })).toMatchObject({ files: 2 });
      const through = { url: `http://127.0.0.1:${proxy.port}`, except: null };
      expect(await fetchWith("http://git.nowhere.invalid/team/app.git", { proxy: through })).toMatchObject({ files: 2 });
      expect(proxy.asked[0]?.path).toMatch(/^http:\/\/git\.nowhere\.invalid\/team/);
    } finally {
      await secure.close();
      await proxy.close();
    }
  });

  it("leaves nothing of what it read beside what is kept", () => {
    const reading = join(rig.sourcesFolder, "reading");
    expect(existsSync(reading) && readdirSync(reading)).toEqual([]);
  });
});

describe("C3 sources by command", () => {
  it("adds a folder, an archive and a repository, which are the same", async () => {
    write("shop", { ...express, "node_modules/a.js": "", ".env": "x" });
    writeFileSync(join(folder, "shop.tar"), await tarOf(express));
    writeFileSync(join(folder, "token"), `${gitLogin.split(":")[1]}\n`);
    const added: SourceView[] = [];
    for (const args of [
      ["shop"],
      ["shop.tar"],
      [`http://127.0.0.1:${repositories.port}/team/app.git`, "--ref", "main", "--user", "oauth2", "--token-file", "token"],
    ]) {
      const { code, stdout, stderr } = await agentpod("source", "add", "acme", ...args, "-o", "json");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      added.push(JSON.parse(stdout));
    }
    expect(new Set(added.map(({ digest }) => digest)).size).toBe(1);
    expect(added[0]?.notices).toEqual([expect.stringContaining(".env")]);
    const { stdout } = await agentpod("source", "analyze", "acme", added[0]?.digest ?? "");
    expect(stdout).toMatch(/^framework {7}express$/m);
    expect(readFileSync(join(folder, "shop/.env"), "utf8")).toBe("x");
  });

  it("says what is wrong", async () => {
    expect(await agentpod("source", "add", "acme", "nowhere")).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/^ERROR not_found: there is no folder and no archive nowhere/),
    });
    expect((await agentpod("source", "add", "acme", "shop", "--ref", "main")).stderr).toMatch(/^ERROR invalid: shop is on this machine/);
    expect((await agentpod("source", "add", "bolts", "shop")).stderr).toMatch(/^ERROR not_found/);
  });
});
