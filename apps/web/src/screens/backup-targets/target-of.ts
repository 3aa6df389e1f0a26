import type { AddBackupTargetRequest } from "@agentpod/core/api/pod-backup-view";

/** What is in the form's fields, as typed. */
export interface TargetDraft {
  kind: "folder" | "s3";
  name: string;
  path: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
}

/** As the API takes it: what was left empty is left to its default, and a key is sent where there is any of it. */
export function targetOf(draft: TargetDraft): AddBackupTargetRequest {
  const { kind, path, pathStyle } = draft;
  const name = draft.name.trim();
  if (kind === "folder") return { name, config: { kind, path: path.trim() } };
  const [region, prefix] = [draft.region.trim(), draft.prefix.trim()];
  const { accessKeyId, secretAccessKey } = draft;
  return {
    name,
    config: {
      ...{ kind, endpoint: draft.endpoint.trim(), bucket: draft.bucket.trim(), pathStyle },
      ...(region !== "" && { region }),
      ...(prefix !== "" && { prefix }),
    },
    ...((accessKeyId !== "" || secretAccessKey !== "") && { credentials: { accessKeyId: accessKeyId.trim(), secretAccessKey } }),
  };
}
