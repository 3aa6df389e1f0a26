import { AppError } from "@agentpod/core/errors";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { causeChain, httpError } from "../src/http-error.ts";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), {
    deps: {
      doctor: async () => {
        throw new Error("password=hunter2 in a stack", { cause: new Error("the disk is gone") });
      },
    },
  });
  await rig.admin.tenants.create({ name: "acme" });
});
afterAll(() => rig.close());

async function send(method: string, path: string, body?: RequestInit["body"], headers: Record<string, string> = {}) {
  const response = await fetch(`${rig.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${rig.adminToken}`, ...headers },
    ...(body === undefined ? {} : { body, duplex: "half" }),
  } as RequestInit);
  return { status: response.status, headers: response.headers, body: (await response.json()) as { error: Record<string, unknown> } };
}

describe("P3 what bad input gets", () => {
  it("names path, expectation and nearest key for an unknown key", async () => {
    const { status, body } = await send("POST", "/tenants", JSON.stringify({ name: "bolts", quotta: {} }));
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: "invalid",
      issues: [{ path: "quotta", expected: expect.stringContaining("quota"), nearest: "quota" }],
    });
  });

  it("names every path in a spec at once", async () => {
    const spec = webSpec();
    const wrong = { ...spec, units: [{ ...spec.units[0], image: "NOT AN IMAGE", ports: [{ name: "http", container: 99_999 }] }] };
    const { status, body } = await send("POST", "/tenants/acme/pods", JSON.stringify({ name: "web", spec: wrong }));
    expect(status).toBe(400);
    const paths = (body.error.issues as { path: string }[]).map((issue) => issue.path);
    expect(paths).toEqual(expect.arrayContaining(["spec.units[0].image", "spec.units[0].ports[0].container"]));
  });

  it("refuses what no pod may have", async () => {
    const spec = { ...webSpec(), units: [{ ...webSpec().units[0], privileged: true }] };
    const { status, body } = await send("POST", "/tenants/acme/pods", JSON.stringify({ name: "web", spec }));
    expect(status).toBe(403);
    expect(body.error).toMatchObject({ code: "forbidden", message: expect.stringContaining("spec.units[0].privileged") });
  });

  it.each([
    ["names that are no DNS label", "POST", "/tenants", JSON.stringify({ name: "Acme_1" }), 400],
    ["a body that is no JSON", "POST", "/tenants", "{", 400],
    ["a query that is unknown", "GET", "/pods?tenannt=acme", undefined, 400],
    ["a query that is no number", "GET", "/events?limit=many", undefined, 400],
    ["a cursor that is none", "GET", "/events?after=yesterday", undefined, 400],
    ["a name twice", "POST", "/tenants", JSON.stringify({ name: "acme" }), 409],
    ["a pod that is not there", "GET", "/tenants/acme/pods/none", undefined, 404],
    ["an address that is not there", "GET", "/nothing", undefined, 404],
    ["a path that leaves its place", "GET", "/tenants/..%2f..%2fetc/status", undefined, 400],
  ] as const)("answers %s with its status and one form", async (_what, method, path, body, expected) => {
    const answer = await send(method, path, body);
    expect(answer.status).toBe(expected);
    expect(Object.keys(answer.body.error).toSorted()).toEqual(["code", "issues", "message", "requestId"]);
  });

  it("stops reading a body that is too large, announced or not", async () => {
    const large = JSON.stringify({ name: "x".repeat(1_100_000) });
    expect((await send("POST", "/tenants", large)).status).toBe(413);
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    expect((await send("POST", "/tenants", stream)).status).toBe(413);
  });

  it("limits artifacts by their own measure", async () => {
    const small = await apiRig(inject("serverUrl"), { deps: { artifactLimitBytes: 1000 } });
    try {
      await expect(small.admin.artifacts.upload(Buffer.alloc(1001))).rejects.toMatchObject({ code: "invalid" });
      const artifact = await small.admin.artifacts.upload(Buffer.alloc(1000));
      expect(artifact).toMatchObject({ bytes: 1000, digest: expect.stringMatching(/^sha256:/) });
    } finally {
      await small.close();
    }
  });
});

describe("P8 errors keep what is inside to the log", () => {
  it("gives a stranger a request id and the log the whole chain", async () => {
    const { status, headers, body } = await send("GET", "/doctor");
    expect(status).toBe(500);
    expect(body.error).toEqual({ code: "internal", message: "Internal error", issues: [], requestId: headers.get("x-request-id") });
    const entry = rig.logged.find(({ fields }) => (fields as { requestId?: string }).requestId === body.error.requestId);
    expect(JSON.stringify(entry)).toContain("the disk is gone");
  });

  it("maps every code to its status", () => {
    const status = (error: AppError) => httpError(error, "id").status;
    expect(status(new AppError("quota_exceeded", "no"))).toBe(429);
    expect(status(new AppError("unavailable", "no"))).toBe(503);
    expect(status(new AppError("unauthenticated", "no"))).toBe(401);
    expect(httpError(new AppError("unavailable", "no"), "id").headers).toMatchObject({ "retry-after": "1" });
    expect(causeChain(new Error("a", { cause: "b" }))).toHaveLength(2);
  });

  it("says on every answer that it is not to be guessed at, framed or kept", async () => {
    const { headers } = await send("GET", "/whoami");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
  });
});

describe("P3 the API describes itself", () => {
  it("serves OpenAPI 3.1 with every operation and its permission", async () => {
    const response = await fetch(`${rig.url}/api/v1/openapi.json`);
    const document = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { description: string; responses: object }>>;
    };
    expect(document.openapi).toBe("3.1.0");
    expect(document.paths["/tenants/{tenant}/pods"]?.post?.description).toContain("pod.write");
    expect(Object.keys(document.paths["/tenants/{tenant}/pods"]?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(["202", "400", "404"]),
    );
  });

  it("serves the page that browses it without anything from elsewhere", async () => {
    const page = await (await fetch(`${rig.url}/api/docs`)).text();
    expect(page).not.toMatch(/https?:\/\//);
    for (const asset of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const response = await fetch(`${rig.url}${asset[1]}`);
      expect(response.status, asset[1]).toBe(200);
      await response.arrayBuffer();
    }
    expect((await fetch(`${rig.url}/api/docs/..%2fpackage.json`)).status).toBe(404);
  });
});
