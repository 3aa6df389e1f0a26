import { describe, expect, it } from "vitest";
import { launchdPlist, type ServiceFacts, systemdQuote, systemdUnit } from "../src/service-unit.ts";

const facts: ServiceFacts = {
  root: "/opt/agent pod/50%",
  node: '/opt/n"ode\\bin $HOME',
  home: "/var/lib/a&b<c>",
  environment: { AGENTPOD_URL: 'https://pods.example.com/?a=1&b="2"' },
  scope: "system",
};

describe("P1 the service that starts with the machine", () => {
  it("quotes what systemd would read as its own", () => {
    expect(systemdQuote('a "b" \\ 100% $X')).toBe('"a \\"b\\" \\\\ 100%% $X"');
    const unit = systemdUnit(facts);
    expect(unit).toContain("WorkingDirectory=/opt/agent pod/50%%\n");
    expect(unit).toContain('ExecStart="/opt/n\\"ode\\\\bin $$HOME" "scripts/bootstrap.mjs" "apps/supervisor/src/main.ts"\n');
    expect(unit).toContain('Environment="AGENTPOD_URL=https://pods.example.com/?a=1&b=\\"2\\""\n');
  });

  it("ends AgentPod and no pod", () => {
    expect(systemdUnit(facts)).toContain("KillMode=process\n");
    expect(launchdPlist(facts, "dev.agentpod")).toContain("<key>AbandonProcessGroup</key><true/>");
  });

  it("belongs to the machine or to a user", () => {
    expect(systemdUnit(facts)).toContain("WantedBy=multi-user.target");
    expect(systemdUnit({ ...facts, scope: "user" })).toContain("WantedBy=default.target");
  });

  it("escapes XML", () => {
    const plist = launchdPlist(facts, "dev.agentpod");
    expect(plist).toContain("<string>/var/lib/a&amp;b&lt;c&gt;</string>");
    expect(plist).not.toMatch(/a&b/);
  });

  it("takes no value that would begin a line of its own", () => {
    const evil = { ...facts, home: "/tmp/x\nExecStartPre=/bin/evil" };
    expect(() => systemdUnit(evil)).toThrow(/control characters/);
    expect(() => launchdPlist(evil, "dev.agentpod")).toThrow(/control characters/);
  });
});
