import { podHref } from "../../../pods/pod-href.ts";

export interface FilesAt {
  tenant: string;
  pod: string;
  unit: string;
  /** A folder; empty: where files begin. */
  path: string;
  /** A file in it that is opened. */
  file?: string;
}

/** The address of a folder, or of a file that is opened. */
export function filesHref({ tenant, pod, unit, path, file }: FilesAt): string {
  const query = new URLSearchParams({ unit, ...(path === "" ? {} : { path }), ...(file === undefined ? {} : { file }) });
  return `${podHref({ tenant, name: pod }, "files")}?${query}`;
}

/** The path of something in a folder. */
export const inFolder = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);
