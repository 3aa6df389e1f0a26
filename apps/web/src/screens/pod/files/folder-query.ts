import { queryOptions } from "@tanstack/react-query";
import { api } from "../../../api/client.ts";
import type { FilesAt } from "./files-href.ts";

/** What lies in a folder. Asked again with the pod, whose events tell of files that were written by AgentPod. */
export const folderQuery = ({ tenant, pod, unit, path }: FilesAt) =>
  queryOptions({ queryKey: ["pod", tenant, pod, "files", unit, path], queryFn: () => api.files.list({ tenant, pod, unit, path }) });
