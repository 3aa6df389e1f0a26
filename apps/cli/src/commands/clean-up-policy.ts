import type { SetCleanUpPolicyRequest } from "@agentpod/core/api/clean-up-view";
import type { Cli } from "../cli.ts";

export interface Options {
  releases?: number;
  days?: number;
  unused?: number;
  buildCache?: number | "all";
  free?: number;
  every?: number;
}

/** Without options it shows it. */
export async function run(cli: Cli, _args: string[], { releases, days, unused, buildCache, free, every }: Options): Promise<void> {
  const { cleanUps } = await cli.client();
  const change: SetCleanUpPolicyRequest = {
    ...(releases !== undefined && { releases }),
    ...(days !== undefined && { days }),
    ...(unused !== undefined && { unusedHours: unused }),
    ...(buildCache !== undefined && { buildCacheMb: buildCache === "all" ? null : buildCache }),
    ...(free !== undefined && { freeMb: free }),
    ...(every !== undefined && { everyHours: every === 0 ? null : every }),
  };
  const policy = Object.keys(change).length === 0 ? (await cleanUps.status()).policy : await cleanUps.setPolicy(change);
  const younger = policy.days === 0 ? "" : `, and all that are younger than ${policy.days} days`;
  cli.out.show(
    policy,
    [
      `Of each application the newest ${policy.releases} releases are kept${younger}.`,
      `Code that was handed over and is used by nothing stays for ${policy.unusedHours} hours.`,
      policy.buildCacheMb === null ? "Caches of builds take what they like." : `Caches of builds take ${policy.buildCacheMb} MB at most.`,
      `${policy.freeMb} MB have to be free before something is built.`,
      policy.everyHours === null ? "None is made by itself." : `It is cleaned up every ${policy.everyHours} hours.`,
    ].join("\n"),
  );
}
