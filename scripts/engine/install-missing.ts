import { run, tryRun } from "./run.ts";

/** Debian packages by a program that each brings. */
export interface Wanted {
  program: string;
  package: string;
}

/** Installs the packages whose program is not on PATH; needs root on Debian. Nothing missing: no effect. */
export async function installMissing(wanted: readonly Wanted[], say: (line: string) => void): Promise<void> {
  const missing = new Set<string>();
  for (const one of wanted) if ((await tryRun("which", [one.program])) === null) missing.add(one.package);
  if (missing.size === 0) return;
  say(`installing ${[...missing].join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "--yes", "--no-install-recommends", ...missing];
  if ((await tryRun("apt-get", install, { env })) !== null) return;
  // Package lists may be absent or stale.
  await run("apt-get", ["update"], { env });
  await run("apt-get", install, { env });
}
