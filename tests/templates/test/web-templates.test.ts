import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { serve, unpacked } from "./template-rig.ts";

/** A path as it is, not as a URL parser cleans it. */
async function statusOf(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  const [answer] = await once(request({ hostname, port, path }).end(), "response");
  answer.resume();
  return answer.statusCode;
}

describe("P1 the hello template", () => {
  test("says who it is, and shows no markup of others", async () => {
    const { url } = await serve(await unpacked("hello", "app"), ["{{ code }}/main.mjs"], {
      GREETING: "<b>Hi</b>",
      POD: "acme/web",
      URL: "http://x",
    });
    const page = await fetch(url);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await page.text()).toContain("<h1>&#60;b&#62;Hi&#60;/b&#62; from acme/web</h1>");
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ ok: true, pod: "acme/web" });
    expect((await fetch(`${url}/none`)).status).toBe(404);
  });

  test("A6 its WebSocket echoes text and bytes, answers pings, and closes", async () => {
    const { url } = await serve(await unpacked("hello", "app"), ["{{ code }}/main.mjs"], {});
    const client = new WebSocket(`${url.replace("http", "ws")}/ws`);
    await once(client, "open");
    for (const message of ["hello", "", "ü".repeat(20_000)]) {
      client.send(message);
      expect(String((await once(client, "message"))[0])).toBe(message);
    }
    client.ping("beat");
    expect(String((await once(client, "pong"))[0])).toBe("beat");
    client.close(1000);
    expect((await once(client, "close"))[0]).toBe(1000);
  });

  test("a message that is too long closes the socket and leaves the server well", async () => {
    const { url } = await serve(await unpacked("hello", "app"), ["{{ code }}/main.mjs"], {});
    const client = new WebSocket(`${url.replace("http", "ws")}/ws`);
    await once(client, "open");
    client.send(Buffer.alloc(100_000));
    expect((await once(client, "close"))[0]).toBe(1009);
    expect((await fetch(url)).status).toBe(200);
  });

  test("TERM ends it with 0, also with an open WebSocket", async () => {
    const { url, running } = await serve(await unpacked("hello", "app"), ["{{ code }}/main.mjs"], {});
    const client = new WebSocket(`${url.replace("http", "ws")}/ws`);
    client.on("error", () => undefined);
    await once(client, "open");
    running.child.kill("SIGTERM");
    expect(await once(running.child, "exit")).toEqual([0, null]);
  });
});

describe("C5 the node template", () => {
  test("answers", async () => {
    const { url } = await serve(await unpacked("node", "app"), ["{{ code }}/main.mjs"], {});
    expect(await (await fetch(`${url}/x`)).json()).toMatchObject({ path: "/x" });
  });
});

describe("C5 the static template", () => {
  const args = ["{{ code }}/serve.mjs", "{{ code }}/site"];

  test("serves files with type and validator, HEAD too, and nothing by POST", async () => {
    const { url } = await serve(await unpacked("static", "app"), args, {});
    const page = await fetch(url);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("A static site");
    const etag = page.headers.get("etag") ?? "";
    expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.headers.get("content-length"), await head.text()]).toEqual([page.headers.get("content-length"), ""]);
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
  });

  test("P20 nothing outside the site, nothing hidden, whatever the spelling", async () => {
    const code = await unpacked("static", "app");
    await writeFile(join(code, "site", ".env"), "secret");
    await symlink("../serve.mjs", join(code, "site", "link.mjs"));
    const { url } = await serve(code, args, {});
    for (const path of [
      "/../serve.mjs",
      "/%2e%2e/serve.mjs",
      "/..%2fserve.mjs",
      "/.env",
      "/%2eenv",
      "/link.mjs",
      "/%00",
      "/%ff",
      "//etc/passwd",
    ])
      expect([path, await statusOf(url, path)]).toEqual([path, 404]);
  });

  test("unknown paths get 404.html, or the page of a single-page application", async () => {
    const code = await unpacked("static", "app");
    await writeFile(join(code, "site", "404.html"), "lost");
    const strict = await serve(code, args, {});
    const lost = await fetch(`${strict.url}/none`);
    expect([lost.status, await lost.text()]).toEqual([404, "lost"]);
    const single = await serve(code, args, { SINGLE_PAGE: "true" });
    const found = await fetch(`${single.url}/none`);
    expect([found.status, await found.text()]).toEqual([200, expect.stringContaining("A static site")]);
  });
});
