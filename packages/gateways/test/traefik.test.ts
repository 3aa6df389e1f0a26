import type { RouteEntry } from "@agentpod/core/route-table";
import type { HttpsJsonSchemastoreOrgTraefikV3FileProviderJson as PublishedSchema } from "@schemastore/traefik-v3-file-provider";
import { describe, expect, it } from "vitest";
import { gatewayConformance } from "../src/conformance.ts";
import { dynamicConfiguration } from "../src/traefik/body.ts";
import { traefikGateway } from "../src/traefik/driver.ts";
import { startGateway } from "./gateway-rig.ts";

const places = { httpEntryPoint: "web", httpsEntryPoint: "websecure", inner: "http://127.0.0.1:3000" };

const route = (hosts: string[]): RouteEntry => ({
  id: "route-1",
  pod: "pod-1",
  label: "acme/web",
  hosts,
  publicPort: null,
  path: "/",
  state: "sleeping",
  message: "",
  upstreams: [],
  holdSeconds: 10,
  timeoutSeconds: 10,
  drainSeconds: 10,
});
const table = (...hosts: string[]) => ({ version: 1, routes: [route(hosts)] });

// Its clients come straight to the embedded gateway here: Traefik itself is no part of the driver.
gatewayConformance("traefik", async () => {
  const rig = await startGateway();
  return { ...rig, gateway: traefikGateway({ embedded: rig.embedded, httpsPort: (await rig.embedded.observe()).httpsPort }) };
});

describe("P7 Traefik's dynamic configuration", () => {
  it("leads every host and AgentPod's own to the embedded gateway, with certificates as contents", () => {
    const certificate = { id: "c", names: ["a.example"], chain: "CHAIN", key: "KEY", ocsp: null, isPublic: true };
    expect(dynamicConfiguration(table("web-acme.example.com", "*.shop.example"), ["pods.example.com"], [certificate], places)).toEqual({
      http: {
        routers: {
          "agentpod-any.shop.example": { rule: "HostRegexp(`^[^.]+\\.shop\\.example$`)", service: "agentpod", entryPoints: ["web"] },
          "agentpod-any.shop.example-https": {
            rule: "HostRegexp(`^[^.]+\\.shop\\.example$`)",
            service: "agentpod",
            entryPoints: ["websecure"],
            tls: {},
          },
          "agentpod-pods.example.com": { rule: "Host(`pods.example.com`)", service: "agentpod", entryPoints: ["web"] },
          "agentpod-pods.example.com-https": { rule: "Host(`pods.example.com`)", service: "agentpod", entryPoints: ["websecure"], tls: {} },
          "agentpod-web-acme.example.com": { rule: "Host(`web-acme.example.com`)", service: "agentpod", entryPoints: ["web"] },
          "agentpod-web-acme.example.com-https": {
            rule: "Host(`web-acme.example.com`)",
            service: "agentpod",
            entryPoints: ["websecure"],
            tls: {},
          },
        },
        services: {
          agentpod: {
            loadBalancer: {
              servers: [{ url: "http://127.0.0.1:3000" }],
              passHostHeader: true,
              responseForwarding: { flushInterval: "-1ms" },
            },
          },
        },
      },
      tls: { certificates: [{ certFile: "CHAIN", keyFile: "KEY" }] },
      // The type check holds the same words against the types of Traefik's published schema: an unknown key is an error.
    } satisfies PublishedSchema);
  });

  it("of nothing is empty; a host of many routes is one router; without an entry point for it there is no HTTPS", () => {
    expect(dynamicConfiguration({ version: 1, routes: [] }, [], [], places)).toEqual({});
    const both = { version: 1, routes: [route(["a.example"]), route(["a.example"])] };
    expect(Object.keys(dynamicConfiguration(both, [], [], { ...places, httpsEntryPoint: null }).http?.routers ?? {})).toEqual([
      "agentpod-a.example",
    ]);
  });

  it("what is no host never becomes part of a rule", () => {
    for (const host of ["a`) || PathPrefix(`/", "a b", "a.*", "", "*.*.example"])
      expect(() => dynamicConfiguration(table(host), [], [], places)).toThrow("no host name");
  });
});
