import { mkdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { putTable, residentMb, spawnGateway } from "./gateway-process.ts";
import { deadUpstream, host, httpUpstream, route, table, tempDir } from "./rig.ts";

const gigabyte = 1_000_000_000;
const chunk = Buffer.alloc(1_000_000, 7);
/** What streaming may add to the gateway at most, megabytes: far below the body, above what its heap takes when warm. */
const room = 100;

async function started(listener: Parameters<typeof httpUpstream>[1]) {
  const home = await tempDir();
  for (const folder of ["run", "gateway"]) mkdirSync(join(home, folder));
  const { address } = await deadUpstream("free");
  const gateway = await spawnGateway(home, address.kind === "tcp" ? address.port : 0);
  await putTable(gateway.controlSocket, table(1, route({ upstreams: [await httpUpstream("u", listener)] })));
  return gateway;
}

/** Writes a gigabyte as fast as it is taken; calls back at every hundredth of it. */
function pour(to: NodeJS.WritableStream, onProgress: () => void): void {
  let sent = 0;
  const more = () => {
    while (sent < gigabyte) {
      sent += chunk.length;
      if (sent % (gigabyte / 100) === 0) onProgress();
      if (!to.write(chunk)) {
        to.once("drain", more);
        return;
      }
    }
    to.end();
  };
  more();
}

describe("P7 large bodies", { timeout: 120_000 }, () => {
  it("a gigabyte comes down in constant memory", async () => {
    const gateway = await started((_request, response) => pour(response, () => {}));
    const before = residentMb(gateway.pid);
    let received = 0;
    let most = 0;
    await new Promise<void>((resolve, reject) => {
      const outgoing = request({ port: gateway.port, host: "127.0.0.1", headers: { host } }, (response) => {
        response.on("data", (part: Buffer) => {
          const hundredth = Math.floor(received / (gigabyte / 100));
          received += part.length;
          if (Math.floor(received / (gigabyte / 100)) > hundredth) most = Math.max(most, residentMb(gateway.pid));
        });
        response.on("end", resolve);
        response.on("error", reject);
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
    expect(received).toBe(gigabyte);
    expect(most - before).toBeLessThan(room);
  });

  it("a gigabyte goes up in constant memory", async () => {
    let received = 0;
    const gateway = await started((incoming, response) => {
      incoming.on("data", (part: Buffer) => {
        received += part.length;
      });
      incoming.on("end", () => response.end("taken"));
    });
    const before = residentMb(gateway.pid);
    let most = 0;
    const answer = await new Promise<string>((resolve, reject) => {
      const outgoing = request({ port: gateway.port, host: "127.0.0.1", method: "POST", headers: { host } }, (response) => {
        response.on("data", (part) => resolve(String(part)));
      });
      outgoing.on("error", reject);
      pour(outgoing, () => {
        most = Math.max(most, residentMb(gateway.pid));
      });
    });
    expect(answer).toBe("taken");
    expect(received).toBe(gigabyte);
    expect(most - before).toBeLessThan(room);
  });

  it("a client that does not read stops the upstream, and the gateway holds next to nothing", async () => {
    let written = 0;
    const gateway = await started((incoming, response) => {
      if (incoming.url === "/ping") return response.end("pong");
      const more = () => {
        written += chunk.length;
        if (!response.destroyed) response.write(chunk, more);
      };
      more();
    });
    const before = residentMb(gateway.pid);
    const outgoing = request({ port: gateway.port, host: "127.0.0.1", headers: { host } }, (response) => response.pause());
    outgoing.on("error", () => {});
    outgoing.end();
    // While these go through, a gateway that does not hold back would take in hundreds of megabytes.
    for (let i = 0; i < 300; i++) expect((await ask(gateway.port, { path: "/ping" })).body).toBe("pong");
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(32_000_000);
    expect(residentMb(gateway.pid) - before).toBeLessThan(room);
    outgoing.destroy();
  });
});
