import { join } from "node:path";
import type { AuditVerification } from "@agentpod/core/api/audit-view";
import type { Database } from "@agentpod/core/store";
import { type ArchiveTrail, archiveTrail } from "./archive-trail.ts";
import { type HeadFile, headFile } from "./head-file.ts";
import { verifyTrail } from "./verify-trail.ts";

/** What can be done with the trail of events beyond reading it. */
export interface AuditTrail {
  heads: HeadFile;
  archive: ArchiveTrail;
  verify(): Promise<AuditVerification>;
}

/** `folder`: for heads and archives. */
export function auditTrail(given: { database: Database; folder: string; installation: string; clock(): Date }): AuditTrail {
  const { database, clock } = given;
  const heads = headFile(join(given.folder, "heads.jsonl"), given.installation);
  const folder = join(given.folder, "archive");
  return {
    heads,
    archive: archiveTrail({ database, folder, clock }),
    verify: () => verifyTrail({ database, heads, folder }),
  };
}
