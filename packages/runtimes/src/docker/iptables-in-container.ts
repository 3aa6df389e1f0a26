import { Readable } from "node:stream";
import { pack } from "tar-stream";
import type { Engine } from "./engine.ts";
import { isStatus } from "./engine-error.ts";
import type { IptablesFamily, RestoreRules } from "./iptables.ts";
import { installationTag, label } from "./names.ts";

/**
 * Through a container that lives for this one command: for an engine on another host, or a control plane that is not
 * root. The only container with a capability and the host's network that the driver ever makes; it runs `iptables-restore`
 * of the given image and nothing else.
 */
export function restoreInContainer(engine: Engine, installation: string, image: string): RestoreRules {
  const name = helperName(installation);
  const create = (family: IptablesFamily) =>
    engine.call<{ Id: string }>("POST", "/containers/create", { query: { name }, body: helperBody(installation, image, family) });
  const remove = (container: string) => engine.call("DELETE", `/containers/${container}`, { query: { force: true, v: true } });

  return async (family, rules) => {
    const { Id } = await create(family).catch(async (error: unknown) => {
      // Left by a control plane that was killed in the middle.
      if (!isStatus(error, 409)) throw error;
      await remove(name);
      return create(family);
    });
    try {
      const tar = pack();
      tar.entry({ name: "rules", mode: 0o600 }, rules);
      tar.finalize();
      await engine.call("PUT", `/containers/${Id}/archive`, { query: { path: "/" }, tar: Readable.from(tar) });
      await engine.call("POST", `/containers/${Id}/start`);
      const { StatusCode } = await engine.call<{ StatusCode: number }>("POST", `/containers/${Id}/wait`);
      if (StatusCode !== 0) throw new Error(`${family}-restore in ${image} ended with ${StatusCode}`);
    } finally {
      await remove(Id);
    }
  };
}

/** Of the one helper that an installation has at a time. */
export const helperName = (installation: string): string => `agentpod-firewall-${installationTag(installation)}`;

/** `POST /containers/create` for the helper. */
export function helperBody(installation: string, image: string, family: IptablesFamily) {
  return {
    Image: image,
    Entrypoint: [`${family}-restore`, "--noflush", "--wait", "10", "/rules"],
    Cmd: [],
    User: "0:0",
    Labels: { [label.installation]: installation },
    HostConfig: { NetworkMode: "host", CapDrop: ["ALL"], CapAdd: ["NET_ADMIN", "NET_RAW"], SecurityOpt: ["no-new-privileges:true"] },
  };
}
