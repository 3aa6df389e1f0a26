import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { freePort } from "@agentpod/host/free-port";
import { describe, expect, it } from "vitest";
import { control, putCertificates, putTable, residentMb, spawnGateway } from "./gateway-process.ts";
import { host, httpUpstream, route, table, tempDir, text } from "./rig.ts";
import { askTls, certificate, openH2 } from "./tls-rig.ts";

const size = 300_000_000;
const chunk = Buffer.alloc(1_000_000, 7);
/** What streaming may add to the gateway at most, megabytes. */
const room = 100;

async function started(listener: Parameters<typeof httpUpstream>[1]) {
  const home = await tempDir();
  for (const folder of ["run", "gateway"]) mkdirSync(join(home, folder), { mode: 0o700 });
  const tlsPort = await freePort();
  const gateway = await spawnGateway(home, await freePort(), { AGENTPOD_HTTPS_PORT: String(tlsPort) });
  const upstream = await httpUpstream("u", listener);
  await putTable(gateway.controlSocket, table(1, route({ upstreams: [upstream] })));
  await putCertificates(gateway.controlSocket, "first", [await certificate("one")]);
  const start = () => spawnGateway(home, gateway.port, { AGENTPOD_HTTPS_PORT: String(tlsPort) });
  return { gateway, tlsPort, upstream, start };
}

function pour(to: NodeJS.WritableStream, onProgress: () => void): void {
  let sent = 0;
  const more = () => {
    while (sent < size) {
      sent += chunk.length;
      if (sent % 10_000_000 === 0) onProgress();
      if (!to.write(chunk)) {
        to.once("drain", more);
        return;
      }
    }
    to.end();
  };
  more();
}

describe("P7 large bodies over TLS", { timeout: 120_000 }, () => {
  const both: Parameters<typeof httpUpstream>[1] = (incoming, response) => {
    if (incoming.method === "GET") return pour(response, () => {});
    let received = 0;
    incoming.on("data", (part: Buffer) => {
      received += part.length;
    });
    incoming.on("end", () => response.end(String(received)));
  };

  it.each(["HTTP/1.1", "HTTP/2"])("300 MB go up and come down in constant memory over %s", async (protocol) => {
    const { gateway, tlsPort } = await started(both);
    const session = protocol === "HTTP/2" ? await openH2(tlsPort) : null;
    const before = residentMb(gateway.pid);
    let most = 0;
    const look = () => {
      most = Math.max(most, residentMb(gateway.pid));
    };
    const open = async (method: string) => {
      const outgoing =
        session?.request({ ":authority": host, ":path": "/", ":method": method }) ??
        request({ port: tlsPort, host: "127.0.0.1", servername: host, method, headers: { host }, rejectUnauthorized: false, agent: false });
      if (method === "POST") pour(outgoing, look);
      else outgoing.end();
      const [response] = await once(outgoing, "response");
      return (session ? outgoing : response) as NodeJS.ReadableStream;
    };
    let received = 0;
    for await (const part of await open("GET")) {
      const step = Math.floor(received / 10_000_000);
      received += (part as Buffer).length;
      if (Math.floor(received / 10_000_000) > step) look();
    }
    expect(received).toBe(size);
    let answer = "";
    for await (const part of await open("POST")) answer += part;
    expect(answer).toBe(String(size));
    expect(most - before).toBeLessThan(room);
  });
});

describe("P7 P5 certificates and tables outlive the gateway", () => {
  it("swapped again and again under load: no request fails", async () => {
    const { gateway, tlsPort } = await started(text("pod"));
    const [a, b] = await Promise.all([certificate("one"), certificate("one")]);
    const session = await openH2(tlsPort);
    let isDone = false;
    let count = 0;
    const failures: unknown[] = [];
    const load = Array.from({ length: 8 }, async (_, i) => {
      while (!isDone) {
        try {
          if (i % 2 === 0) expect((await askTls(tlsPort)).body).toBe("pod");
          else {
            const stream = session.request({ ":authority": host, ":path": "/" });
            let body = "";
            for await (const part of stream.setEncoding("utf8")) body += part;
            expect(body).toBe("pod");
          }
          count += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    });
    for (let i = 0; i < 40; i++)
      expect(await putCertificates(gateway.controlSocket, `swap-${i}`, [i % 2 ? a : b])).toMatchObject({ status: 200 });
    isDone = true;
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(40);
  }, 60_000);

  it("killed at any moment of writing certificates and tables it serves the old or the new, whole", async () => {
    const { gateway: first, start } = await started(text("pod"));
    const pair = await Promise.all([certificate("one"), certificate("one")]);
    const more = await Promise.all(Array.from({ length: 4 }, (_, i) => certificate(`more-${i}`, [`m${i}.example`])));
    const digest = (chain: string) => createHash("sha256").update(chain).digest("hex");
    let gateway = first;
    let tables = 1;
    for (let round = 0; round < 6; round++) {
      const confirmed: string[] = ["first"];
      const killed = Promise.withResolvers<void>();
      const writes = Array.from({ length: 10 }, (_, i) => {
        const version = `${round}-${i}-${digest((pair[i % 2] as { chain: string }).chain)}`;
        tables += 1;
        const many = Array.from({ length: 200 }, (_, n) => route({ id: `r${n}`, hosts: [`p${n}.localhost`] }));
        void putTable(gateway.controlSocket, table(tables, route(), ...many)).catch(() => {});
        const set = [pair[i % 2], ...more] as Parameters<typeof putCertificates>[2];
        return putCertificates(gateway.controlSocket, version, set).then(
          () => {
            confirmed.push(version);
            if (confirmed.length > round + 1) killed.resolve();
          },
          () => {},
        );
      });
      await killed.promise;
      gateway.child.kill("SIGKILL");
      await gateway.exited;
      await Promise.all(writes);
      gateway = await start();
      const observed = JSON.parse((await control(gateway.controlSocket, "GET", "/observe")).body);
      expect(observed.certificateVersion).toMatch(new RegExp(`^${round}-\\d-`));
      expect(observed.servedVersion).toBeGreaterThanOrEqual(1);
      expect(gateway.log.join("\n")).not.toContain("cannot be read");
      const session = await openH2(observed.httpsPort);
      const served = (session.socket as unknown as { getPeerX509Certificate(): { toString(): string } }).getPeerX509Certificate();
      expect(digest(served.toString())).toBe(observed.certificateVersion.split("-")[2]);
      session.destroy();
    }
  }, 60_000);
});
