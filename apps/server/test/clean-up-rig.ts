import { createHash } from "node:crypto";
import { access, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { Answer, ApiRig } from "./api-rig.ts";
import { request } from "./api-rig.ts";

export interface CleanUpRig {
  /** Where the artifacts lie. */
  folder: string;
  contentOf(text: string): Buffer;
  digestOf(text: string): string;
  /** Of an artifact. */
  fileOf(text: string): string;
  isThere(path: string): Promise<boolean>;
  /** As if it had been written so many hours ago. */
  age(path: string, hours: number): Promise<void>;
  /** A tar's row and file, as if they had come two days ago. Gives its digest. */
  give(text: string): Promise<string>;
  setPolicy(policy: object): Promise<Answer>;
}

export const usualPolicy = { releases: 5, days: 0, unusedHours: 24, buildCacheMb: 10_240, freeMb: 1536, everyHours: 24 };

/** For tests of clean-ups: code of a tenant that came long ago. */
export function cleanUpRig(rig: ApiRig, tenantId: string): CleanUpRig {
  const folder = dirname(rig.sourcesFolder);
  const contentOf = (text: string): Buffer => Buffer.from(text.padEnd(600, "."));
  const digestOf = (text: string): string => `sha256:${createHash("sha256").update(contentOf(text)).digest("hex")}`;
  const fileOf = (text: string): string => join(folder, `${digestOf(text).slice(7)}.tar`);
  const age = async (path: string, hours: number): Promise<void> => {
    const at = new Date(Date.now() - hours * 3_600_000);
    await utimes(path, at, at);
  };
  return {
    ...{ folder, contentOf, digestOf, fileOf, age },
    isThere: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    async give(text) {
      const { digest, bytes } = await rig.deps.artifacts.put(Readable.from([contentOf(text)]), tenantId);
      await rig.deps.database.asSystem((store) => store.artifacts.insert({ digest, bytes, tenant: tenantId }));
      await rig.asSystem(`update agentpod.artifacts set given_at = now() - interval '2 days' where digest = '${digest}'`);
      await age(fileOf(text), 48);
      return digest;
    },
    setPolicy: (policy) => request(rig, rig.adminToken, "PUT", "/clean-up/policy", policy),
  };
}
