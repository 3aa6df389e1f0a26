import { describe, expect, it } from "vitest";
import { gatewaySettings } from "../src/env.ts";

describe("P7 P21 gateway settings", () => {
  it("come from the installation's home", () => {
    const settings = gatewaySettings({ AGENTPOD_HOME: "/srv/agentpod" });
    expect(settings).toEqual({
      host: "0.0.0.0",
      port: 3000,
      httpsPort: 3443,
      isHttpsNeeded: false,
      publicHttpsPort: null,
      controlSocket: "/srv/agentpod/run/gateway.sock",
      innerSocket: "/srv/agentpod/run/gateway-inner.sock",
      stateDir: "/srv/agentpod/gateway",
      serverSocket: "/srv/agentpod/run/server.sock",
      dashboardSocket: null,
      baseDomains: ["localhost"],
      frontHosts: [],
      trustedProxies: null,
    });
  });

  it("base domains, public address and trusted networks", () => {
    const settings = gatewaySettings({
      AGENTPOD_HOME: "/srv/agentpod",
      AGENTPOD_BASE_DOMAIN: "Pods.Example.com",
      AGENTPOD_URL: "https://Console.pods.example.com/",
      AGENTPOD_TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8, 192.0.2.1",
    });
    expect(settings.baseDomains).toEqual(["pods.example.com", "localhost"]);
    expect(settings.frontHosts).toEqual(["console.pods.example.com"]);
    expect(settings.publicHttpsPort).toBe(443);
    const trusts = (address: string, family: "ipv4" | "ipv6") => settings.trustedProxies?.check(address, family);
    expect(trusts("10.9.9.9", "ipv4")).toBe(true);
    expect(trusts("192.0.2.1", "ipv4")).toBe(true);
    expect(trusts("192.0.2.2", "ipv4")).toBe(false);
    expect(trusts("fd12::1", "ipv6")).toBe(true);
  });

  it.each(["10.0.0.0/33", "10.0.0.0/8/8", "example.com", "10.0.0.0/x", "::/129"])("%s is no network", (network) => {
    expect(() => gatewaySettings({ AGENTPOD_TRUSTED_PROXIES: network })).toThrow(/AGENTPOD_TRUSTED_PROXIES must be networks/);
  });
});
