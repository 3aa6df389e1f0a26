import type { PodFileEntry } from "@agentpod/core/api/pod-file-view";
import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  unit?: string;
}

export async function run(cli: Cli, [name = "", path]: string[], { unit }: Options): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  if (path === undefined) {
    const roots = (await client.files.roots(target.tenant, target.pod)).filter((root) => unit === undefined || root.unit === unit);
    cli.out.table(
      roots,
      { head: ["UNIT", "PATH", "KIND"], rows: roots.map((root) => [root.unit, root.path, root.volume ?? root.kind]) },
      `${name} has no volume, code or working directory of its own.`,
    );
    return;
  }
  const folder = await client.files.list({ ...target, path, ...(unit === undefined ? {} : { unit }) });
  cli.out.table(
    folder,
    {
      head: ["MODE", "BYTES", "CHANGED", "NAME"],
      rows: folder.entries.map((entry) => [modeText(entry), sizeText(entry), age(entry.modifiedAt), nameText(entry)]),
    },
    `${path} is empty.`,
  );
  if (!folder.isWhole) cli.out.progress("There is more: only a part is shown.");
}

const letters = { file: "-", folder: "d", link: "l", other: "?" } as const;

/** As `ls -l` writes it. */
function modeText({ kind, mode }: PodFileEntry): string {
  const bits = [...(mode & 0o777).toString(2).padStart(9, "0")];
  return letters[kind] + bits.map((bit, i) => (bit === "1" ? "rwx"[i % 3] : "-")).join("");
}

const sizeText = ({ kind, bytes }: PodFileEntry): string => (kind === "file" ? String(bytes) : "-");

const nameText = ({ kind, name }: PodFileEntry): string => `${printable(name).replaceAll("\n", "?")}${kind === "folder" ? "/" : ""}`;
