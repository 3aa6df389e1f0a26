import type { Upstream } from "@agentpod/core/route-table";
import { describe, expect, it } from "vitest";
import { gatewayConformance } from "../src/conformance.ts";
import { applyRequest, logsRequest, probeRequest, refusal } from "../src/embedded/body.ts";
import { startGateway } from "./gateway-rig.ts";

gatewayConformance("embedded", () => startGateway());

describe("P7 requests to the embedded gateway", () => {
  it("are built as its control socket reads them", () => {
    const upstream: Upstream = { id: "u", address: { kind: "unix", path: "/run/u.sock" } };
    const probe = { host: "a.localhost", path: "/healthz", timeoutSeconds: 2 };
    expect(applyRequest({ version: 1, routes: [] })).toEqual({ method: "PUT", path: "/table", body: '{"version":1,"routes":[]}' });
    expect(probeRequest(upstream, probe)).toEqual({ method: "POST", path: "/probe", body: JSON.stringify({ upstream, request: probe }) });
    expect(logsRequest({ route: "a&b=c", tail: 5, follow: true })).toEqual({
      method: "GET",
      path: "/logs?tail=5&follow=true&route=a%26b%3Dc",
      body: null,
    });
    expect(logsRequest({ route: null, tail: 5, follow: false }).path).toBe("/logs?tail=5&follow=false");
  });

  it("refusals keep their code and issues; anything else is unavailable", () => {
    const body = JSON.stringify({ error: { code: "conflict", message: "older", issues: [{ path: "a", expected: "b" }] } });
    expect(refusal(409, body)).toMatchObject({ code: "conflict", message: "older", issues: [{ path: "a", expected: "b" }] });
    expect(refusal(502, "<html>")).toMatchObject({ code: "unavailable" });
    expect(refusal(400, '{"error":{"code":"made-up","message":"x"}}')).toMatchObject({ code: "unavailable" });
  });
});
