import { gunzipSync } from "node:zlib";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
  for (let i = 0; i < 5; i++) await rig.admin.pods.create("acme", { name: `web-${i}`, spec: webSpec() });
});
afterAll(() => rig.close());

/** undici's `request` unpacks nothing. */
async function ask(path: string, accept?: string, change?: object) {
  const { statusCode, headers, body } = await request(`${rig.url}/api/v1${path}`, {
    method: change === undefined ? "GET" : "POST",
    body: change === undefined ? null : JSON.stringify(change),
    headers: { authorization: `Bearer ${rig.adminToken}`, ...(accept !== undefined && { "accept-encoding": accept }) },
  });
  return { statusCode, headers, bytes: Buffer.from(await body.arrayBuffer()) };
}

describe("P15 long answers are short on the wire", () => {
  it("a list goes out as gzip to who takes it, and is the same list", async () => {
    const plain = await ask("/pods");
    const packed = await ask("/pods", "br, gzip");
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "application/json" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 3);
    const names = (bytes: Buffer) => (JSON.parse(bytes.toString()) as { name: string }[]).map(({ name }) => name);
    expect(names(gunzipSync(packed.bytes))).toEqual(names(plain.bytes));
    // A cache between must not give one to the other.
    expect(plain.headers.vary).toMatch(/accept-encoding/i);
    expect(packed.headers.vary).toMatch(/accept-encoding/i);
  });

  it.each([
    ["who refuses gzip", "gzip;q=0, identity"],
    ["who takes another coding only", "br"],
  ])("%s gets it plain", async (_name, accept) => {
    const { headers, bytes } = await ask("/pods", accept);
    expect(headers["content-encoding"]).toBeUndefined();
    expect(JSON.parse(bytes.toString())).toHaveLength(5);
  });

  it("a short answer stays as it is", async () => {
    expect((await ask("/tenants", "gzip")).headers["content-encoding"]).toBeUndefined();
  });

  it("an answer to a change is never compressed: it may hold a secret beside what was sent", async () => {
    const spec = webSpec();
    const units = spec.units.map((unit) => ({ ...unit, env: { LONG: "x".repeat(3000) } }));
    const { statusCode, headers, bytes } = await ask("/tenants/acme/pods", "gzip", { name: "long", spec: { ...spec, units } });
    expect(statusCode).toBe(202);
    expect(bytes.length).toBeGreaterThan(1400);
    expect(headers["content-encoding"]).toBeUndefined();
  });
});
