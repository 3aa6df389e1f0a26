import { execFileSync } from "node:child_process";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { engineAt } from "@agentpod/runtimes/docker/engine";
import { firewall } from "@agentpod/runtimes/docker/firewall";
import { helperBody, helperName, restoreInContainer } from "@agentpod/runtimes/docker/iptables-in-container";
import { installationTag } from "@agentpod/runtimes/docker/names";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineSocket, type ProxyRig, proxyRig, unitOf } from "./proxy-rig.ts";

const engine = await engineSocket();
/** Made by scripts/engine/prepare.ts. */
const image = "agentpod-rig/iptables:1";
const isRoot = process.getuid?.() === 0;

describe.skipIf(engine === null || !isRoot)(
  "P20 The firewall through the proxy (skipped without an engine, or when not root)",
  { timeout: 60_000 },
  () => {
    let rig: ProxyRig;
    const rules = () =>
      execFileSync("iptables-save", { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes(`AGENTPOD-${installationTag(rig.installation)}`));
    const tarOf = async (name: string, text: string) => {
      const tar = pack();
      tar.entry({ name }, text);
      tar.finalize();
      return buffer(Readable.from(tar));
    };

    beforeAll(async () => {
      rig = await proxyRig(engine as string, { firewallImage: image, subnets: "10.19.0.0/16" });
    });
    afterAll(async () => {
      await rig?.engine.call("DELETE", `/containers/${helperName(rig.installation)}`, { query: { force: true } }).catch(() => undefined);
      await rig?.close();
    });

    it("is set and taken away", async () => {
      const through = engineAt({ kind: "unix", path: rig.socket });
      const plan = { installation: rig.installation, nameServers: ["10.0.0.53"], allowed: [{ host: "0.0.0.0", port: 3000 }] };
      const guard = firewall(plan, restoreInContainer(through, rig.installation, image));
      await guard.ensure();
      expect(rules().length).toBeGreaterThan(10);
      await guard.removeUnless(async () => false);
      expect(rules()).toEqual([]);
    });

    it("its container is made in no other form", async () => {
      const right = helperBody(rig.installation, image, "iptables");
      const host = right.HostConfig;
      const wrong = [
        { ...right, Image: "debian:bookworm-slim" },
        { ...right, Entrypoint: ["sh", "-c", "id"] },
        { ...right, Cmd: ["x"] },
        { ...right, Env: ["LD_PRELOAD=/x"] },
        { ...right, HostConfig: { ...host, Binds: ["/:/host"] } },
        { ...right, HostConfig: { ...host, CapAdd: ["ALL"] } },
        { ...right, HostConfig: { ...host, Privileged: true } },
        { ...right, hostconfig: { Privileged: true } },
      ];
      for (const body of wrong)
        expect(await rig.ask("POST", `/containers/create?name=${helperName(rig.installation)}`, body)).toMatchObject({ status: 403 });
      expect(await rig.ask("POST", "/containers/create?name=agentpod-firewall-other", right)).toMatchObject({ status: 403 });
      // Nor as a unit of that name.
      expect(await rig.ask("POST", `/containers/create?name=${helperName(rig.installation)}`, unitOf(rig.installation).body)).toMatchObject(
        { status: 403 },
      );
      await expect(rig.engine.call("GET", `/containers/${helperName(rig.installation)}/json`)).rejects.toMatchObject({ status: 404 });
    });

    it("takes no rules but this installation's own, and no other file", async () => {
      const body = helperBody(rig.installation, image, "iptables");
      expect(await rig.ask("POST", `/containers/create?name=${helperName(rig.installation)}`, body)).toMatchObject({ status: 201 });
      const path = `/containers/${helperName(rig.installation)}/archive?path=`;
      const chain = `AGENTPOD-${installationTag(rig.installation)}`;
      const files: [string, string][] = [
        ["rules", "*nat\n-A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 1\nCOMMIT\n"],
        ["rules", "*filter\n:INPUT ACCEPT [0:0]\n-F INPUT\nCOMMIT\n"],
        ["rules", `*filter\n:${chain} - [0:0]\n-I INPUT -j ${chain}\nCOMMIT\n`],
        ["rules", `*filter\n:${chain} - [0:0]\n-A ${chain} -j ACCEPT\nCOMMIT\n`],
        ["rules", `*filter\n-A DOCKER-USER -j ACCEPT\nCOMMIT\n`],
        ["rules", "*filter\n-X AGENTPOD-00000000\nCOMMIT\n"],
        ["usr/sbin/iptables-restore", "#!/bin/sh\n"],
      ];
      for (const [name, text] of files)
        expect([text, await rig.ask("PUT", `${path}/`, await tarOf(name, text))]).toMatchObject([text, { status: 403 }]);
      expect(await rig.ask("PUT", `${path}/usr/sbin`, await tarOf("rules", `*filter\n:${chain} - [0:0]\nCOMMIT\n`))).toMatchObject({
        status: 403,
      });
      expect(await rig.ask("POST", `/containers/${helperName(rig.installation)}/exec`, { Cmd: ["id"] })).toMatchObject({ status: 403 });
      expect(await rig.ask("GET", `${path}/etc/passwd`)).toMatchObject({ status: 403 });
      expect(await rig.ask("PUT", `${path}/`, await tarOf("rules", `*filter\n:${chain} - [0:0]\nCOMMIT\n`))).toMatchObject({ status: 200 });
    });
  },
);
