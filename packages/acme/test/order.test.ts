import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AcmeError } from "../src/acme-error.ts";
import { createLocalAuthority, signLocally } from "../src/local-authority.ts";
import { type Account, caaIdentities, newAccountKey, openAccount } from "../src/open-account.ts";
import { type Order, orderCertificate } from "../src/order-certificate.ts";
import type { Proof } from "../src/proof.ts";
import { isKeyOf, namesOf, readCertificate, splitChain } from "../src/read-certificate.ts";
import { canHavePebble } from "../src/testing/pebble-programs.ts";
import { type Pebble, startPebble } from "../src/testing/start-pebble.ts";
import { type AnsweringHost, answeringHost } from "./answering-host.ts";

let host: AnsweringHost;
let pebble: Pebble;
let account: Account;

beforeAll(async () => {
  if (!canHavePebble) return;
  host = await answeringHost();
  pebble = await startPebble({ httpPort: host.httpPort, tlsPort: host.tlsPort });
  const key = await newAccountKey();
  account = { key, url: await openAccount(authority(), key, bounds()) };
});
afterAll(async () => {
  host?.close();
  await pebble?.stop();
});

const authority = (directory = pebble.directory) => ({ directory, email: "ops@example.com", eab: null });
const bounds = (seconds = 30) => ({ signal: AbortSignal.timeout(seconds * 1000), trusted: [pebble.ca] });

/** Shows proofs truly: by the host above, or in Pebble's DNS. */
async function show(proofs: readonly Proof[]): Promise<() => Promise<void>> {
  const records = proofs.flatMap((proof) => (proof.challenge === "dns-01" ? [{ host: `${proof.name}.`, value: proof.value }] : []));
  for (const proof of proofs) host.shown.add(proof);
  for (const record of records) await pebble.dnsCommand("set-txt", record);
  return async () => {
    for (const proof of proofs) host.shown.delete(proof);
    for (const { host } of records) await pebble.dnsCommand("clear-txt", { host });
  };
}

const order = (change: Partial<Order> & Pick<Order, "names" | "challenge">): Promise<{ chain: string; key: string }> =>
  orderCertificate(authority(), account, { ...bounds(), prove: show, ...change });

const failureOf = (promise: Promise<unknown>): Promise<AcmeError> =>
  promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: AcmeError) => error,
  );

describe.skipIf(!canHavePebble)("P7 certificates are ordered from an ACME authority", () => {
  it.each([
    ["http-01", ["shop.example.com"]],
    ["tls-alpn-01", ["mail.example.com", "www.example.com"]],
    ["dns-01", ["*.pods.example.com"]],
  ] as const)("by %s", async (challenge, names) => {
    const { chain, key } = await order({ challenge, names: [...names] });
    expect(namesOf(chain).sort()).toEqual([...names].sort());
    expect(isKeyOf(key, chain)).toBe(true);
    const [leaf, intermediate] = splitChain(chain).map((pem) => new X509Certificate(pem));
    const root = new X509Certificate(await pebble.root());
    expect(leaf?.verify(intermediate?.publicKey as never) && intermediate?.verify(root.publicKey)).toBe(true);
    expect(leaf?.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    expect(readCertificate(chain).issuer).toMatch(/^Pebble Intermediate CA/);
    expect(host.shown.size).toBe(0);
  });

  it("the same account key is the same account", async () => {
    expect(await openAccount(authority(), account.key, bounds())).toBe(account.url);
  });

  it("without a proof where the authority still believes the last", async () => {
    const trusting = await startPebble({ httpPort: host.httpPort, tlsPort: host.tlsPort, believedHosts: 100 });
    try {
      const own = { ...bounds(), trusted: [trusting.ca] };
      const known = { key: account.key, url: await openAccount(authority(trusting.directory), account.key, own) };
      let proven = 0;
      const again = () =>
        orderCertificate(authority(trusting.directory), known, {
          ...own,
          names: ["twice.example.com"],
          challenge: "http-01",
          prove(proofs) {
            proven++;
            return show(proofs);
          },
        });
      const [first, second] = [await again(), await again()];
      expect(readCertificate(first.chain).serial).not.toBe(readCertificate(second.chain).serial);
      expect(proven).toBe(1);
    } finally {
      await trusting.stop();
    }
  });

  it("the authority says what CAA records call it", async () => {
    expect(await caaIdentities(pebble.directory, bounds())).toEqual([]);
  });

  it("fifty at once, though every twentieth nonce is refused", async () => {
    const orders = Array.from({ length: 50 }, (_, i) => order({ challenge: "http-01", names: [`many-${i}.example.net`] }));
    const fingerprints = (await Promise.all(orders)).map(({ chain }) => readCertificate(chain).fingerprint);
    expect(new Set(fingerprints).size).toBe(50);
  });
});

describe.skipIf(!canHavePebble)("P7 what an authority refuses is said with what to do", () => {
  it("a proof that is not there", async () => {
    const failure = await failureOf(
      order({ challenge: "http-01", names: ["unreachable.example.com"], prove: async () => async () => undefined }),
    );
    expect(failure).toMatchObject({ code: "invalid", fault: "user", problem: "unauthorized" });
    expect(failure.message).toMatch(/unreachable\.example\.com.*port 80 of it be reached/);
  });

  it("a wrong answer takes every proof back", async () => {
    const lie = (proofs: readonly Proof[]) =>
      show(proofs.map((proof) => (proof.challenge === "http-01" ? { ...proof, body: "another account's answer" } : proof)));
    const failure = await failureOf(order({ challenge: "http-01", names: ["liar.example.com"], prove: lie }));
    expect(failure).toMatchObject({ fault: "user", problem: "unauthorized" });
    expect(host.shown.size).toBe(0);
  });

  it("a name without an address", async () => {
    await pebble.dnsCommand("set-servfail", { host: "broken.example.com." });
    const failure = await failureOf(order({ challenge: "http-01", names: ["broken.example.com"] }));
    expect(failure.fault).toBe("user");
    expect(failure.message).toContain("broken.example.com");
  });

  it("a wildcard by HTTP", async () => {
    expect(await failureOf(order({ challenge: "http-01", names: ["*.wild.example.com"] }))).toMatchObject({ code: "invalid" });
  });

  it("an authority that wants an external account", async () => {
    const eab = { kid: "kid-1", hmacKey: Buffer.from("a key of thirty-two bytes or more!").toString("base64url") };
    const strict = await startPebble({ httpPort: host.httpPort, tlsPort: host.tlsPort, eab });
    try {
      const open = (given: typeof eab | null) =>
        openAccount({ directory: strict.directory, email: null, eab: given }, account.key, { ...bounds(), trusted: [strict.ca] });
      const failure = await failureOf(open(null));
      expect(failure).toMatchObject({ problem: "externalAccountRequired", fault: "user" });
      expect(failure.message).toContain("AGENTPOD_ACME_EAB_KID");
      expect(await open(eab)).toContain("https://");
    } finally {
      await strict.stop();
    }
  });

  it("a directory whose certificate nobody knows", async () => {
    const failure = await failureOf(openAccount(authority(), account.key, { ...bounds(), trusted: [...rootCertificates] }));
    expect(failure).toMatchObject({ code: "invalid", fault: "user" });
    expect(failure.message).toContain("AGENTPOD_ACME_CA");
  });

  it("a directory that is down", async () => {
    const failure = await failureOf(openAccount(authority("https://127.0.0.1:1/dir"), account.key, bounds()));
    expect(failure).toMatchObject({ code: "unavailable", fault: "system" });
    expect(failure.message).toContain("127.0.0.1:1 cannot be reached (ECONNREFUSED)");
  });

  it("a limit, until when the authority says", async () => {
    const door = await limitedAuthority();
    const failure = await failureOf(openAccount(authority(door.directory), account.key, { ...bounds(), trusted: [door.ca] }));
    door.close();
    expect(failure).toMatchObject({ code: "unavailable", fault: "system", problem: "rateLimited" });
    const wait = (failure.retryAt?.getTime() ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(3_500_000);
    expect(wait).toBeLessThanOrEqual(3_600_000);
  });

  it("an authority that is killed in the middle of an order, after which it takes orders again", async () => {
    const failure = await failureOf(
      order({
        names: ["cut.example.com"],
        challenge: "http-01",
        prove: async (proofs) => {
          await pebble.kill();
          return show(proofs);
        },
      }),
    );
    expect(failure).toMatchObject({ code: "unavailable", fault: "system" });
    expect(host.shown.size).toBe(0);
    await pebble.start();
    account.url = await openAccount(authority(), account.key, bounds());
    expect(namesOf((await order({ names: ["cut.example.com"], challenge: "http-01" })).chain)).toEqual(["cut.example.com"]);
  });

  it("an authority that takes the connection and says nothing", async () => {
    const silent = createTcpServer().listen(0, "127.0.0.1");
    const sockets = new Set<Socket>();
    silent.on("connection", (socket) => sockets.add(socket.on("error", () => undefined)));
    await once(silent, "listening");
    const directory = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/dir`;
    const failure = await failureOf(openAccount(authority(directory), account.key, bounds(1)));
    for (const socket of sockets) socket.destroy();
    silent.close();
    expect(failure).toMatchObject({ code: "unavailable", fault: "system" });
    expect(failure.message).toContain("took too long");
  });
});

/** A directory that refuses everything for its limits, as a busy authority does. */
async function limitedAuthority(): Promise<{ directory: string; ca: string; close(): void }> {
  const signer = await createLocalAuthority("limits", new Date());
  const { chain, key } = await signLocally(signer, ["127.0.0.1"], new Date());
  const server = createServer({ cert: chain, key }, (_request, response) => {
    response.writeHead(429, { "content-type": "application/problem+json", "retry-after": "3600" });
    response.end(JSON.stringify({ type: "urn:ietf:params:acme:error:rateLimited", detail: "too many new orders recently", status: 429 }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    directory: `https://127.0.0.1:${(server.address() as AddressInfo).port}/dir`,
    ca: signer.certificate,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
