import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roles } from "@agentpod/core/permission";
import { providerKinds } from "@agentpod/dns/provider-kinds";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { runAgentpod } from "./run-agentpod.ts";

let rig: ApiRig;
let folder: string;
beforeAll(async () => {
  const signOn = [{ id: "oidc", name: "Example", issuer: "https://id.example.com", clientId: "agentpod", clientSecret: "a-secret-value" }];
  rig = await apiRig(inject("serverUrl"), { signOn });
  folder = await mkdtemp(join(tmpdir(), "agentpod-about-"));
});
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true, force: true });
});

const agentpod = (...args: string[]) =>
  runAgentpod(args, { env: { AGENTPOD_HOME: folder, AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken }, cwd: folder });

describe("P15 P4 facts of the installation", () => {
  it("are told without a secret", async () => {
    const { status, body, text } = await request(rig, rig.adminToken, "GET", "/installation");
    expect(status).toBe(200);
    expect(body).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      url: "http://localhost:3000",
      baseDomains: ["localhost"],
      runtime: { kind: "memory", version: "1", adopts: true },
      signOn: [
        {
          id: "oidc",
          name: "Example",
          issuer: "https://id.example.com",
          clientId: "agentpod",
          callbackUrl: "http://localhost:3000/api/auth/callback/oidc",
        },
      ],
    });
    expect(text).not.toContain("a-secret-value");
  });

  it("are an admin's alone", async () => {
    await rig.admin.tenants.create({ name: "acme" });
    expect((await request(rig, await rig.token("acme", roles.owner), "GET", "/installation")).status).toBe(403);
  });

  it("are told by the command line, too", async () => {
    const { code, stdout } = await agentpod("about");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^AgentPod \d\S+ at http:\/\/localhost:3000\nPods run on memory .*\nUsers may sign on with Example\.\n$/),
    ]);
  });
});

describe("P7 kinds of DNS services", () => {
  it("come with the fields that adding one takes, by API and command line", async () => {
    const kinds = await rig.admin.dnsProviders.kinds();
    for (const { kind, title, fields } of kinds) {
      expect(title).toBe(providerKinds[kind].title);
      expect(fields.map((field) => field.name)).toEqual(Object.keys(providerKinds[kind].credentials.shape));
      expect(fields.some((field) => field.secret)).toBe(true);
    }
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(providerKinds).toSorted());
    expect(kinds.find(({ kind }) => kind === "rfc2136")?.fields).toContainEqual({
      name: "algorithm",
      title: "TSIG algorithm",
      description: null,
      secret: false,
      choices: ["hmac-sha256", "hmac-sha512"],
      default: "hmac-sha256",
    });
    expect((await agentpod("dns-provider", "kinds")).stdout).toMatch(/^cloudflare {2,}Cloudflare {2,}apiToken$/m);
  });
});
