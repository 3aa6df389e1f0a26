import { randomBytes } from "node:crypto";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { keyOf } from "../src/master-key.ts";
import { migrate } from "../src/migrate.ts";
import { openDatabase } from "../src/open-database.ts";
import { sealedTables } from "../src/sealed-tables.ts";
import { secretBox } from "../src/secret-box.ts";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import {
  exampleAdoption,
  exampleChannel,
  exampleDeployment,
  exampleHook,
  exampleHookSecrets,
  exampleKept,
  exampleLlmProvider,
  exampleTarget,
  newPod,
  newTenant,
  rawClient,
} from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const made = async (name: string) => newPod(scratch.database, await newTenant(scratch.database, name), "web");
const revisionOf = async (id: string, name: string) => (await system((s) => s.pods.facts([id])))[0]?.secrets[name];

/** A sealed value in every table that holds some. */
const rotatedDeployment = "0d1f2c3b-4a5e-4f60-8a1b-2c3d4e5f6071";

async function sealEverywhere(s: Store, pod: Pod): Promise<Record<"certificate" | "provider" | "channel" | "target" | "hook", string>> {
  const certificate = await s.certificates.want({ tenantId: null, names: ["rotated.example"], source: "local" });
  const at = new Date().toISOString();
  const facts = { notBefore: at, notAfter: at, issuer: "", serial: "", fingerprint: "" };
  await s.certificates.saveIssued(certificate.id, { ...facts, chain: "c", key: "certificate key", renewAt: null, challenge: null });
  const provider = await s.dnsProviders.insert({
    tenantId: null,
    name: "r",
    kind: "dnspod",
    zones: [],
    credentials: { token: "dns token" },
  });
  const channel = await s.alertChannels.insert({ ...exampleChannel, tenantId: null });
  await s.llmProviders.insert({ ...exampleLlmProvider, tenantId: null });
  const target = await s.backupTargets.insert({ ...exampleTarget, tenantId: null });
  await s.adoptions.insert(exampleAdoption(pod), exampleKept("rotated"));
  await s.deployments.insert({ ...exampleDeployment(pod), id: rotatedDeployment });
  const hook = await s.deploymentHooks.insert(exampleHook(pod), exampleHookSecrets);
  await s.acme.saveAccount("https://ca.example", { key: "account key", url: null });
  await s.platformSecrets.keep("login", "login secret");
  await s.acme.saveLocalAuthority({ certificate: "c", key: "authority key" });
  return { certificate: certificate.id, provider: provider.id, channel: channel.id, target: target.id, hook: hook.id };
}

describe("P8 secrets", () => {
  it("come back as they were; only a change makes a revision, and none is ever used again", async () => {
    const pod = await made("acme");
    const value = "pässwörd \n'quoted'";
    await system((s) => s.secrets.put(pod.id, "PASSWORD", value));
    expect(await system((s) => s.secrets.reveal(pod.id))).toEqual({ PASSWORD: value });
    const first = (await revisionOf(pod.id, "PASSWORD")) as number;
    await system((s) => s.secrets.put(pod.id, "PASSWORD", value));
    expect(await revisionOf(pod.id, "PASSWORD")).toBe(first);
    await system((s) => s.secrets.put(pod.id, "PASSWORD", "other"));
    const second = (await revisionOf(pod.id, "PASSWORD")) as number;
    expect(second).toBeGreaterThan(first);
    await system((s) => s.secrets.delete(pod.id, "PASSWORD"));
    expect(await system((s) => s.secrets.reveal(pod.id))).toEqual({});
    await system((s) => s.secrets.put(pod.id, "PASSWORD", "other"));
    expect(await revisionOf(pod.id, "PASSWORD")).toBeGreaterThan(second);
    await expect(system((s) => s.secrets.put(pod.id, "no spaces", "x"))).rejects.toMatchObject({ code: "invalid" });
  });

  it("a sole value is held by one pod of all tenants, until it changes or its pod goes; others do as they like", async () => {
    const [one, other] = [await made("sole-one"), await made("sole-other")];
    const put = (pod: string, value: string, sole = true) => system((s) => s.secrets.put(pod, "BOT", value, { sole }));
    await put(one.id, "1:token");
    const first = await revisionOf(one.id, "BOT");
    await put(one.id, "1:token");
    expect(await revisionOf(one.id, "BOT")).toBe(first);
    await expect(put(other.id, "1:token")).rejects.toMatchObject({ code: "conflict", issues: [{ path: "inputs.BOT" }] });
    expect(await system((s) => s.secrets.reveal(other.id))).toEqual({});
    await put(other.id, "1:token", false);
    await put(other.id, "");
    await put(one.id, "");
    await put(other.id, "1:token");
    await put(one.id, "2:token");
    const at = await Promise.allSettled([put(one.id, "3:token"), put(other.id, "3:token")]);
    expect(at.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("nowhere in the database is a plain value", async () => {
    const pod = await made("plain");
    const value = `needle${randomBytes(8).toString("hex")}`;
    await system((s) => s.secrets.put(pod.id, "TOKEN", value));
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    try {
      const tables = await client.query("select tablename from pg_tables where schemaname = 'agentpod' and tablename <> 'migrations'");
      const dump: string[] = [];
      for (const { tablename } of tables.rows) {
        const { rows } = await client.query(`select t::text as row from agentpod.${tablename} t`);
        dump.push(...rows.map((r) => r.row));
      }
      expect(dump.join("\n")).toContain("TOKEN");
      for (const form of [value, Buffer.from(value).toString("hex"), Buffer.from(value).toString("base64")]) {
        expect(dump.join("\n")).not.toContain(form);
      }
    } finally {
      await client.end();
    }
  });

  it("a row moved to another name does not open", async () => {
    const pod = await made("moved");
    await system((s) => s.secrets.put(pod.id, "ONE", "1"));
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    await client.query("update agentpod.secrets set name = 'TWO' where pod_id = $1", [pod.id]);
    await client.end();
    await expect(system((s) => s.secrets.reveal(pod.id))).rejects.toMatchObject({ code: "internal" });
    await system((s) => s.secrets.delete(pod.id, "TWO"));
  });

  it("are moved to a new key at the next start, without a new revision; a lost key is said, and mended by setting anew", async () => {
    const pod = await made("rotated");
    await system((s) => s.secrets.put(pod.id, "KEY", "kept"));
    const issued = await system((s) => sealEverywhere(s, pod));
    const revision = await revisionOf(pod.id, "KEY");
    const next = { current: keyOf(randomBytes(32)), older: [scratch.masterKey.current] };
    await migrate(scratch.ownerUrl, { masterKey: next });
    const rotated = await openDatabase({ ownerUrl: scratch.ownerUrl, masterKey: next, embedded: true });
    expect(await rotated.asSystem((s) => s.secrets.reveal(pod.id))).toEqual({ KEY: "kept" });
    expect((await rotated.asSystem((s) => s.certificates.served())).find((c) => c.id === issued.certificate)?.key).toBe("certificate key");
    expect(await rotated.asSystem((s) => s.dnsProviders.reveal(issued.provider))).toEqual({ token: "dns token" });
    expect(await rotated.asSystem((s) => s.acme.account("https://ca.example"))).toMatchObject({ key: "account key" });
    expect(await rotated.asSystem((s) => s.alertChannels.reveal(issued.channel))).toEqual(exampleChannel.config);
    expect((await rotated.asSystem((s) => s.llmProviders.reveal())).map(({ key }) => key)).toEqual([exampleLlmProvider.key]);
    expect(await rotated.asSystem((s) => s.backupTargets.reveal(issued.target))).toEqual(exampleTarget.credentials);
    expect(await rotated.asSystem((s) => s.deployments.given(rotatedDeployment))).toEqual({ STRIPE_KEY: "a stripe key" });
    expect((await rotated.asSystem((s) => s.deploymentHooks.open(issued.hook)))?.secrets).toEqual(exampleHookSecrets);
    expect(await rotated.asSystem((s) => s.platformSecrets.find("login"))).toBe("login secret");
    expect(await rotated.asSystem((s) => s.acme.localAuthority())).toMatchObject({ key: "authority key" });
    await rotated.close();
    const client = await rawClient(scratch.urlOf(scratch.roles.system));
    const sealed = await client.query(
      "select table_name from information_schema.columns where table_schema = 'agentpod' and column_name = 'ciphertext'",
    );
    expect(sealed.rows.map((r) => r.table_name).sort()).toEqual(sealedTables.map((t) => t.table).sort());
    for (const { table_name } of sealed.rows) {
      const { rows } = await client.query(`select distinct key_id from agentpod.${table_name}`);
      expect([table_name, rows]).toEqual([table_name, [{ key_id: next.current.id }]]);
    }
    await client.end();
    expect(await revisionOf(pod.id, "KEY")).toBe(revision);

    await expect(system((s) => s.secrets.reveal(pod.id))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("AGENTPOD_MASTER_KEY_OLDER"),
    });
    await system((s) => s.secrets.put(pod.id, "KEY", "anew"));
    expect(await system((s) => s.secrets.reveal(pod.id))).toEqual({ KEY: "anew" });
  });
});

describe("P8 the box", () => {
  it("opens only what it sealed, for the same pod and name", () => {
    const box = secretBox({ current: keyOf(randomBytes(32)), older: [] });
    const sealed = box.seal({ pod: "p", name: "n" }, "value");
    expect(sealed.ciphertext.includes("value")).toBe(false);
    expect(box.open({ pod: "p", name: "n" }, sealed)).toBe("value");
    for (const context of [
      { pod: "q", name: "n" },
      { pod: "p", name: "m" },
    ])
      expect(() => box.open(context, sealed)).toThrow(/cannot be decrypted/);
    for (let at = 0; at < sealed.ciphertext.length; at++) {
      const ciphertext = Buffer.from(sealed.ciphertext);
      ciphertext.writeUInt8(ciphertext.readUInt8(at) ^ 1, at);
      expect(() => box.open({ pod: "p", name: "n" }, { ...sealed, ciphertext })).toThrow(/cannot be decrypted/);
    }
    expect(box.seal({ pod: "p", name: "n" }, "value").ciphertext).not.toEqual(sealed.ciphertext);
  });
});
