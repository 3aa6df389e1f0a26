import { statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { host, httpUpstream, route, startRig } from "./rig.ts";

/** What the upstream is told of the client. */
const upstream = () =>
  httpUpstream("u", ({ headers }, response) => {
    const { "x-forwarded-for": chain, "x-forwarded-proto": proto, "x-forwarded-port": port, "x-real-ip": client } = headers;
    response.end(JSON.stringify({ chain, proto, port, client }));
  });

function askInner(socketPath: string, headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, headers: { host, ...headers }, agent: false }, (response: IncomingMessage) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve(JSON.parse(body)));
    });
    outgoing.on("error", reject).end();
  });
}

const said = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https", "x-forwarded-port": "443" };

describe("P21 the inner door", () => {
  it("believes the gateway in front what it says of its clients; the front door does not", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await upstream()] }));
    const path = join(rig.dir, "inner.sock");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await askInner(path, said)).toEqual({ chain: "203.0.113.7", proto: "https", port: "443", client: "203.0.113.7" });
    expect(JSON.parse((await ask(rig.port, { headers: said })).body)).toMatchObject({
      chain: "127.0.0.1",
      proto: "http",
      client: "127.0.0.1",
    });
  });

  it("takes the address that it was reached from, not what that client claimed before", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await upstream()] }));
    const chain = "10.6.6.6, 203.0.113.7";
    expect(await askInner(join(rig.dir, "inner.sock"), { "x-forwarded-for": chain })).toMatchObject({ chain, client: "203.0.113.7" });
  });
});
