import { type Findings, nothingFound, type Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

const folders = ["", "public", "dist", "build", "site", "www", "_site", "html", "src"];

/** The folder of plain files that is served; null where there is no index.html in a usual place. */
export function staticFolder(files: ProjectFiles, folder: string): string | null {
  return folders.map((name) => joined(folder, name)).find((place) => files.has(joined(place, "index.html"))) ?? null;
}

/** A site of plain files. */
export function analyzeStatic(files: ProjectFiles, folder: string, say: Say): Findings {
  const output = staticFolder(files, folder) ?? folder;
  const index = joined(output, "index.html");
  say("type", "There is an index.html, and nothing that would build or start it.", index);
  say("probe", "Its first page says whether it is well.", null);
  say("output", output === "" ? "The whole folder is served." : `The folder ${output} is served.`, index);
  return {
    ...nothingFound("static", folder),
    output: output === folder ? "." : output.slice(folder === "" ? 0 : folder.length + 1),
    probe: { kind: "http", path: "/" },
  };
}
