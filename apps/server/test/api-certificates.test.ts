import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, type ApiRig, apiRig, request } from "./api-rig.ts";
import { type Issued, issueCertificate } from "./issue-certificate.ts";

let rig: ApiRig;
let acme: string;
let bolts: string;
let root: Issued;
let intermediate: Issued;
let leaf: Issued;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  acme = await rig.token("acme", roles.admin);
  bolts = await rig.token("bolts", roles.admin);
  for (const [name, method] of [
    ["acme.example", "dns"],
    ["single.example", "http"],
  ] as const) {
    rig.published.set(name, method);
    await ask("POST", "/domains", { name });
    await ask("POST", `/domains/${name}/verify`);
  }
  await ask("POST", "/domains", { name: "pending.example" });
  root = await issueCertificate("CN=Test root");
  intermediate = await issueCertificate("CN=Test intermediate", { by: root });
  leaf = await issueCertificate("CN=acme.example", { names: ["acme.example", "*.acme.example"], by: intermediate });
});
afterAll(() => rig.close());

const ask = (method: string, path: string, body?: unknown, token = acme): Promise<Answer> =>
  request(rig, token, method, `/tenants/acme${path}`, body);
const upload = (...[leafFirst, ...rest]: Issued[]) =>
  ask("POST", "/certificates", { chain: [leafFirst, ...rest].map((one) => one?.chain).join(""), key: leafFirst?.key });
const served = () => rig.deps.database.asSystem((store) => store.certificates.served());

describe("P7 uploaded certificates", () => {
  it("are told of with all but the key, served with it, and replaced by the next for the same names", async () => {
    const first = await upload(leaf, intermediate, root);
    expect(first).toMatchObject({
      status: 201,
      body: {
        tenant: "acme",
        names: ["*.acme.example", "acme.example"],
        source: "uploaded",
        state: "issued",
        issuer: "Test intermediate",
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        renewAt: null,
        message: "",
      },
    });
    expect(first.body.chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    const again = await issueCertificate("CN=acme.example", { names: ["*.acme.example", "ACME.example"], by: intermediate, days: [-1, 5] });
    const second = await upload(again, intermediate);
    expect(second.body).toMatchObject({ id: first.body.id, state: "expiring" });
    expect(second.body.fingerprint).not.toBe(first.body.fingerprint);
    const inForce = (await served()).find((one) => one.id === first.body.id);
    expect(inForce?.key.trim()).toBe(again.key.trim());
    expect(inForce?.isPublic).toBe(false);
    const lists = [await ask("GET", "/certificates"), await request(rig, rig.adminToken, "GET", "/certificates")];
    for (const { status, text } of [first, second, ...lists]) {
      expect(status).toBeLessThan(300);
      expect(text).not.toMatch(/PRIVATE KEY/);
    }
    const events = await rig.deps.database.asSystem((store) => store.events.latest({ tenant: "acme" }, 100));
    expect(events.filter((event) => event.type === "certificate.uploaded" && event.result === "ok")).toHaveLength(2);
    expect(JSON.stringify([events, rig.logged])).not.toMatch(/PRIVATE|BEGIN/);
  });

  it("are not renewed by AgentPod, and go when they are removed", async () => {
    const { id } = (await upload(leaf)).body;
    expect(await ask("POST", `/certificates/${id}/renew`)).toMatchObject({ status: 409 });
    expect(await ask("DELETE", `/certificates/${id}`)).toMatchObject({ status: 204 });
    expect(await ask("DELETE", `/certificates/${id}`)).toMatchObject({ status: 404 });
    expect((await served()).map((one) => one.id)).not.toContain(id);
  });

  it.each<[string, () => Promise<{ chain?: unknown; key?: unknown }>, string, RegExp]>([
    ["another's key", async () => ({ chain: leaf.chain, key: intermediate.key }), "key", /another's/],
    ["no key at all", async () => ({ chain: leaf.chain, key: "hunter2" }), "key", /one private key/],
    ["a certificate as the key", async () => ({ chain: leaf.chain, key: leaf.chain }), "key", /one private key/],
    [
      "an encrypted key",
      async () => ({ chain: leaf.chain, key: leaf.key.replaceAll("PRIVATE", "ENCRYPTED PRIVATE") }),
      "key",
      /passphrase/,
    ],
    ["no certificate", async () => ({ chain: "hello", key: leaf.key }), "chain", /in PEM/],
    [
      "a damaged certificate",
      async () => ({ chain: leaf.chain.replace(/^MII./m, "MIIx"), key: leaf.key }),
      "chain",
      /readable|private key/,
    ],
    ["the key in the chain", async () => ({ chain: leaf.chain + leaf.key, key: leaf.key }), "chain", /goes into key/],
    ["the chain upside down", async () => ({ chain: intermediate.chain + leaf.chain, key: leaf.key }), "key", /another's/],
    [
      "an issuer that did not sign",
      async () => ({ chain: leaf.chain + root.chain, key: leaf.key }),
      "chain",
      /number 2 has not signed number 1/,
    ],
    ["an issuer of the same name that did not sign", sameName, "chain", /has not signed/],
    ["an expired one", async () => own({ days: [-10, -1] }), "chain", /expired on/],
    ["one of tomorrow", async () => own({ days: [1, 10] }), "chain", /valid from/],
    ["an expired issuer", expiredIssuer, "chain", /certificate 2 of the chain expired/],
    ["a short RSA key", async () => own({ bits: 1024 }), "chain", /2048/],
    ["an address", async () => own({ addresses: ["192.0.2.7"] }), "chain", /192\.0\.2\.7/],
    ["no names", async () => own({ names: [] }), "chain", /host names/],
    ["a name of no domain", async () => own({ names: ["acme.example", "free.example"] }), "chain", /free\.example is not/],
    ["a name of a pending domain", async () => own({ names: ["pending.example"] }), "chain", /pending\.example is not/],
    ["a wildcard of a domain shown by HTTP alone", async () => own({ names: ["*.single.example"] }), "chain", /\*\.single\.example is not/],
    ["one of the installation's names", async () => own({ names: ["web-acme.localhost"] }), "chain", /localhost is not/],
    ["a number", async () => ({ chain: 7, key: leaf.key }), "chain", /text/],
    ["no chain", async () => ({ key: leaf.key }), "chain", /missing/],
  ])("%s is refused, without a word of the key", async (_what, body, path, expected) => {
    const before = (await ask("GET", "/certificates")).text;
    const answer = await ask("POST", "/certificates", await body());
    expect(answer).toMatchObject({ status: 400, body: { error: { issues: [{ path, expected: expect.stringMatching(expected) }] } } });
    expect(answer.text).not.toMatch(/PRIVATE KEY-|hunter2/);
    expect((await ask("GET", "/certificates")).text).toBe(before);
  });

  it("go with their domain, lest they be served to the next owner's visitors", async () => {
    rig.published.set("moving.example", "dns");
    await ask("POST", "/domains", { name: "moving.example" });
    await ask("POST", "/domains/moving.example/verify");
    const lost = (await upload(await issueCertificate("CN=m", { names: ["moving.example", "acme.example"] }))).body.id;
    const kept = (await upload(leaf)).body.id;
    expect((await ask("DELETE", "/domains/moving.example")).status).toBe(204);
    const ids = (await served()).map((one) => one.id);
    expect(ids).toContain(kept);
    expect(ids).not.toContain(lost);
  });

  it("another tenant's certificate is not there", async () => {
    const { id } = (await upload(leaf)).body;
    for (const [method, path] of [
      ["DELETE", `/certificates/${id}`],
      ["POST", `/certificates/${id}/renew`],
    ] as const) {
      expect((await request(rig, bolts, method, `/tenants/bolts${path}`)).status).toBe(404);
      // Not by the wrong tenant's address either, for whoever may see both.
      expect((await request(rig, rig.adminToken, method, `/tenants/bolts${path}`)).status).toBe(404);
    }
    expect((await ask("DELETE", "/certificates/not-an-id")).status).toBe(400);
  });
});

describe("P7 certificates that AgentPod gets by itself", () => {
  it("are made due by renew, whatever failed before, and not removed by hand", async () => {
    const { database } = rig.deps;
    const wanted = await database.asSystem(async (store) => {
      const { id: tenantId } = await store.tenants.get("acme");
      const row = await store.certificates.want({ tenantId, names: ["auto.acme.example"], source: "acme" });
      await store.certificates.saveFailure(row.id, { message: "refused", fault: "user", nextAttemptAt: "2999-01-01T00:00:00.000Z" });
      return row;
    });
    const listed = (await ask("GET", "/certificates")).body.find((one: { id: string }) => one.id === wanted.id);
    expect(listed).toMatchObject({ state: "failing", failures: 1, message: "refused", fault: "user", chain: null, notAfter: null });
    expect(await ask("POST", `/certificates/${wanted.id}/renew`)).toMatchObject({
      status: 202,
      body: { state: "pending", failures: 0, nextAttemptAt: null, message: "", renewAt: expect.any(String) },
    });
    expect(await ask("DELETE", `/certificates/${wanted.id}`)).toMatchObject({ status: 409 });
  });

  it("the installation's own are the admin's: upload for base domains alone, renew, remove, list", async () => {
    const admin = (method: string, path: string, body?: unknown) => request(rig, rig.adminToken, method, path, body);
    const own = await issueCertificate("CN=localhost", { names: ["*.localhost", "localhost"] });
    const { chain, key } = own;
    const uploaded = await admin("POST", "/certificates", { chain, key });
    expect(uploaded).toMatchObject({ status: 201, body: { tenant: null, names: ["*.localhost", "localhost"] } });
    const foreign = await admin("POST", "/certificates", { chain: leaf.chain, key: leaf.key });
    expect(foreign).toMatchObject({
      status: 400,
      body: { error: { issues: [{ path: "chain", expected: expect.stringContaining("acme.example is not") }] } },
    });
    expect((await admin("GET", "/certificates")).body.map((one: { tenant: string | null }) => one.tenant)).toContain(null);
    expect((await ask("GET", "/certificates")).text).not.toContain(uploaded.body.id);
    expect((await ask("DELETE", `/certificates/${uploaded.body.id}`)).status).toBe(404);
    expect((await admin("DELETE", `/certificates/${uploaded.body.id}`)).status).toBe(204);
  });

  it("the local authority is public once there is one", async () => {
    const look = () => fetch(`${rig.url}/api/v1/certificates/authority`);
    expect((await look()).status).toBe(404);
    await rig.deps.database.asSystem((store) => store.acme.saveLocalAuthority({ certificate: root.chain, key: root.key }));
    const response = await look();
    expect(response.headers.get("content-type")).toBe("application/x-pem-file");
    expect(await response.text()).toBe(root.chain);
  });
});

const own = async (given: Parameters<typeof issueCertificate>[1]) => {
  const { chain, key } = await issueCertificate("CN=own", { names: ["acme.example"], ...given });
  return { chain, key };
};

async function sameName() {
  const impostor = await issueCertificate("CN=Test intermediate");
  return { chain: leaf.chain + impostor.chain, key: leaf.key };
}

async function expiredIssuer() {
  const past = await issueCertificate("CN=Past", { days: [-10, -1] });
  const { chain, key } = await issueCertificate("CN=own", { names: ["acme.example"], by: past });
  return { chain: chain + past.chain, key };
}
