import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { serveDashboard } from "../src/dashboard/serve-dashboard.ts";
import { notFound } from "../src/routes/not-found.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeBuilds() {
  const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  folders.push(folder);
  const serve = serveDashboard(folder);
  const app = new Hono();
  app.notFound(async (context) => (await serve(context)) ?? notFound(context));
  return {
    folder,
    get: (path: string, headers: Record<string, string> = {}, method = "GET") =>
      app.request(path, { method, headers: { accept: "text/html", ...headers } }),
    build(key: string, files: Record<string, string>, builds: string[]) {
      const known: Record<string, object> = {};
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(join(folder, key, path, ".."), { recursive: true });
        for (const extension of ["", ".br", ".gz"]) writeFileSync(join(folder, key, `${path}${extension}`), content + extension);
        known[path] = { type: path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8", coded: true };
      }
      writeFileSync(join(folder, key, "manifest.json"), JSON.stringify({ scriptHashes: ["'sha256-abc='"], files: known }));
      writeFileSync(join(folder, "builds.json"), JSON.stringify(builds));
    },
  };
}

describe("P15 serving the dashboard", () => {
  it("says that it is being built, in the reader's language, and serves it once it is, without a restart", async () => {
    const { get, build } = makeBuilds();
    const early = await get("/pods", { "accept-language": "zh-CN,zh;q=0.9" });
    expect(early.status).toBe(503);
    expect(early.headers.get("refresh")).toBe("2");
    expect(await early.text()).toContain("正在构建控制台");
    build("one", { "/index.html": "page one" }, ["one"]);
    const page = await get("/pods/acme/web");
    expect([page.status, await page.text(), page.headers.get("cache-control")]).toEqual([200, "page one", "no-cache"]);
  });

  it("gives the page a policy that runs no script but its own", async () => {
    const { get, build } = makeBuilds();
    build("one", { "/index.html": "page" }, ["one"]);
    const policy = (await get("/")).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self' 'sha256-abc=';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("serves assets in the client's coding, for ever, those of the build before too", async () => {
    const { get, build } = makeBuilds();
    build("one", { "/index.html": "page one", "/_next/static/old.js": "old" }, ["one"]);
    build("two", { "/index.html": "page two", "/_next/static/new.js": "new" }, ["two", "one"]);
    const asset = await get("/_next/static/old.js", { "accept-encoding": "gzip, br" });
    expect([asset.headers.get("content-encoding"), await asset.text()]).toEqual(["br", "old.br"]);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    const plain = await get("/_next/static/new.js", { "accept-encoding": "br;q=0" });
    expect([plain.headers.get("content-encoding"), await plain.text()]).toEqual([null, "new"]);
    expect(await (await get("/")).text()).toBe("page two");
  });

  it.each([
    "/_next/static/gone.js",
    "/../builds.json",
    "/_next/%2e%2e/%2e%2e/builds.json",
    "/manifest.json",
    "/index.html",
    "/api/v1/nothing",
    "/robots.txt",
  ])("has nothing at %s", async (path) => {
    const { get, build } = makeBuilds();
    build("one", { "/index.html": "page" }, ["one"]);
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("not_found");
  });

  it("gives programs that ask for JSON an error, and changes nothing", async () => {
    const { get, build } = makeBuilds();
    build("one", { "/index.html": "page" }, ["one"]);
    expect((await get("/pods", { accept: "application/json" })).status).toBe(404);
    expect((await get("/pods", {}, "POST")).status).toBe(404);
    const head = await get("/pods", {}, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });
});
