import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";

let rig: ApiRig;
const at = (path: string) => ({ tenant: "acme", pod: "web", path });
const base = "/tenants/acme/pods/web/files";
const put = (path: string, text: string) => rig.admin.files.write(at(path), { bytes: Buffer.from(text), size: Buffer.byteLength(text) });
const read = async (path: string) => (await buffer(Readable.from(await rig.admin.files.read(at(path))))).toString();

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), { deps: { fileLimitBytes: 1000 } });
  await rig.admin.tenants.create({ name: "acme" });
  const spec = webSpec();
  await rig.admin.pods.create("acme", {
    name: "web",
    spec: { ...spec, units: [{ ...spec.units[0], volumes: [{ name: "data", path: "/data" }] }] } as never,
  });
  await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "web")).phase).toBe("running"), { timeout: 20_000 });
});
afterAll(() => rig?.close());

describe("W3 files of a pod by the API", () => {
  it("are written, listed, read and deleted", async () => {
    expect(await rig.admin.files.roots("acme", "web")).toEqual([{ unit: "app", path: "/data", kind: "volume", volume: "data" }]);
    await put("/data/ö '(1)'.txt", "hällo");
    await rig.admin.files.makeFolder({ ...at("/data/deep") });
    const folder = await rig.admin.files.list(at("/data/"));
    expect(folder).toMatchObject({ unit: "app", path: "/data", isWhole: true, root: { kind: "volume", volume: "data" } });
    expect(folder.entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
      ["deep", "folder", 0],
      ["ö '(1)'.txt", "file", 6],
    ]);
    expect(await read("/data/ö '(1)'.txt")).toBe("hällo");
    await rig.admin.files.remove(at("/data/deep"));
    await rig.admin.files.remove(at("/data/ö '(1)'.txt"));
    expect((await rig.admin.files.list(at("/data"))).entries).toEqual([]);
    await expect(rig.admin.files.remove(at("/data/deep"))).rejects.toMatchObject({ code: "not_found" });
  });

  it("come as something to be saved, which no browser runs", async () => {
    await put("/data/page.html", "<script>alert(1)</script>");
    const response = await fetch(`${rig.url}/api/v1${base}/content?path=/data/page.html`, {
      headers: { authorization: `Bearer ${rig.adminToken}` },
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "25",
      "content-disposition": "attachment; filename*=UTF-8''page.html",
      "x-content-type-options": "nosniff",
    });
    expect(await response.text()).toBe("<script>alert(1)</script>");
  });

  it("over the limit are refused before they are read, with the limit in the sentence", async () => {
    await expect(put("/data/large", "x".repeat(1001))).rejects.toMatchObject({
      code: "invalid",
      message: "the body is larger than 1000 bytes",
    });
    await put("/data/large", "x".repeat(1000));
    await put("/data/empty", "");
    expect(await read("/data/empty")).toBe("");
  });

  it("that break off leave what was there", async () => {
    await put("/data/kept", "as it was");
    const url = new URL(`${rig.url}/api/v1${base}/content?path=/data/kept`);
    await new Promise<void>((resolve) => {
      const sending = httpRequest(url, { method: "PUT", headers: { authorization: `Bearer ${rig.adminToken}`, "content-length": 900 } });
      sending.on("error", () => resolve());
      sending.write("new and", () => setImmediate(() => sending.destroy()));
    });
    await vi.waitFor(async () => {
      const events = await rig.admin.events.list({ tenant: "acme", pod: "web" });
      expect(events.filter((one) => one.type === "pod.file_written" && one.result !== "ok").length).toBeGreaterThan(0);
    });
    expect(await read("/data/kept")).toBe("as it was");
  });

  it("need their size to be said", async () => {
    const response = await fetch(`${rig.url}/api/v1${base}/content?path=/data/sized`, {
      method: "PUT",
      headers: { authorization: `Bearer ${rig.adminToken}` },
      body: Readable.toWeb(Readable.from(["in ", "pieces"])) as never,
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/Content-Length/);
  });

  it.each([
    ["GET", "/content?path=/data/../etc/passwd", 400],
    ["GET", "?path=..", 400],
    ["GET", "?path=/data/%2e%2e/etc", 400],
    ["GET", "?path=/data%00", 400],
    ["GET", "?path=/etc", 404],
    ["GET", "?path=/data/none", 404],
    ["GET", "/content?path=/data", 400],
    ["GET", "?path=/data&unit=nosuch", 404],
    ["GET", "?path=/data&more=1", 400],
    ["DELETE", "?path=/data", 400],
    ["DELETE", "?path=/", 404],
    ["PUT", "/content?path=/data", 409],
    ["POST", "/folders", 400],
  ])("%s %s is answered with %i", async (method, path, status) => {
    expect((await request(rig, rig.adminToken, method, `${base}${path}`, method === "GET" ? undefined : {})).status).toBe(status);
  });

  it("need what a shell needs, and are nobody else's", async () => {
    await rig.admin.tenants.create({ name: "bolts" });
    const viewer = await rig.token("acme", roles.viewer);
    const operator = await rig.token("acme", roles.operator);
    const foreign = await rig.token("bolts", roles.owner);
    expect((await request(rig, viewer, "GET", `${base}?path=/data`)).status).toBe(403);
    expect((await request(rig, operator, "GET", `${base}?path=/data`)).status).toBe(200);
    expect((await request(rig, foreign, "GET", `${base}?path=/data`)).status).toBe(404);
    expect((await request(rig, foreign, "DELETE", `${base}?path=/data/kept`)).status).toBe(404);
    expect(await read("/data/kept")).toBe("as it was");
  });
});
