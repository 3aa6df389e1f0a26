import { describe, expect, test } from "vitest";
import { asciiHost, isCoveredByWildcard, isLocalHost } from "../src/host-name.ts";

describe("P7 host names", () => {
  test.each([
    ["Shop.Example.COM", "shop.example.com"],
    ["shop.example.com.", "shop.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["例え.テスト", "xn--r8jz45g.xn--zckzah"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["_dmarc.example.com", "_dmarc.example.com"],
    ["*.example.com", null],
    ["127.0.0.1", null],
    ["0x7f.1", null],
    ["[::1]", null],
    ["shop.example.com:443", null],
    ["a b.example.com", null],
    ["user@example.com", null],
    ["-a.example.com", null],
    [`${"a".repeat(64)}.example.com`, null],
    ["shop..example.com", null],
    ["xn--zzzzzzzz-.example", null],
    ["", null],
  ])("%s → %s", (text, host) => expect(asciiHost(text)).toBe(host));

  test("a wildcard is one star in front", () => {
    expect(asciiHost("*.Example.com", true)).toBe("*.example.com");
    for (const bad of ["*.*.example.com", "a.*.example.com", "*example.com", "*", "*."]) expect(asciiHost(bad, true)).toBe(null);
  });

  test("covers exactly one label", () => {
    expect(isCoveredByWildcard("a.example.com", "*.example.com")).toBe(true);
    expect(isCoveredByWildcard("example.com", "*.example.com")).toBe(false);
    expect(isCoveredByWildcard("a.b.example.com", "*.example.com")).toBe(false);
    expect(isCoveredByWildcard("*.example.com", "*.example.com")).toBe(true);
  });

  test("local names are those that no public authority signs for", () => {
    for (const host of ["localhost", "web-acme.localhost", "nas.local", "machine", "x.home.arpa", "*.apps.lan"])
      expect(isLocalHost(host)).toBe(true);
    for (const host of ["example.com", "localhost.example.org", "mylocal"]) expect(isLocalHost(host)).toBe(host === "mylocal");
  });
});
