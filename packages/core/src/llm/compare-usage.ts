/** Tokens of one day (UTC). */
export interface DayTokens {
  day: string;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What the LLM proxy counted of a pod on one day (UTC). */
export interface DayCalls extends DayTokens {
  calls: number;
  /** Of the calls: some count of them is an estimate. */
  estimated: number;
}

export interface UsageComparison {
  day: string;
  proxy: Omit<DayCalls, "day">;
  agent: Omit<DayTokens, "day">;
  /** Tokens that the agent counted beyond the proxy; negative: that the proxy counted beyond the agent. */
  difference: number;
  verdict: "same" | "agent_more" | "proxy_more";
  /** Both numbers, and what a difference means. */
  message: string;
}

const noTokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const noCalls = { ...noTokens, calls: 0, estimated: 0 };

/** Both counts of a pod, by day, the oldest first; days on which nobody counted anything are left out. */
export function compareUsage(proxy: readonly DayCalls[], agent: readonly DayTokens[]): UsageComparison[] {
  const days = [...new Set([...proxy, ...agent].map(({ day }) => day))].sort();
  return days.flatMap((day) => {
    const { day: _proxyDay, ...ours } = proxy.find((one) => one.day === day) ?? { day, ...noCalls };
    const { day: _agentDay, ...theirs } = agent.find((one) => one.day === day) ?? { day, ...noTokens };
    const [counted, told] = [sum(ours), sum(theirs)];
    if (counted === 0 && told === 0 && ours.calls === 0) return [];
    const difference = told - counted;
    const verdict = difference === 0 ? "same" : difference > 0 ? "agent_more" : "proxy_more";
    return [{ day, proxy: ours, agent: theirs, difference, verdict, message: sentence(verdict, counted, told, ours.estimated) }];
  });
}

function sentence(verdict: UsageComparison["verdict"], counted: number, told: number, estimated: number): string {
  if (verdict === "same") return `AgentPod and the agent both counted ${told} tokens.`;
  if (verdict === "agent_more")
    return `The agent counted ${told} tokens, AgentPod ${counted}: ${told - counted} did not go through the LLM proxy, as with an address of its own.`;
  if (estimated > 0)
    return `AgentPod counted ${counted} tokens, the agent ${told}: ${counted - told} are not in the agent's books; AgentPod had to estimate ${estimated} calls.`;
  return `AgentPod counted ${counted} tokens, the agent ${told}: ${counted - told} are not in the agent's books, as of calls whose usage it was not told, of calls that broke off, of chats that were deleted, or of another program with the pod's key.`;
}

const sum = ({ input, output, cacheRead, cacheWrite }: Omit<DayTokens, "day">): number => input + output + cacheRead + cacheWrite;
