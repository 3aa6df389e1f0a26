import { describe, expect, it } from "vitest";
import { proxyAddress } from "../src/proxy-address.ts";

describe("A14 the exact address from which AgentPod comes to a pod's units", () => {
  it.each([
    ["a container on a bridge of its own", { addressing: "names" }, "10.213.4.0/27", "10.213.4.1"],
    ["another network", { addressing: "names", joinsNetworks: false }, "10.213.0.224/27", "10.213.0.225"],
    ["AgentPod in containers beside it", { addressing: "names", joinsNetworks: true }, "10.213.4.32/27", "10.213.4.32/27"],
    ["a local process", { addressing: "loopback" }, null, "127.0.0.1"],
    ["no network at all", { addressing: "names" }, null, "127.0.0.1"],
  ] as const)("%s", (_, server, subnet, address) => expect(proxyAddress(server, subnet)).toBe(address));
});
