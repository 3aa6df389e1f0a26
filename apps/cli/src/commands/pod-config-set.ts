import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { Cli } from "../cli.ts";
import { describeAgentConfig } from "../describe-agent-config.ts";
import { describeWay } from "../describe-way.ts";
import { parsePodName } from "../pod-name.ts";
import { type AgentChangeOptions, readAgentChange } from "../read-agent-change.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export interface Options extends AgentChangeOptions {
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const target = parsePodName(name);
  const change = await readAgentChange(options);
  const client = await cli.client();
  let view: AgentConfigView | null = null as AgentConfigView | null;
  const configure = async () => {
    view = await client.agents.configure(target.tenant, target.pod, change);
  };
  const { desired } = await client.pods.get(target.tenant, target.pod);
  // A stopped pod takes the change and stays stopped.
  if (options.wait && desired === "running") {
    const { signal, out } = cli;
    await changeAndWait(client, target, configure, isUp, { timeoutSeconds: options.timeout, signal, progress: out.progress });
  } else await configure();
  if (view !== null) cli.out.show(view, [...describeWay(view.applies), describeAgentConfig(view)].join("\n"));
}
