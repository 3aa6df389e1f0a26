import { fieldOf, textOf } from "./field-of.ts";
import type { Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

/** Versions that there are appliances for, the newest first. */
export const pythonVersions = ["3.14", "3.13", "3.12", "3.11", "3.10"] as const;
const usual = "3.12";

/** The version of Python that a project asks for: the usual one where that fits, else the newest that does. */
export function pythonVersion(files: ProjectFiles, folder: string, say: Say): string {
  const [first] = asked(files, folder);
  if (!first) {
    say("runtime", `Nothing asks for a version of Python; Python ${usual} is taken.`, null);
    return usual;
  }
  const fits = pythonVersions.filter((version) => satisfies(version, first.range));
  const version = fits.find((each) => each === usual) ?? fits[0];
  if (version !== undefined) say("runtime", `Python ${version} fits ${JSON.stringify(first.range.slice(0, 40))}.`, first.file);
  else say("runtime", `Python ${JSON.stringify(first.range.slice(0, 40))} is not on offer; Python ${usual} is taken.`, first.file, true);
  return version ?? usual;
}

function asked(files: ProjectFiles, folder: string): { file: string; range: string }[] {
  const plain = [".python-version", "runtime.txt"].map((name) => {
    const file = joined(folder, name);
    return {
      file,
      range:
        files
          .glance(file)
          ?.split("\n")[0]
          ?.trim()
          .replace(/^python-/, "") ?? "",
    };
  });
  const project = joined(folder, "pyproject.toml");
  const told = files.data(project);
  const pipfile = joined(folder, "Pipfile");
  const pip = files.data(pipfile);
  return [
    ...plain,
    { file: project, range: textOf(told, "project", "requires-python") ?? "" },
    { file: project, range: textOf(told, "tool", "poetry", "dependencies", "python") ?? "" },
    { file: pipfile, range: String(fieldOf(pip, "requires", "python_version") ?? fieldOf(pip, "requires", "python_full_version") ?? "") },
  ].filter(({ range }) => range !== "" && range.length <= 100);
}

/** `>=3.10,<3.13`, `^3.11`, `~=3.11`, `3.12.4`, `3.11.*`, `!=3.12`. Only the minor version counts: an appliance holds the latest patch. */
function satisfies(version: string, range: string): boolean {
  const minor = Number(version.split(".")[1]);
  return range.split(",").every((clause) => {
    const match = /^\s*(===|==|~=|!=|>=|<=|>|<|\^|~)?\s*v?(\d+)(?:\.(\d+|\*))?(\.[\w.*]+)?\s*$/.exec(clause);
    if (match === null) return false;
    const [, sign = "==", major, part, patch] = match;
    if (Number(major) !== 3) return Number(major) > 3 ? /^(<|<=|!=)$/.test(sign) : /^(>|>=|!=)$/.test(sign);
    if (part === undefined || part === "*") return sign !== "!=" && sign !== "<";
    const wanted = Number(part);
    switch (sign) {
      case ">=":
        return minor >= wanted;
      case ">":
        return minor > wanted || (patch !== undefined && minor === wanted);
      case "<":
        return minor < wanted || (patch !== undefined && !/^\.0+$/.test(patch) && minor === wanted);
      case "<=":
        return minor <= wanted;
      case "^":
        return minor >= wanted;
      case "~=":
        return patch === undefined ? minor >= wanted : minor === wanted;
      case "!=":
        return minor !== wanted || (patch !== undefined && patch !== ".*");
      default:
        return minor === wanted;
    }
  });
}
