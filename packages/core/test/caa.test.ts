import { describe, expect, it } from "vitest";
import { type CaaRecord, caaNames, isIssuerAllowed } from "../src/caa.ts";

const record = (tag: string, value: string, critical = false): CaaRecord => ({ tag, value, critical });

describe("P7 CAA records are read before an authority is asked", () => {
  it("up to the top, nearest first", () => {
    expect(caaNames("*.shop.example.org")).toEqual(["shop.example.org", "example.org", "org"]);
  });

  it.each<[string, CaaRecord[], string, boolean]>([
    ["none: everybody may", [], "a.example.org", true],
    ["named", [record("issue", "ca.example")], "a.example.org", true],
    ["named with parameters", [record("issue", "CA.example; validationmethods=dns-01")], "a.example.org", true],
    ["another one named", [record("issue", "other.example")], "a.example.org", false],
    ["nobody may", [record("issue", ";")], "a.example.org", false],
    ["one of several", [record("issue", "other.example"), record("issue", "ca.example")], "a.example.org", true],
    ["wildcards by issue", [record("issue", "ca.example")], "*.example.org", true],
    ["wildcards by issuewild alone where there is one", [record("issue", "ca.example"), record("issuewild", ";")], "*.example.org", false],
    ["issuewild says nothing of others", [record("issuewild", ";")], "a.example.org", true],
    ["a critical tag that nobody knows", [record("issue", "ca.example"), record("future", "x", true)], "a.example.org", false],
    ["reports alone forbid nothing", [record("iodef", "mailto:a@example.org", true)], "a.example.org", true],
  ])("%s", (_name, records, host, isAllowed) => {
    expect(isIssuerAllowed(records, host, ["ca.example"])).toBe(isAllowed);
  });
});
