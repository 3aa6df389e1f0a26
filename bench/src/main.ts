// `npm run bench [-- name …]`: runs the benches one after another, prints their tables and keeps them in RESULTS.md.
import { keepResults } from "./results.ts";
import { type Bench, markdown } from "./table.ts";

const all: Record<string, () => Promise<Bench>> = {
  pods: () => import("./pods.ts"),
  fifty: () => import("./fifty.ts"),
  reconcile: () => import("./reconcile.ts"),
  metrics: () => import("./metrics.ts"),
  logs: () => import("./logs.ts"),
  llm: () => import("./llm.ts"),
  agents: () => import("./agents.ts"),
  "agent-density": () => import("./agent-density.ts"),
  "agent-fleet": () => import("./agent-fleet.ts"),
  "agent-health": () => import("./agent-health.ts"),
  deploys: () => import("./deploys.ts"),
  web: () => import("./web.ts"),
  gateway: () => import("./gateway.ts"),
  tls: () => import("./tls.ts"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`ERROR invalid: no bench ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  process.exit(2);
}
const benches = new Map(await Promise.all(Object.entries(all).map(async ([name, load]) => [name, await load()] as const)));
for (const [name, bench] of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const part = markdown(bench.title, await bench.run());
  console.log(part);
  keepResults(
    [...benches.values()].map(({ title }) => title),
    new Map([[bench.title, part]]),
  );
}
