// `npm run bench [-- name …]`: runs the benches one after another, prints their tables and, when all ran, writes RESULTS.md.
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { type Bench, markdown } from "./table.ts";

const all: Record<string, () => Promise<Bench>> = {
  pods: () => import("./pods.ts"),
  fifty: () => import("./fifty.ts"),
  reconcile: () => import("./reconcile.ts"),
  gateway: () => import("./gateway.ts"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`ERROR invalid: no bench ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  process.exit(2);
}
const names = wanted.length > 0 ? wanted : Object.keys(all);
const parts: string[] = [];
for (const name of names) {
  const bench = await (all[name] as () => Promise<Bench>)();
  const part = markdown(bench.title, await bench.run());
  console.log(part);
  parts.push(part);
}
if (wanted.length === 0) {
  const system = /^PRETTY_NAME="(.*)"$/m.exec(await readFile("/etc/os-release", "utf8").catch(() => ""))?.[1] ?? process.platform;
  const processor = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB`;
  const machine = `Machine: ${system}, ${processor}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`;
  const text = ["# Results", "", `${machine} Shared machine: compare the ratios, not the times.`, "", ...parts].join("\n");
  writeFileSync(join(import.meta.dirname, "../RESULTS.md"), text);
}
