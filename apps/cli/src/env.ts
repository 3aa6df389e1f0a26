/** What the CLI takes from its environment. */
export interface CliEnv {
  /** AGENTPOD_HOME; undefined for `~/.agentpod`. */
  home: string | undefined;
  /** AGENTPOD_URL: which installation to talk to. */
  url: string | undefined;
  /** AGENTPOD_TOKEN: as whom, before any stored login. */
  token: string | undefined;
  /** Kind of terminal, for programs run in a pod with a TTY. */
  term: string;
  /** Settings of the server that are set here and are to hold when the machine starts it; never a secret. */
  boot: Record<string, string>;
}

const bootSettings = ["AGENTPOD_PORT", "AGENTPOD_RUNTIME", "AGENTPOD_URL", "PATH"] as const;

export function readEnv(env: NodeJS.ProcessEnv = process.env): CliEnv {
  const text = (key: string) => (env[key] === undefined || env[key] === "" ? undefined : env[key]);
  return {
    home: text("AGENTPOD_HOME"),
    url: text("AGENTPOD_URL"),
    token: text("AGENTPOD_TOKEN"),
    term: text("TERM") ?? "xterm-256color",
    boot: Object.fromEntries(bootSettings.flatMap((key) => [[key, text(key)]]).filter((entry) => entry[1] !== undefined)),
  };
}
