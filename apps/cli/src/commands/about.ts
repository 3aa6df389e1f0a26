import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const facts = await (await cli.client()).installation();
  const lines = [
    `AgentPod ${facts.version} at ${facts.url}`,
    `Pods run on ${facts.runtime.kind} (${facts.runtime.version}), with host names below ${facts.baseDomains.join(", ")}.`,
    facts.signOn.length === 0
      ? "No sign-on provider is configured."
      : `Users may sign on with ${facts.signOn.map((one) => one.name).join(", ")}.`,
  ];
  cli.out.show(facts, lines.join("\n"));
}
