import type { ChannelSight } from "@agentpod/core/channel-health";
import type { ProbeSpec } from "@agentpod/core/pod-spec";
import type { ProbeTarget } from "@agentpod/core/probe-health";
import { channelsIn } from "@agentpod/core/products/agents/channels-seen";
import { redactor } from "@agentpod/core/redact";
import { sameJson } from "@agentpod/core/same-json";
import type { ProbeDeps, UnitProbe } from "../reconciler/unit-probe.ts";
import { type AgentLink, AgentRefusal, openAgentLink, ProxyRefusal } from "./agent-link.ts";
import { askAgentHttp } from "./ask-agent-http.ts";
import { askRest } from "./ask-rest.ts";

type AgentProbe = Extract<ProbeSpec, { kind: "agent" }>;

/** How often HTTP is asked while the link stands: the same loop answers both. */
const httpEveryMs = 60_000;
/** How often the agent is made to ask its messengers: it believes that they are there until then. */
const reachEveryMs = 300_000;

/**
 * A client behind our proxy for an agent that knows its proxy: an address of documentation (RFC 5737), so that failures of
 * visitors and of probes never shut each other out. One that knows no proxy wants no such word.
 */
const asVisitor = { "x-forwarded-for": "192.0.2.2", "x-forwarded-proto": "http" };

/** Keeps one connection to a run's gateway, and judges by what is heard on it; connects anew only when it has ended. */
export function agentProbe({ runtime, secrets, nudge }: ProbeDeps): UnitProbe {
  let link: AgentLink | null = null;
  let refused: { why: string; untilMs: number } | null = null;
  let channels: ChannelSight[] | null = null;
  let clean = (text: string): string => text;
  let headers: Record<string, string> = asVisitor;
  let httpAt = 0;
  let reachedAt = 0;
  let isStopped = false;

  const take = (payload: unknown): boolean => {
    const seen = channelsIn(payload)?.map((one) => ({ ...one, message: clean(one.message) })) ?? null;
    if (seen === null || sameJson(seen, channels)) return false;
    channels = seen;
    return true;
  };
  const drop = (): void => {
    link?.close();
    link = null;
  };

  const askHttp = async (target: ProbeTarget, signal: AbortSignal): Promise<void> => {
    const socket = await runtime.dial(target.id, (target.probe as AgentProbe).port);
    try {
      await askAgentHttp(socket, headers, signal);
      httpAt = performance.now();
    } finally {
      socket.destroy();
    }
  };
  const connect = async (target: ProbeTarget, signal: AbortSignal): Promise<AgentLink> => {
    const { port, secret } = target.probe as AgentProbe;
    await askHttp(target, signal);
    const values = await secrets(target.id.pod);
    clean = redactor(values);
    // Ended before it was open, it is nobody's.
    let mine: AgentLink | null = null;
    const opened = await openAgentLink({
      socket: await runtime.dial(target.id, port),
      token: values[secret] ?? "",
      headers,
      signal,
      told: (payload) => {
        if (take(payload)) nudge();
      },
      ended: () => {
        if (mine === null || link !== mine) return;
        link = null;
        if (!isStopped) nudge();
      },
    });
    mine = opened;
    try {
      take(await opened.health(false, signal));
    } catch (error) {
      opened.close();
      throw error;
    }
    reachedAt = performance.now();
    return opened;
  };
  /** What it says of the client behind it is right for one agent and wrong for another: both are tried. */
  const connectEitherWay = async (target: ProbeTarget, signal: AbortSignal): Promise<AgentLink> => {
    try {
      return await connect(target, signal);
    } catch (error) {
      if (!(error instanceof ProxyRefusal)) throw error;
      headers = headers === asVisitor ? {} : asVisitor;
      return await connect(target, signal);
    }
  };
  const hear = async (target: ProbeTarget, signal: AbortSignal): Promise<string | null> => {
    link ??= await connectEitherWay(target, signal);
    const known = link;
    await known.ping(signal);
    const lateMs = known.lateMs();
    if (lateMs > 0) {
      drop();
      return `no heartbeat of its gateway for ${Math.round(lateMs / 1000)} s longer than two should take`;
    }
    if (performance.now() - httpAt > httpEveryMs) await askHttp(target, signal);
    if (performance.now() - reachedAt > reachEveryMs) {
      reachedAt = performance.now();
      // It may take longer than a probe may: what it finds is told when it is there.
      known.health(true, AbortSignal.timeout(60_000)).then(
        (payload) => take(payload) && nudge(),
        () => undefined,
      );
    }
    return null;
  };

  return {
    async ask(target, signal) {
      if (refused !== null && performance.now() < refused.untilMs) return { failure: refused.why, channels };
      refused = null;
      try {
        return { failure: await hear(target, signal), channels };
      } catch (error) {
        drop();
        if (!(error instanceof AgentRefusal)) throw error;
        refused = { why: error.message, untilMs: performance.now() + error.waitMs };
        return { failure: error.message, channels };
      }
    },
    async rest(target, idleSeconds, now) {
      const { port, secret } = target.probe as AgentProbe;
      const token = (await secrets(target.id.pod))[secret] ?? "";
      return askRest({ dial: () => runtime.dial(target.id, port), token, idleSeconds, now });
    },
    stop() {
      isStopped = true;
      drop();
    },
  };
}
