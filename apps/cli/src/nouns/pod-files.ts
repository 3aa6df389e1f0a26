import type { Command } from "commander";
import { examples, noun, verb, yesOption } from "../define-command.ts";

/** Files of a pod's running units. `name` is how the pod is asked for. */
export function podFileCommands(pod: Command, name: string): void {
  const files = noun(pod, "files", "Files in a pod's volumes and folders");
  const ofUnit = (command: Command) => command.option("--unit <unit>", "of this unit; else the first");
  examples(
    ofUnit(
      verb(
        files,
        `ls ${name} [path]`,
        "What lies in a folder; without a path, where files begin",
        () => import("../commands/pod-files-ls.ts"),
      ),
    ),
    "pod files ls acme/web",
    "pod files ls acme/web /data",
  );
  examples(
    ofUnit(
      verb(files, `get ${name} <path> [file]`, "Download a file; - is standard output", () => import("../commands/pod-files-get.ts")),
    ).option("-f, --force", "in place of a file that is here already"),
    "pod files get acme/web /data/notes.txt",
    "pod files get acme/web /data/notes.txt - | less",
  );
  examples(
    ofUnit(
      verb(
        files,
        `put ${name} <file> <path>`,
        "Upload a file, over one that is there; - is standard input",
        () => import("../commands/pod-files-put.ts"),
      ),
    ),
    "pod files put acme/web ./notes.txt /data/",
    "pod files put acme/web - /data/hello.txt < hello.txt",
  );
  ofUnit(verb(files, `mkdir ${name} <path>`, "Make a folder", () => import("../commands/pod-files-mkdir.ts")));
  ofUnit(
    verb(files, `rm ${name} <path>`, "Delete a file, or a folder with all that is in it", () => import("../commands/pod-files-rm.ts")),
  ).option(...yesOption);
}
