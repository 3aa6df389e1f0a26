import type { DoctorLine } from "@agentpod/core/api/platform-view";
import type { Pod } from "@agentpod/core/pod";
import type { Runtime, UnitId } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { Settings } from "@agentpod/host/settings";
import { readsLlmKey } from "../llm/pod-llm-key.ts";
import { llmUrlOf } from "./llm-url.ts";
import { subnetOfIndex } from "./server-facts.ts";

export interface LlmDoctor {
  database: Database;
  runtime: Runtime;
  settings: Settings;
}

type Line = Omit<DoctorLine, "check">;

/** Whether pods reach the LLM proxy: asked from inside one that uses it, where one runs. */
export async function checkLlm({ database, runtime, settings }: LlmDoctor): Promise<Line[]> {
  const { listen, callbackUrl } = settings;
  const isLoopback = listen === "::1" || listen.startsWith("127.");
  if (runtime.kind === "docker" && isLoopback && callbackUrl === null)
    return [
      {
        status: "warning",
        message: `The front door answers at ${listen} alone, which no container reaches.`,
        advice: "Set AGENTPOD_LISTEN to 0.0.0.0, or AGENTPOD_CALLBACK_URL to an address that pods reach.",
      },
    ];
  const users = (await database.asSystem((store) => store.pods.list({}))).filter(
    (pod) => readsLlmKey(pod.spec) && pod.status.units.some(({ state }) => state === "running"),
  );
  const [pod] = users;
  const general = llmUrlOf(settings, runtime.kind, null);
  if (pod === undefined)
    return [
      { status: "ok", message: `It answers at ${general}; no running pod uses it, so that none was asked from inside.`, advice: null },
    ];
  const url = await urlFor(database, runtime, settings, pod);
  const found = await askFromInside(runtime, unitOf(pod), url);
  if (found === "") return [{ status: "ok", message: `${pod.tenant}/${pod.name} reaches it at ${url}.`, advice: null }];
  if (found === null)
    return [{ status: "ok", message: `It answers at ${url}; ${pod.tenant}/${pod.name} has no program to ask from inside.`, advice: null }];
  return [
    {
      status: "failed",
      message: `${pod.tenant}/${pod.name} does not reach it at ${url}: ${found}.`,
      advice: "Look at the firewall of this machine, or set AGENTPOD_CALLBACK_URL to an address that pods reach.",
    },
  ];
}

function unitOf(pod: Pod): UnitId {
  const running = pod.status.units.filter(({ state }) => state === "running");
  const unit = running[0];
  return { pod: pod.id, unit: unit?.name ?? "", revision: unit?.revision ?? "" };
}

async function urlFor(database: Database, runtime: Runtime, settings: Settings, pod: Pod): Promise<string> {
  const [facts] = await database.asSystem((store) => store.pods.facts([pod.id]));
  const index = facts?.allocations.find(({ kind }) => kind === "subnet")?.value;
  return llmUrlOf(settings, runtime.kind, index === undefined ? null : subnetOfIndex(settings, index));
}

/** The programs that images usually have, until one is there; each is silent and gives 0 for an answer below 400. */
const askers: readonly ((url: string) => string[])[] = [
  (url) => ["curl", "-fsS", "-o", "/dev/null", "--noproxy", "*", "--max-time", "5", url],
  (url) => [
    "node",
    "-e",
    `fetch(process.argv[1],{signal:AbortSignal.timeout(5000)}).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`,
    url,
  ],
  (url) => ["wget", "-q", "-O", "/dev/null", "-T", "5", url],
];

/** What a shell, or an engine, gives where there is no such program. */
const missing = [126, 127];

/** Why it is not reached; empty: it is. Null where the unit has none of the programs. */
async function askFromInside(runtime: Runtime, unit: UnitId, url: string): Promise<string | null> {
  for (const argv of askers) {
    const session = await runtime.exec(unit, { argv: argv(url), tty: null, env: {}, workdir: null }).catch(() => null);
    // Engines refuse to begin what is not there.
    if (session === null) continue;
    session.stdout.resume();
    session.stderr?.resume();
    session.stdin.end();
    const code = await session.exit;
    if (code === 0) return "";
    if (!missing.includes(code)) return `${argv(url)[0]} ended with ${code}`;
  }
  return null;
}
