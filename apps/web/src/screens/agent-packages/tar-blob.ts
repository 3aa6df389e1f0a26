/** A file of a tar that is being made. */
export interface TarFile {
  /** With `/` between its parts. */
  path: string;
  /** Of a Blob nothing is read before the tar is. */
  content: Uint8Array<ArrayBuffer> | Blob;
  isProgram: boolean;
}

const block = 512;
const encoder = new TextEncoder();

/** An uncompressed tar, the same bytes for the same files: sorted, with a folder for each that a path names, without times and owners. */
export function tarBlob(files: readonly TarFile[]): Blob {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const entries = [...files, ...[...folders].map((path) => ({ path, content: null, isProgram: true }))];
  const parts = entries.toSorted((a, b) => compareWays(a.path, b.path)).flatMap(entryOf);
  return new Blob([...parts, new Uint8Array(2 * block)], { type: "application/x-tar" });
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** A folder before what is in it, and names by their code, level by level. */
function compareWays(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  for (const [i, part] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    if (part !== other) return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

type Part = Uint8Array<ArrayBuffer> | Blob;

function entryOf({ path, content, isProgram }: Omit<TarFile, "content"> & { content: TarFile["content"] | null }): Part[] {
  const name = content === null ? `${path}/` : path;
  const about = { size: content === null ? 0 : sizeOf(content), mode: isProgram ? 0o755 : 0o644, type: content === null ? "5" : "0" };
  const place = placeOf(name);
  const head = place === null ? longName(name, about) : [headerOf(place, about)];
  return [...head, ...(content === null ? [] : padded(content))];
}

/** The two fields of a name; null where it has no place in them. */
function placeOf(path: string): { prefix: string; name: string } | null {
  if (encoder.encode(path).length !== path.length) return null;
  let [prefix, name] = ["", path];
  while (name.length > 100) {
    const end = name.indexOf("/");
    if (end === -1) return null;
    prefix += `${prefix === "" ? "" : "/"}${name.slice(0, end)}`;
    name = name.slice(end + 1);
  }
  return prefix.length > 155 ? null : { prefix, name };
}

/** A name that has no place in a header goes before it (pax). */
function longName(name: string, about: About): Part[] {
  const rest = ` path=${name}\n`;
  const bytes = encoder.encode(rest).length;
  let length = bytes + String(bytes).length;
  if (bytes + String(length).length !== length) length = bytes + String(length).length;
  const record = encoder.encode(`${length}${rest}`);
  const stead = { prefix: "", name: "PaxHeader" };
  return [headerOf(stead, { ...about, size: record.length, type: "x" }), ...padded(record), headerOf(stead, about)];
}

const sizeOf = (content: Part): number => (content instanceof Blob ? content.size : content.length);

function padded(content: Part): Part[] {
  const rest = sizeOf(content) % block;
  return [content, ...(rest === 0 ? [] : [new Uint8Array(block - rest)])];
}

interface About {
  size: number;
  mode: number;
  type: string;
}

/** Byte for byte what the command line's library writes, so that one folder has one digest. */
function headerOf({ prefix, name }: { prefix: string; name: string }, { size, mode, type }: About): Part {
  const header = new Uint8Array(block);
  const put = (text: string, at: number): void => header.set(encoder.encode(text), at);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")} `;
  put(name, 0);
  put(octal(mode, 6), 100);
  put(octal(0, 6), 108);
  put(octal(0, 6), 116);
  put(octal(size, 11), 124);
  put(octal(0, 11), 136);
  put(type, 156);
  put("ustar\u000000", 257);
  put(octal(0, 6), 329);
  put(octal(0, 6), 337);
  put(prefix, 345);
  // The sum is taken with blanks in its own place.
  const sum = header.reduce((total, byte) => total + byte, 8 * 0x20);
  put(octal(sum, 6), 148);
  return header;
}
