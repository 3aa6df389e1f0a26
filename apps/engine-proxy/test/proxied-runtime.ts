import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConformanceRig } from "@agentpod/runtimes/conformance/rig";
import { dockerRuntime } from "@agentpod/runtimes/docker/driver";
import { label } from "@agentpod/runtimes/docker/names";
import { image, type ProxyRig, proxyRig } from "./proxy-rig.ts";

let nextSubnet = 0;

/** The docker runtime, each installation behind a proxy of its own. */
export async function proxiedRuntime(engine: string): Promise<ConformanceRig> {
  const proxies = new Map<string, ProxyRig>();
  const stateDir = await mkdtemp(join(tmpdir(), "agentpod-proxied-"));
  const of = async (installation: string) => {
    const rig = proxies.get(installation) ?? (await proxyRig(engine));
    proxies.set(installation, rig);
    return rig;
  };
  const past = await of("past");
  return {
    // No container of somebody else's is seen through the proxy, so none is adopted.
    open: async ({ adopted: _adopted, ...context }) =>
      dockerRuntime({ ...context, stateDir, engine: { kind: "unix", path: (await of(context.installation)).socket } }),
    scope: () => ({ subnet: `10.${(process.pid % 200) + 20}.${nextSubnet >> 4}.${(nextSubnet++ & 15) << 4}/28`, uid: null }),
    complete: (run) => ({
      ...run,
      image: run.image ?? image,
      command: run.command ?? ["node", "/app/program.mjs"],
      env: { LISTEN: "0.0.0.0", PORT: String(run.ports[0]?.container ?? 0), ...run.env },
    }),
    execArgv: (_run, args) => ["node", "/app/program.mjs", ...args],
    // The engine tells of everybody's at once, or of nobody's.
    volumesUnmeasured: true,
    kill: async (unit) => void (await past.engine.call("POST", `/containers/${unit.containerId}/kill`, { query: { signal: "KILL" } })),
    async leftovers(installation) {
      const query = { filters: JSON.stringify({ label: [`${label.installation}=${installation}`] }) };
      const containers = await past.engine.call<{ Names: string[] }[]>("GET", "/containers/json", { query: { ...query, all: true } });
      const networks = await past.engine.call<{ Name: string }[]>("GET", "/networks", { query });
      const { Volumes } = await past.engine.call<{ Volumes: { Name: string }[] | null }>("GET", "/volumes", { query });
      return [...containers.flatMap((one) => one.Names), ...networks.map((one) => one.Name), ...(Volumes ?? []).map((one) => one.Name)];
    },
    async close() {
      for (const rig of proxies.values()) await rig.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
