import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@agentpod/host/free-port";
import { describe, expect, it } from "vitest";
import { findLivingGateway } from "../src/identity-file.ts";
import { readTable } from "../src/routing/read-table.ts";
import { ask } from "./ask.ts";
import { control, putTable, spawnGateway } from "./gateway-process.ts";
import { httpUpstream, route, table, tempDir, text } from "./rig.ts";

/** A home with its private folders, as the supervisor makes them. */
async function home(): Promise<string> {
  const path = await tempDir();
  for (const folder of ["run", "gateway"]) mkdirSync(join(path, folder), { mode: 0o700 });
  return path;
}

describe("P7 P5 the gateway outlives the control plane", () => {
  it("killed and started alone it serves its last table; its sockets and files are private", async () => {
    const path = await home();
    const port = await freePort();
    const upstream = await httpUpstream("u", text("from the last table"));
    const first = await spawnGateway(path, port);
    expect(await putTable(first.controlSocket, table(3, route({ upstreams: [upstream] })))).toMatchObject({ status: 200 });
    expect(statSync(first.controlSocket).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "gateway", "table.json")).mode & 0o777).toBe(0o600);
    expect(findLivingGateway(join(path, "gateway"))).toMatchObject({ pid: first.pid, port, controlSocket: first.controlSocket });
    first.child.kill("SIGKILL");
    await first.exited;
    expect(findLivingGateway(join(path, "gateway"))).toBeNull();
    const second = await spawnGateway(path, port);
    expect((await ask(port)).body).toBe("from the last table");
    expect(JSON.parse((await control(second.controlSocket, "GET", "/observe")).body).servedVersion).toBe(3);
    expect((await putTable(second.controlSocket, table(2))).status).toBe(409);
    second.child.kill("SIGTERM");
    expect(await second.exited).toEqual([0, null]);
    expect(findLivingGateway(join(path, "gateway"))).toBeNull();
  });

  it("a second one on the same home refuses and leaves the first alone", async () => {
    const path = await home();
    const first = await spawnGateway(path, await freePort());
    await expect(spawnGateway(path, await freePort())).rejects.toThrow(/already runs as process/);
    expect((await control(first.controlSocket, "GET", "/observe")).status).toBe(200);
  });

  it("killed at any moment of writing tables it finds a whole one, no older than the last that was confirmed", async () => {
    const path = await home();
    const port = await freePort();
    let version = 0;
    for (let round = 0; round < 6; round++) {
      const gateway = await spawnGateway(path, port);
      let confirmed = version;
      const many = Array.from({ length: 300 }, (_, i) => route({ id: `r${i}`, hosts: [`p${i}.localhost`] }));
      const writes: Promise<void>[] = [];
      const killed = Promise.withResolvers<void>();
      for (let i = 0; i < 12; i++) {
        version += 1;
        const own = version;
        writes.push(
          putTable(gateway.controlSocket, table(own, ...many)).then(
            () => {
              confirmed = Math.max(confirmed, own);
              // Each round at another count of confirmed writes, with others under way.
              if (confirmed % 12 >= round * 2) killed.resolve();
            },
            () => {},
          ),
        );
      }
      await killed.promise;
      gateway.child.kill("SIGKILL");
      await gateway.exited;
      await Promise.all(writes);
      const left = readTable(JSON.parse(readFileSync(join(path, "gateway", "table.json"), "utf8")));
      expect(left.version).toBeGreaterThanOrEqual(confirmed);
      expect(left.routes).toHaveLength(300);
      version = Math.max(version, left.version);
    }
  });

  it("a table that cannot be written is served all the same, not confirmed, and written when it comes again", async () => {
    const path = await home();
    const port = await freePort();
    const gateway = await spawnGateway(path, port);
    const upstream = await httpUpstream("u", text("served"));
    const next = table(5, route({ upstreams: [upstream] }));
    const served = async () => JSON.parse((await control(gateway.controlSocket, "GET", "/observe")).body).servedVersion;
    // A folder is in the way of the file.
    const inTheWay = join(path, "gateway", "table.json");
    mkdirSync(join(inTheWay, "x"), { recursive: true });
    expect((await putTable(gateway.controlSocket, next)).status).toBe(500);
    expect((await ask(port)).body).toBe("served");
    expect(await served()).toBe(0);
    rmSync(inTheWay, { recursive: true });
    expect((await putTable(gateway.controlSocket, next)).status).toBe(200);
    expect(await served()).toBe(5);
    expect(JSON.parse(readFileSync(inTheWay, "utf8")).version).toBe(5);
  });

  it("an unreadable table is said, and the front door opens all the same", async () => {
    const path = await home();
    writeFileSync(join(path, "gateway", "table.json"), '{"version": 1, "routes": [');
    const port = await freePort();
    const gateway = await spawnGateway(path, port);
    expect(gateway.log.join("\n")).toContain("cannot be read");
    expect((await ask(port, { headers: { host: "localhost" } })).status).toBe(503);
    expect((await putTable(gateway.controlSocket, table(1, route({ state: "stopped" })))).status).toBe(200);
  });

  it("a taken front port ends it with a sentence", async () => {
    const taken = await httpUpstream("taken", text(""));
    const port = taken.address.kind === "tcp" ? taken.address.port : 0;
    await expect(spawnGateway(await home(), port)).rejects.toThrow(/Port \d+ is taken by another program/);
  });
});

describe("P7 control socket", () => {
  it("refuses what is no table, with the path of the fault", async () => {
    const gateway = await spawnGateway(await home(), await freePort());
    const refused = await control(gateway.controlSocket, "PUT", "/table", { version: 1, routes: [{ ...route(), path: "x" }] });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.body).error.issues).toEqual([{ path: "routes.0.path", expected: "a path such as /" }]);
    expect((await control(gateway.controlSocket, "GET", "/nothing")).status).toBe(404);
    expect((await control(gateway.controlSocket, "POST", "/probe", {})).status).toBe(400);
    expect(JSON.parse((await control(gateway.controlSocket, "GET", "/observe")).body).servedVersion).toBe(0);
  });

  it("POST /shutdown ends it in order", async () => {
    const gateway = await spawnGateway(await home(), await freePort());
    expect((await control(gateway.controlSocket, "POST", "/shutdown")).status).toBe(202);
    expect(await gateway.exited).toEqual([0, null]);
  });
});
