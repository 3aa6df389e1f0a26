import { describe, expect, it } from "vitest";
import { type PodSpecInput, podSpec } from "../../src/pod-spec.ts";
import { gatewaySecrets, gatewayUnit, maskedToken } from "../../src/products/agents/gateway-unit.ts";
import { handOverUrl } from "../../src/products/agents/hand-over-link.ts";

const unit = (name: string, secret?: string): PodSpecInput["units"][number] => ({
  name,
  image: "a:1",
  ports: [{ name: "gateway", container: 1 }],
  ...(secret !== undefined && { probe: { kind: "agent", port: "gateway", secret } }),
});
const spec = (...units: PodSpecInput["units"]) => podSpec.parse({ units });

describe("A12 which of a pod's units is the agent, and what opens it", () => {
  it("is known by its probe", () => {
    expect(gatewayUnit(spec(unit("db"), unit("agent", "token")))).toEqual({ unit: "agent", port: "gateway", secret: "token" });
    expect(gatewayUnit(spec(unit("db")))).toBeNull();
    expect(gatewaySecrets(spec(unit("a", "one"), unit("b", "two"), unit("c", "one")))).toEqual(["one", "two"]);
  });

  it("a token is masked but for its end, and a short one altogether", () => {
    expect(maskedToken("abcdefghijklmnop")).toBe("••••mnop");
    expect(maskedToken("abcdefghijklmno")).toBe("••••");
    expect(maskedToken("")).toBe("••••");
  });
});

describe("A2 where a hand-over leads", () => {
  const token = "t".repeat(20);

  it("to the agent's page, with the credential behind the #", () => {
    expect(handOverUrl("http://bot-acme.localhost:3000", { token })).toBe(`http://bot-acme.localhost:3000/#bootstrapToken=${token}`);
    expect(handOverUrl("https://a.example/x?y=1#z", { token: "a+b/c=&#d-0123456789" })).toBe(
      "https://a.example/#bootstrapToken=a%2Bb%2Fc%3D%26%23d-0123456789",
    );
    expect(handOverUrl("https://a.example", { token, profile: "owner" })).toContain("&bootstrapProfile=owner");
  });

  it.each([null, {}, { token: "short" }, { token: `${token} ` }, { ok: true }, "<html>"])("%j is no credential", (answer) => {
    expect(handOverUrl("https://a.example", answer)).toBeNull();
  });
});
