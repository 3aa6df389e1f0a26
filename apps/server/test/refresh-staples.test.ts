import { readCertificate } from "@agentpod/acme/read-certificate";
import { type OcspAuthority, ocspAuthority } from "@agentpod/acme/testing/ocsp-authority";
import { canHavePebble } from "@agentpod/acme/testing/pebble-programs";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { type CertifierRig, eventually, openCertifierRig } from "./certifier-rig.ts";

let rig: CertifierRig;
let authority: OcspAuthority;
beforeEach(async () => {
  if (!canHavePebble) return;
  [rig, authority] = await Promise.all([openCertifierRig(inject("serverUrl")), ocspAuthority()]);
});
afterEach(async () => {
  await rig?.close();
  await authority?.close();
});

/** For a host that a route wants. */
async function upload(name: string): Promise<void> {
  await rig.verify("example.com");
  await rig.route(`${name}.example.com`);
  const [chain, key] = await Promise.all([authority.chain(name), authority.key(name)]);
  const facts = readCertificate(chain);
  await rig.database.asSystem(async ({ certificates }) => {
    const { id } = await certificates.want({ tenantId: rig.tenantId, names: [`${name}.example.com`], source: "uploaded" });
    await certificates.saveIssued(id, { ...facts, chain, key, renewAt: null, challenge: null });
  });
}
const served = (host: string): ServedCertificate | undefined => rig.front.set?.certificates.find(({ names }) => names.includes(host));

describe.skipIf(!canHavePebble)("P7 OCSP answers are kept fresh", () => {
  it("one that the authority gives is handed to the gateway; a service that was down is asked again after a restart", async () => {
    await upload("good");
    const first = rig.start();
    await eventually(rig, () => expect(rig.warnings.join()).toContain("no OCSP answer"));
    await eventually(rig, () => expect(served("good.example.com")).toMatchObject({ ocsp: null }));
    await first.stop();

    await authority.respond("ca");
    rig.start();
    await eventually(rig, () => expect(served("good.example.com")?.ocsp).toEqual(expect.any(String)));
    expect(await authority.check("good", served("good.example.com")?.ocsp ?? "")).toContain("good.pem: good");
  });

  it("a revoked one is told of, and nothing is stapled", async () => {
    await upload("revoked");
    await authority.respond("ca");
    rig.start();
    await eventually(rig, async () =>
      expect(await rig.events("certificate.revoked")).toEqual([expect.stringContaining("certificate for revoked.example.com")]),
    );
    await eventually(rig, () => expect(served("revoked.example.com")).toMatchObject({ ocsp: null }));
  });
});
