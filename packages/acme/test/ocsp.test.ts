import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchStaple } from "../src/ocsp.ts";
import { ocspUrl } from "../src/read-certificate.ts";
import { type OcspAuthority, ocspAuthority } from "../src/testing/ocsp-authority.ts";

let authority: OcspAuthority;
const signal = new AbortController().signal;

beforeAll(async () => {
  authority = await ocspAuthority();
});
afterAll(() => authority?.close());

describe("P7 OCSP where an authority offers it", () => {
  it("a good certificate's answer can be stapled until its next update", async () => {
    const end = await authority.respond("ca");
    const staple = await fetchStaple(await authority.chain("good"), new Date(), signal);
    await end();
    expect(Date.parse(staple?.nextUpdate ?? "")).toBeGreaterThan(Date.now() + 3_000_000);
    const said = await authority.check("good", staple?.response ?? "");
    expect(said).toContain("good.pem: good");
    expect(said).toContain("verify OK");
  });

  it.each([
    ["revoked", "ca", "invalid", /revoked/],
    ["unknown", "ca", "unavailable", /does not know/],
    ["good", "other", "unavailable", /did not sign/],
  ])("a certificate that is %s, signed by %s: %s", async (name, signer, code, message) => {
    const end = await authority.respond(signer);
    const failure = await fetchStaple(await authority.chain(name), new Date(), signal).catch((error) => error);
    await end();
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("an answer that is over", async () => {
    const end = await authority.respond("ca");
    const failure = await fetchStaple(await authority.chain("good"), new Date(Date.now() + 2 * 3_600_000), signal).catch((error) => error);
    await end();
    expect(failure).toMatchObject({ code: "unavailable", message: expect.stringContaining("out of date") });
  });

  it("a service that is down, and an authority that offers none", async () => {
    await expect(fetchStaple(await authority.chain("good"), new Date(), signal)).rejects.toMatchObject({ code: "unavailable" });
    expect(ocspUrl(await authority.chain("other"))).toBeNull();
    expect(await fetchStaple(await authority.chain("other"), new Date(), signal)).toBeNull();
  });
});
