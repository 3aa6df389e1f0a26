/** What a step's failure means for who deploys, and what to do about it. */
const advice: Readonly<Record<string, string>> = {
  analyse: "agentpod analyze says the same on your machine; agentpod.yaml says what it cannot know.",
  record: "Nothing was started.",
  database: "Nothing of yours was started yet.",
  "database-ready": "The log of its database is kept with the deployment.",
  "copy-database": "Nothing of the project was changed; --database empty leaves its data out.",
  install: "See the last lines of its log: agentpod deployment logs.",
  migrated: "Its migrations failed: what served before serves on, with what the migrations did until then.",
  probe:
    "It has to listen on 0.0.0.0 at the port in PORT, and to answer its probe: see agentpod deployment logs, and probe and ports in agentpod.yaml.",
  route: "It answered its probe but not through the gateway: an answer of 500 and above is no answer.",
};

/** The same where the runtime saw why: that says more than where it listens. */
const probeAdvice: Readonly<Record<string, string>> = {
  oom: "Give it more: agentpod deploy --memory, or memoryMb of its settings.",
  exited: "It ended by itself; the last lines of its log say why: agentpod deployment logs.",
  invalid: "See the last lines of its log: agentpod deployment logs.",
};

/** What a Dockerfile's build says of its bounds, in words of whoever deploys. */
const boundAdvice: readonly (readonly [RegExp, string])[] = [
  [/ Raise build\.limits\.memoryMb\./, "Give it more: agentpod deploy --build-memory, or buildMemoryMb of its settings."],
  [/ Raise build\.limits\.seconds\./, "Give it more: agentpod deploy --build-minutes, or buildMinutes of its settings."],
];

/** A failed step's sentence with what to do beside it; `reason`: what the runtime saw; `seen`: what was found out about it, which says more. Pure. */
export function deployAdvice(step: string, message: string, reason: string | null, seen: string | null): string {
  const bound = boundAdvice.find(([says]) => says.test(message))?.[1];
  const known = step === "probe" && reason !== null && Object.hasOwn(probeAdvice, reason) ? probeAdvice[reason] : undefined;
  const more = seen ?? bound ?? known ?? (Object.hasOwn(advice, step) ? advice[step] : undefined);
  const whole = /[.!?]$/.test(message) ? message : `${message}.`;
  return more === undefined ? `Step ${step} failed: ${whole}` : `Step ${step} failed: ${whole} ${more}`;
}
