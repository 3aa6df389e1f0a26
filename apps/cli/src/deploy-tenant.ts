import type { Client } from "@agentpod/client/create-client";
import { AppError } from "@agentpod/core/errors";

/** The tenant to deploy for: the one that is named, or the only one; where there is none yet one is made. Throws `invalid` among several. */
export async function deployTenant(client: Client, named: string | undefined, progress: (line: string) => void): Promise<string> {
  if (named !== undefined) return named;
  const [only, ...others] = await client.tenants.list();
  if (only === undefined) return makeFirst(client, progress);
  if (others.length === 0) return only.name;
  const names = [only, ...others].map(({ name }) => name);
  throw new AppError("invalid", `say for which tenant by --tenant: ${names.slice(0, 20).join(", ")}`);
}

/** Of several that are the first at once one makes it, and all are for it. */
async function makeFirst(client: Client, progress: (line: string) => void): Promise<string> {
  const name = "main";
  try {
    await client.tenants.create({ name });
    progress(`tenant ${name} made`);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "conflict") throw thrown;
    // Somebody else's may have the name.
    const mine = await client.tenants.list();
    if (!mine.some((tenant) => tenant.name === name)) throw thrown;
  }
  return name;
}
