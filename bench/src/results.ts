import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";

const file = join(import.meta.dirname, "../RESULTS.md");

/** Puts the newest tables into RESULTS.md, each in place of its older one; the rest stays as it was measured. */
export function keepResults(titles: readonly string[], parts: ReadonlyMap<string, string>): void {
  const old = new Map(sections(read()).map((section) => [titleOf(section), section]));
  for (const [title, part] of parts) old.set(title, `${part.trimEnd()}\n\nMeasured ${new Date().toISOString().slice(0, 10)}.\n`);
  const kept = titles.flatMap((title) => (old.has(title) ? [`${old.get(title)?.trimEnd()}\n`] : []));
  writeFileSync(file, [`# Results\n\n${machine()} Shared machine: compare the ratios, not the times.\n`, ...kept].join("\n"));
}

function read(): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const sections = (text: string): string[] => text.split(/^(?=## )/m).filter((part) => part.startsWith("## "));
const titleOf = (section: string): string => section.slice(3, section.indexOf("\n"));

function machine(): string {
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readRelease())?.[1] ?? process.platform;
  const processor = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB`;
  return `Machine: ${system}, ${processor}, Node ${process.version}.`;
}

function readRelease(): string {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}
