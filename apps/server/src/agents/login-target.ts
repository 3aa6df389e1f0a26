import { AppError } from "@agentpod/core/errors";
import { nearest } from "@agentpod/core/name";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { type AgentChannel, type ChannelLogin, channelCatalog, enabledChannels } from "@agentpod/core/products/agents/channel-catalog";
import { type ConfigRecord, isConfigRecord } from "@agentpod/core/products/agents/config-record";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import type { UnitId } from "@agentpod/core/runtime";
import type { Store } from "@agentpod/core/store";
import { factsOfPod, showConfig } from "../agent-packages/show-config.ts";
import { runningUnit } from "../routes/running-unit.ts";

/** An agent that is there to link one of its channels. */
export interface LoginTarget {
  pod: Pod;
  unit: UnitId;
  port: string;
  token: string;
  /** Of the pod, to be taken out of what the agent says. */
  secrets: Record<string, string>;
  channel: AgentChannel & { login: ChannelLogin };
  account: string | undefined;
}

export interface LoginName {
  tenant: string;
  pod: string;
  channel: string;
}

/**
 * Throws `not_found` for a channel that nobody knows, `invalid` for one that is not linked by a code, or has no such account,
 * and `conflict` where the pod's package does not hold it, its configuration has it switched off, or the agent does not run.
 */
export async function loginTarget(store: Store, name: LoginName, account: string | undefined): Promise<LoginTarget> {
  const pod = await store.pods.get(name.tenant, name.pod);
  const facts = await factsOfPod(store, pod);
  const secrets = await store.secrets.reveal(pod.id);
  const { config } = showConfig(pod, facts, secrets);
  const channel = channelOf(name.channel);
  const { id, title } = channel;
  if (!facts.channels.includes(id))
    throw new AppError("conflict", `the package of ${podLabel(pod)} has no ${title}: add ${id} to its channels, and update the pod to it`);
  if (!enabledChannels(config).some((one) => one.id === id))
    throw new AppError("conflict", `${title} is switched off in the configuration of ${podLabel(pod)}: switch it on, then link it`);
  if (account !== undefined) checkAccount(account, config, channel);
  const gateway = gatewayUnit(pod.spec);
  if (gateway === null) throw new AppError("invalid", `${podLabel(pod)} is no agent: none of its units has a probe of kind agent`);
  const unit = runningUnit(pod, gateway.unit);
  return {
    pod,
    unit: { pod: pod.id, unit: unit.name, revision: unit.revision },
    port: gateway.port,
    token: secrets[gateway.secret] ?? "",
    secrets,
    channel,
    account,
  };
}

function channelOf(id: string): LoginTarget["channel"] {
  const known = channelCatalog.filter(({ login }) => login !== null).map((one) => one.id);
  const channel = channelCatalog.find((one) => one.id === id);
  if (channel?.login) return { ...channel, login: channel.login };
  const close = nearest(id, known);
  const issues = [{ path: "channel", expected: `one of ${known.join(", ")}`, ...(close !== undefined && { nearest: close }) }];
  if (channel === undefined) throw new AppError("not_found", `there is no channel ${id} that is linked by a code`, { issues });
  throw new AppError("invalid", `${channel.title} needs no code: it is linked by the secrets of its configuration`, { issues });
}

function checkAccount(account: string, config: ConfigRecord, { id, title }: AgentChannel): void {
  const part = isConfigRecord(config.channels) && isConfigRecord(config.channels[id]) ? config.channels[id] : {};
  const known = Object.keys(isConfigRecord(part.accounts) ? part.accounts : { default: {} });
  if (known.includes(account)) return;
  const close = nearest(account, known);
  throw new AppError("invalid", `${title} has no account ${account} in the configuration`, {
    issues: [{ path: "account", expected: `one of ${known.join(", ")}`, ...(close !== undefined && { nearest: close }) }],
  });
}
