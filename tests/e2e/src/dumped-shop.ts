import { rm } from "node:fs/promises";
import { asOwner } from "./as-owner.ts";
import { type Installation, makeInstallation } from "./installation.ts";
import { shopProject } from "./shop-project.ts";

/** A shop in containers, deployed as `main/shop`, whose database the client programs of its image can dump. */
export interface DumpedShop {
  plane: Installation;
  client: ReturnType<Installation["client"]>;
  /** Of its code. */
  folder: string;
  /** What its database, or that of another pod of the tenant, answers to a statement. Throws what is said on standard error. */
  sql(text: string, pod?: string): Promise<string>;
  destroy(): Promise<void>;
}

export async function dumpedShop(): Promise<DumpedShop> {
  const plane = await makeInstallation("docker");
  const folder = await shopProject({ version: "one" });
  let client: DumpedShop["client"] | null = null;
  const destroy = async (): Promise<void> => {
    await client?.close();
    await plane.destroy();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await plane.start();
    client = plane.client();
    // The image of 15 is the one whose client programs are of its server's version on this machine.
    await asOwner(
      plane,
      `alter table agentpod.template_versions disable trigger user;
      alter table agentpod.template_versions no force row level security;
      update agentpod.template_versions set template = replace(template::text, 'postgres:18', 'postgres:15')::jsonb where template::text like '%postgres:18%';
      alter table agentpod.template_versions force row level security`,
    );
    const { code, stderr } = await plane.cli("deploy", folder, "--name", "shop");
    if (code !== 0) throw new Error(`the shop was not deployed: ${stderr}`);
  } catch (error) {
    await destroy();
    throw error;
  }
  return {
    ...{ plane, client, folder, destroy },
    async sql(text, pod = "shop") {
      const { code, stdout, stderr } = await plane.cli("db", "shell", `main/${pod}`, "--", "-At", "-c", text);
      if (code !== 0 || stderr !== "") throw new Error(`${text.slice(0, 60)} ended with ${code}: ${stderr}`);
      return stdout.trim();
    },
  };
}
