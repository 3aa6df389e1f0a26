import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folders of a package, and where each goes below the agent's workspace. */
const places = { workspace: "", skills: "skills", knowledge: "knowledge" };

/**
 * Lays a package's files into the agent's workspace. A file that nobody changed since it was laid follows the package:
 * it becomes the newer one, or goes with it; one that agent or customer changed stays theirs. `book` remembers what was laid.
 * Returns a line for each file that stayed; the same again changes nothing.
 */
export function layFiles(folder, workspace, book) {
  const laid = readBook(book);
  const next = {};
  const kept = [];
  for (const { from, to } of filesOf(folder)) {
    const content = readFileSync(from);
    const target = join(workspace, to);
    const present = read(target);
    next[to] = hashOf(content);
    if (present !== null && hashOf(present) !== laid[to] && hashOf(present) !== next[to]) {
      kept.push(`${to} was changed here and stays as it is`);
      // Still what was laid last: it is not forgotten that the change is theirs.
      next[to] = laid[to] ?? next[to];
    } else if (present === null && laid[to] !== undefined) kept.push(`${to} was deleted here and stays so`);
    else if (present === null || hashOf(present) !== next[to]) write(target, content);
  }
  for (const [to, hash] of Object.entries(laid)) {
    if (to in next) continue;
    const present = read(join(workspace, to));
    if (present !== null && hashOf(present) === hash) rmSync(join(workspace, to));
  }
  mkdirSync(workspace, { recursive: true });
  if (JSON.stringify(laid) !== JSON.stringify(next)) write(book, JSON.stringify(next));
  return kept;
}

function filesOf(folder) {
  return Object.entries(places).flatMap(([part, place]) =>
    names(join(folder, part)).map((name) => ({ from: join(folder, part, name), to: join(place, name) })),
  );
}

function names(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function readBook(file) {
  try {
    return JSON.parse(read(file)?.toString() ?? "{}");
  } catch {
    return {};
  }
}

function read(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  }
}

/** Renamed into its place: half a file is never read. */
function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

const hashOf = (content) => createHash("sha256").update(content).digest("hex");
