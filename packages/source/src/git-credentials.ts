import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How a private repository is read. */
export type GitCredentials =
  /** `user` as the host wants it beside a token: `x-access-token`, `oauth2`, `git` … */
  | { kind: "token"; user?: string; token: string }
  /** A private key in OpenSSH's format. */
  | { kind: "key"; key: string };

/** Git asks this program; it has no value of its own, and reads what it gives from files that only their owner may read. */
const askpass = `#!/bin/sh
case "$1" in
  Username*) exec cat "$AGENTPOD_GIT_SECRETS/user" ;;
  *) exec cat "$AGENTPOD_GIT_SECRETS/token" ;;
esac
`;

/** Git starts this one instead of ssh; the same holds for it. The address was checked before: what is connected to is that, not the name. */
const ssh = `#!/bin/sh
set -- -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o ClearAllForwardings=yes -o PermitLocalCommand=no \\
  -o ConnectTimeout=15 -o HostKeyAlias="$AGENTPOD_GIT_HOST" -o HostName="$AGENTPOD_GIT_ADDRESS" \\
  -o UserKnownHostsFile="$AGENTPOD_GIT_SECRETS/known_hosts" -o StrictHostKeyChecking="$AGENTPOD_GIT_HOST_KEYS" \\
  -i "$AGENTPOD_GIT_SECRETS/key" "$@"
exec ssh "$@"
`;

export interface SshPeer {
  /** As the address names it: host keys are known by this. */
  host: string;
  /** What is connected to. */
  address: string;
  /** Lines of a known_hosts file; null: the first key that is seen is taken. */
  knownHosts: string | null;
}

/** Writes what git needs to log in below `folder` (0700, removed by the caller) and gives the environment that leads there; no value is in it. */
export async function writeCredentials(folder: string, credentials: GitCredentials | null, peer: SshPeer): Promise<Record<string, string>> {
  const secrets = join(folder, "secrets");
  await mkdir(secrets, { mode: 0o700 });
  const keep = (name: string, text: string): Promise<void> => writeFile(join(secrets, name), text, { mode: 0o600, flag: "wx" });
  const program = async (name: string, text: string): Promise<string> => {
    await keep(name, text);
    await chmod(join(secrets, name), 0o700);
    return join(secrets, name);
  };
  await keep("known_hosts", peer.knownHosts === null ? "" : `${peer.knownHosts.trim()}\n`);
  await keep("key", credentials?.kind === "key" ? `${credentials.key.trim()}\n` : "");
  await keep("user", credentials?.kind === "token" ? (credentials.user ?? "x-access-token") : "");
  await keep("token", credentials?.kind === "token" ? credentials.token : "");
  return {
    AGENTPOD_GIT_SECRETS: secrets,
    AGENTPOD_GIT_HOST: peer.host,
    AGENTPOD_GIT_ADDRESS: peer.address,
    AGENTPOD_GIT_HOST_KEYS: peer.knownHosts === null ? "accept-new" : "yes",
    // Without a token nothing is to be asked; `false` says no.
    GIT_ASKPASS: credentials?.kind === "token" ? await program("askpass", askpass) : "/bin/false",
    GIT_SSH: await program("ssh", ssh),
    GIT_SSH_VARIANT: "ssh",
  };
}
