import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineSocket, image, type ProxyRig, proxyRig, unitOf } from "./proxy-rig.ts";

const engine = await engineSocket();

describe.skipIf(engine === null)(
  "P18 What is not of this installation is out of reach (skipped where no engine answers)",
  { timeout: 60_000 },
  () => {
    const tag = randomUUID().slice(0, 8);
    const names = { stranger: `stranger-${tag}`, own: `own-${tag}`, network: `stranger-net-${tag}`, volume: `stranger-vol-${tag}` };
    let rig: ProxyRig;
    let unit: ReturnType<typeof unitOf>;
    let stranger = "";
    let strangerExec = "";
    let unitId = "";
    const make = async (name: string, labels: Record<string, string>) => {
      const body = { Image: image, Cmd: ["sleep", "600"], Labels: labels };
      const { Id } = await rig.engine.call<{ Id: string }>("POST", "/containers/create", { query: { name }, body });
      await rig.engine.call("POST", `/containers/${Id}/start`);
      return Id;
    };

    beforeAll(async () => {
      const own = names.own;
      rig = await proxyRig(engine as string, { subnets: "10.19.0.0/16", attach: "agentpod.attach=test", ownContainer: own });
      await make(own, { "agentpod.attach": "test", "com.docker.compose.project": `project-${tag}` });
      stranger = await make(names.stranger, { "agentpod.attach": "test", "com.docker.compose.project": `other-${tag}` });
      ({ Id: strangerExec } = await rig.engine.call<{ Id: string }>("POST", `/containers/${stranger}/exec`, {
        body: { Cmd: ["touch", "/seen"] },
      }));
      await rig.engine.call("POST", "/networks/create", { body: { Name: names.network, IPAM: { Config: [{ Subnet: "10.18.77.0/28" }] } } });
      await rig.engine.call("POST", "/volumes/create", { body: { Name: names.volume } });
      unit = unitOf(rig.installation);
      expect(await rig.ask("POST", "/networks/create", unit.network)).toMatchObject({ status: 201 });
      const made = await rig.ask("POST", `/containers/create?name=${unit.name}`, unit.body);
      expect(made.status).toBe(201);
      expect(await rig.ask("POST", `/containers/${unit.name}/start`)).toMatchObject({ status: 204 });
      unitId = (await rig.engine.call<{ Id: string }>("GET", `/containers/${unit.name}/json`)).Id;
    }, 60_000);
    afterAll(async () => {
      for (const name of [unit?.name, names.own, names.stranger]) {
        if (name) await rig.engine.call("DELETE", `/containers/${name}`, { query: { force: true, v: true } }).catch(() => undefined);
      }
      for (const path of [`/networks/${unit?.network.Name}`, `/networks/${names.network}`, `/volumes/${names.volume}`])
        await rig.engine.call("DELETE", path).catch(() => undefined);
      await rig.engine
        .call("DELETE", `/volumes/${(unit?.body.HostConfig.Mounts[0] as { Source?: string })?.Source}`)
        .catch(() => undefined);
      await rig.close();
    }, 60_000);

    it("containers, by name, id and part of an id", async () => {
      for (const one of [names.stranger, stranger, stranger.slice(0, 12)]) {
        const calls: [string, string, unknown?][] = [
          ["GET", `/containers/${one}/json`],
          ["GET", `/containers/${one}/logs?stdout=true`],
          ["GET", `/containers/${one}/stats?stream=false`],
          ["GET", `/containers/${one}/archive?path=/etc/shadow`],
          ["PUT", `/containers/${one}/archive?path=/`, Buffer.alloc(1024)],
          ["POST", `/containers/${one}/stop?t=0`],
          ["POST", `/containers/${one}/wait`],
          ["POST", `/containers/${one}/exec`, { Cmd: ["id"] }],
          ["DELETE", `/containers/${one}?force=true`],
        ];
        for (const [method, path, body] of calls) expect([path, await rig.ask(method, path, body)]).toMatchObject([path, { status: 403 }]);
      }
      expect(await rig.engine.call("GET", `/containers/${stranger}/json`)).toMatchObject({ State: { Running: true } });
    });

    it("programs in containers, asked for by their own id", async () => {
      expect(await rig.ask("POST", `/exec/${strangerExec}/start`, { Detach: true })).toMatchObject({ status: 403 });
      expect(await rig.ask("GET", `/exec/${strangerExec}/json`)).toMatchObject({ status: 403 });
      expect(await rig.engine.call("GET", `/exec/${strangerExec}/json`)).toMatchObject({ Running: false, ExitCode: null });
    });

    it("programs that want more rights than the unit has", async () => {
      for (const more of [{ Privileged: true }, { User: "0" }, { privileged: true }, { Cmd: [] }]) {
        expect(await rig.ask("POST", `/containers/${unitId}/exec`, { Cmd: ["id"], ...more })).toMatchObject({ status: 403 });
      }
      expect(await rig.ask("POST", `/containers/${unitId}/exec`, { Cmd: ["id"] })).toMatchObject({ status: 201 });
    });

    it("networks and volumes", async () => {
      const calls: [string, string, unknown?][] = [
        ["GET", `/networks/${names.network}`],
        ["DELETE", `/networks/${names.network}`],
        ["POST", `/networks/${names.network}/connect`, { Container: names.own }],
        ["POST", `/networks/bridge/connect`, { Container: names.own }],
        ["POST", `/networks/host/connect`, { Container: unitId }],
        ["DELETE", `/volumes/${names.volume}`],
      ];
      for (const [method, path, body] of calls) expect([path, await rig.ask(method, path, body)]).toMatchObject([path, { status: 403 }]);
      await rig.engine.call("GET", `/networks/${names.network}`);
      await rig.engine.call("GET", `/volumes/${names.volume}`);
    });

    it("a volume of somebody else's as a unit's", async () => {
      const other = unitOf(rig.installation);
      const [mount] = other.body.HostConfig.Mounts;
      const body = { ...other.body, HostConfig: { ...other.body.HostConfig, Mounts: [{ ...mount, Source: names.volume }] } };
      expect(await rig.ask("POST", `/containers/create?name=${other.name}`, body)).toMatchObject({ status: 403 });
      await expect(rig.engine.call("GET", `/containers/${other.name}/json`)).rejects.toMatchObject({ status: 404 });
    });

    it("only AgentPod's own containers, of its own project, join a pod's network, and with nothing but their name", async () => {
      const path = `/networks/${unit.network.Name}/connect`;
      expect(await rig.ask("POST", path, { Container: names.stranger })).toMatchObject({ status: 403 });
      expect(await rig.ask("POST", path, { Container: unitId })).toMatchObject({ status: 403 });
      expect(await rig.ask("POST", path, { Container: names.own, EndpointConfig: { Aliases: ["db"] } })).toMatchObject({ status: 403 });
      const asDoor = { Container: names.own, EndpointConfig: { Aliases: ["agentpod-door"] } };
      expect(await rig.ask("POST", path, { ...asDoor, EndpointConfig: { ...asDoor.EndpointConfig, IPAMConfig: {} } })).toMatchObject({
        status: 403,
      });
      expect(await rig.ask("POST", path, asDoor)).toMatchObject({ status: 200 });
      type Networks = { NetworkSettings: { Networks: Record<string, { Aliases: string[] }> } };
      const { NetworkSettings } = await rig.engine.call<Networks>("GET", `/containers/${names.own}/json`);
      expect(NetworkSettings.Networks[unit.network.Name]?.Aliases).toContain("agentpod-door");
      expect(await rig.ask("POST", path.replace("connect", "disconnect"), { Container: names.own, Force: true })).toMatchObject({
        status: 200,
      });
      expect(await rig.ask("POST", path, { Container: names.own })).toMatchObject({ status: 200 });
      const { Containers } = await rig.engine.call<{ Containers: Record<string, { Name: string }> }>(
        "GET",
        `/networks/${unit.network.Name}`,
      );
      expect(
        Object.values(Containers)
          .map(({ Name }) => Name)
          .sort(),
      ).toEqual([names.own, unit.name].sort());
      expect(await rig.ask("POST", path.replace("connect", "disconnect"), { Container: names.own, Force: true })).toMatchObject({
        status: 200,
      });
    });

    it("lists and events tell of this installation alone, whatever they are asked for", async () => {
      for (const filters of [undefined, "{}", JSON.stringify({ label: ["com.docker.compose.project"] })]) {
        const query = filters === undefined ? "" : `&filters=${encodeURIComponent(filters)}`;
        const { status, message } = await rig.ask("GET", `/containers/json?all=true${query}`);
        expect(status).toBe(200);
        expect((JSON.parse(message) as { Id: string }[]).every(({ Id }) => Id === unitId)).toBe(true);
      }
      const own = encodeURIComponent(JSON.stringify({ label: ["agentpod.attach=anything"] }));
      const { message } = await rig.ask("GET", `/containers/json?all=true&filters=${own}`);
      expect((JSON.parse(message) as { Names: string[] }[]).flatMap(({ Names }) => Names)).toEqual([`/${names.own}`]);
      const foreign = encodeURIComponent(JSON.stringify({ label: [`agentpod.installation=${randomUUID()}`] }));
      expect(await rig.ask("GET", `/containers/json?filters=${foreign}`)).toMatchObject({ status: 403 });
      for (const filters of [{ type: ["image"] }, { container: [stranger] }, { id: [stranger] }]) {
        expect(await rig.ask("GET", `/events?filters=${encodeURIComponent(JSON.stringify(filters))}`)).toMatchObject({ status: 403 });
      }
    });

    it("stays with its installation over a restart of its own", async () => {
      const other = unitOf(randomUUID());
      expect(await rig.ask("POST", "/networks/create", other.network)).toMatchObject({ status: 403 });
    });
  },
);
