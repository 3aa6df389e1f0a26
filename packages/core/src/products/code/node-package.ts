import { fieldOf, isRecord, textOf } from "./field-of.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

/** A package.json as far as it matters. */
export interface NodePackage {
  /** The file. */
  file: string;
  folder: string;
  /** Null where it has none by which a package could be called. */
  name: string | null;
  main: string | null;
  scripts: ReadonlyMap<string, string>;
  /** Of running and of developing; peers are others' matter. */
  dependencies: ReadonlySet<string>;
  /** The whole of it. */
  data: Record<string, unknown>;
}

/** Null without one. Throws `invalid` for one that is no object in JSON. */
export function nodePackage(files: ProjectFiles, folder: string): NodePackage | null {
  const file = joined(folder, "package.json");
  const data = files.data(file);
  if (data === null) return null;
  const name = textOf(data, "name") ?? "";
  return {
    file,
    folder,
    name: /^(@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*$/i.test(name) && name.length <= 214 ? name : null,
    main: textOf(data, "main"),
    scripts: new Map(textsIn(fieldOf(data, "scripts"))),
    dependencies: new Set(
      ["dependencies", "devDependencies", "optionalDependencies"].flatMap((key) => textsIn(fieldOf(data, key)).map(([name]) => name)),
    ),
    data,
  };
}

function textsIn(value: unknown): [string, string][] {
  return isRecord(value) ? Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string") : [];
}
