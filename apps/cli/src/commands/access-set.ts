import type { AccessSettings } from "@agentpod/core/api/access-settings-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describeAccess } from "../describe-access.ts";

export interface Options {
  registration?: AccessSettings["registration"];
  /** False for `--no-guests`. */
  guests?: boolean;
  guestTenant?: string;
  guestTemplate?: string[];
  guestTtl?: number;
  guestPerHour?: number;
}

/** What is not given stays as it is. */
export async function run(cli: Cli, _args: string[], options: Options): Promise<void> {
  const client = await cli.client();
  const before = await client.access.get();
  const access = await client.access.set({ registration: options.registration ?? before.registration, guests: guestsOf(before, options) });
  cli.out.show(access, describeAccess(access));
}

function guestsOf({ guests }: AccessSettings, options: Options) {
  if (options.guests === false) return null;
  const tenant = options.guestTenant ?? guests?.tenant;
  const templates = options.guestTemplate ?? guests?.templates;
  if (tenant === undefined && templates === undefined) return guests;
  if (tenant === undefined || templates === undefined)
    throw new AppError("invalid", "guests need both --guest-tenant and --guest-template");
  const ttlSeconds = options.guestTtl ?? guests?.ttlSeconds;
  const perHour = options.guestPerHour ?? guests?.perHour;
  return { tenant, templates, ...(ttlSeconds === undefined ? {} : { ttlSeconds }), ...(perHour === undefined ? {} : { perHour }) };
}
