import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { engineAt } from "../src/docker/engine.ts";
import { firewall } from "../src/docker/firewall.ts";
import { restoreHere } from "../src/docker/iptables.ts";
import { restoreInContainer } from "../src/docker/iptables-in-container.ts";
import { engineForTests, firewallRulesOf } from "./docker-rig.ts";

const found = await engineForTests();
const engine = found && engineAt(found.address);
/** Made by scripts/engine/prepare.ts. */
const image = "agentpod-rig/iptables:1";
const hasImage = await engine?.call("GET", `/images/${image}/json`).then(
  () => true,
  () => false,
);
const isRoot = process.getuid?.() === 0;

describe.skipIf(!found || found.podman || !isRoot)(
  "P20 the firewall (skipped without an engine, or when not root)",
  { timeout: 60_000 },
  () => {
    const plan = () => ({ installation: randomUUID(), nameServers: ["10.0.0.53"], allowed: [{ host: "0.0.0.0", port: 3000 }] });

    it("mends half of its rules, leaves nothing, and keeps them while they are needed", async () => {
      const own = plan();
      const guard = firewall(own, restoreHere);
      await Promise.all([guard.ensure(), guard.ensure()]);
      const rules = firewallRulesOf(own.installation);
      const jump = rules.filter((rule) => rule.startsWith("-A DOCKER-USER"));
      expect(jump).toHaveLength(1);
      await restoreHere("iptables", `*filter\n${jump[0]?.replace("-A", "-D")}\nCOMMIT\n`);
      expect(firewallRulesOf(own.installation)).not.toEqual(rules);
      guard.doubt();
      await guard.ensure();
      expect(firewallRulesOf(own.installation)).toEqual(rules);
      await guard.removeUnless(() => Promise.resolve(true));
      expect(firewallRulesOf(own.installation)).toEqual(rules);
      await guard.removeUnless(() => Promise.resolve(false));
      expect(firewallRulesOf(own.installation)).toEqual([]);
      await guard.removeUnless(() => Promise.resolve(false));
    });

    it("is never believed to stand when it was refused", async () => {
      const own = plan();
      const guard = firewall(own, () => Promise.reject(new Error("no")));
      await expect(guard.ensure()).rejects.toMatchObject({ code: "unavailable" });
      await expect(guard.ensure()).rejects.toMatchObject({ code: "unavailable" });
    });

    it("stands without what a kernel has not", async () => {
      const own = plan();
      const guard = firewall(own, (family, rules) =>
        rules.includes("physdev") ? Promise.reject(new Error("no such match")) : restoreHere(family, rules),
      );
      await guard.ensure();
      const rules = firewallRulesOf(own.installation);
      expect(rules.some((rule) => rule.includes("-d 10.0.0.0/8 ") && rule.endsWith("-j DROP"))).toBe(true);
      expect(rules.some((rule) => rule.includes("physdev"))).toBe(false);
      await guard.removeUnless(() => Promise.resolve(false));
      expect(firewallRulesOf(own.installation)).toEqual([]);
    });

    it.skipIf(!hasImage)(`is the same through a container that lives for one command (skipped without the image ${image})`, async () => {
      if (!engine) return;
      const own = plan();
      const guard = firewall(own, restoreInContainer(engine, own.installation, image));
      await guard.ensure();
      const rules = firewallRulesOf(own.installation);
      await guard.removeUnless(() => Promise.resolve(false));
      expect(firewallRulesOf(own.installation)).toEqual([]);
      const here = firewall(own, restoreHere);
      await here.ensure();
      expect(rules).toEqual(firewallRulesOf(own.installation));
      await here.removeUnless(() => Promise.resolve(false));
      const query = { all: true, filters: JSON.stringify({ label: [`agentpod.installation=${own.installation}`] }) };
      expect(await engine.call("GET", "/containers/json", { query })).toEqual([]);
    });
  },
);
