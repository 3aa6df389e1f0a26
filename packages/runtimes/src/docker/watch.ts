import { AppError } from "@agentpod/core/errors";
import type { WakeUp } from "@agentpod/core/runtime";
import type { Adopted } from "./adopted.ts";
import type { Engine } from "./engine.ts";
import { jsonLines } from "./json-lines.ts";
import { label } from "./names.ts";
import type { RunFactsCache } from "./run-facts.ts";

interface EngineEvent {
  Actor?: { ID?: string; Attributes?: Record<string, string> };
}

/** Podman says `died` and `remove` where Docker says `die` and `destroy`. */
const kinds = ["start", "die", "died", "oom", "destroy", "remove"];

/** Wake-ups from the engine's events; `adopted` null: of containers that we made alone. The first, for all pods, says that the stream stands and nothing is missed from here on. */
export async function* watchEngine(
  engine: Engine,
  installation: string,
  adopted: Adopted | null,
  facts: RunFactsCache,
  signal: AbortSignal,
): AsyncGenerator<WakeUp> {
  if (signal.aborted) return;
  // Containers that were taken over carry no label of ours.
  const own = adopted ? {} : { label: [`${label.installation}=${installation}`] };
  const filters = JSON.stringify({ type: ["container"], event: kinds, ...own });
  let watching = false;
  try {
    const stream = await engine.stream("GET", "/events", { query: { filters }, signal });
    const end = () => stream.destroy();
    signal.addEventListener("abort", end, { once: true });
    facts.watchBegins();
    watching = true;
    try {
      yield { pod: null };
      for await (const { Actor } of jsonLines<EngineEvent>(stream)) {
        const { ID = "", Attributes = {} } = Actor ?? {};
        const pod = Attributes[label.installation] === installation ? (Attributes[label.pod] ?? null) : adopted?.podOf(ID);
        if (pod === undefined) continue;
        facts.forget(ID);
        yield { pod };
      }
    } finally {
      signal.removeEventListener("abort", end);
      stream.destroy();
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof AppError ? error : new AppError("unavailable", "The container engine's events broke off.", { cause: error });
  } finally {
    if (watching) facts.watchEnds();
  }
  if (!signal.aborted) throw new AppError("unavailable", "The container engine's events ended.");
}
