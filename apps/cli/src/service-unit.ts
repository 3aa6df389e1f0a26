/** What a service unit is made of. */
export interface ServiceFacts {
  /** The checkout that holds AgentPod. */
  root: string;
  /** Absolute path of the Node to start with. */
  node: string;
  home: string;
  /** Settings that are set now and are to hold at boot; never the master key or a database password. */
  environment: Record<string, string>;
  scope: "system" | "user";
}

/** Quotes a value for a systemd unit: `%` is a specifier and `$` a variable there, inside quotes too. */
export function systemdQuote(value: string): string {
  refuseControl(value);
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}

/** The same for `ExecStart`, where `$` would be expanded. */
const systemdArgument = (value: string) => systemdQuote(value).replaceAll("$", "$$$$");

/** Pods are in the service's control group or its user's session: only AgentPod itself is ended with it. */
export function systemdUnit(facts: ServiceFacts): string {
  const env = Object.entries({ ...facts.environment, AGENTPOD_HOME: facts.home });
  return `[Unit]
Description=AgentPod
After=network-online.target docker.service
Wants=network-online.target

[Service]
Type=exec
WorkingDirectory=${workingDirectory(facts.root)}
ExecStart=${[facts.node, "scripts/bootstrap.mjs", "apps/supervisor/src/main.ts"].map(systemdArgument).join(" ")}
${env.map(([key, value]) => `Environment=${systemdQuote(`${key}=${value}`)}`).join("\n")}
KillMode=process
Delegate=yes
Restart=always
RestartSec=2
TimeoutStopSec=60

[Install]
WantedBy=${facts.scope === "system" ? "multi-user.target" : "default.target"}
`;
}

/** Taken literally but for specifiers: quotes would become part of the path. */
function workingDirectory(path: string): string {
  refuseControl(path);
  return path.replaceAll("%", "%%");
}

/** The same for macOS. */
export function launchdPlist(facts: ServiceFacts, label: string): string {
  const env = Object.entries({ ...facts.environment, AGENTPOD_HOME: facts.home });
  const string = (value: string) => `<string>${xml(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(label)}
  <key>ProgramArguments</key>
  <array>
    ${[facts.node, "scripts/bootstrap.mjs", "apps/supervisor/src/main.ts"].map(string).join("\n    ")}
  </array>
  <key>WorkingDirectory</key>${string(facts.root)}
  <key>EnvironmentVariables</key>
  <dict>
    ${env.map(([key, value]) => `<key>${xml(key)}</key>${string(value)}`).join("\n    ")}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><true/>
  <key>AbandonProcessGroup</key><true/>
  <key>StandardErrorPath</key>${string(`${facts.home}/logs/service.log`)}
</dict>
</plist>
`;
}

function xml(value: string): string {
  refuseControl(value);
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function refuseControl(value: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value)) throw new Error("a service unit cannot hold control characters");
}
