import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = () => join(tmpdir(), "agent");

/** Where the agent reads its configuration; in memory where /tmp is, so that the state keeps no copy. */
export const configFile = () => join(folder(), "openclaw.json");

/** What a change while it runs is laid over: known to the start alone, for the agent's own environment does not hold it. */
export function keepStart(start) {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), "start.json"), JSON.stringify(start), { mode: 0o600 });
}

/** `{ fixed, own, port }` of this run. */
export const readStart = () => JSON.parse(readFileSync(join(folder(), "start.json"), "utf8"));

/**
 * Writes the whole configuration, at once or not at all: the agent looks at the file all the time. Gives the mark by which
 * it can be seen that this very one is read.
 */
export function layConfig({ fixed, own, live }) {
  const config = merge(merge(fixed, live), own);
  const mark = createHash("sha256").update(JSON.stringify(config)).digest("hex").slice(0, 16);
  // A place that changes nothing of the agent.
  config.wizard = { ...config.wizard, lastRunCommand: mark };
  const draft = join(folder(), `.${process.pid}.json`);
  writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, configFile());
  return mark;
}

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function merge(under, over) {
  const laid = { ...under };
  for (const [key, value] of Object.entries(over)) laid[key] = isRecord(value) && isRecord(laid[key]) ? merge(laid[key], value) : value;
  return laid;
}
