import { tarBlob } from "./tar-blob.ts";

/** A file of a folder that a person chose. */
export interface ChosenFile {
  /** Below the folder, with `/` between its parts. */
  path: string;
  bytes: Uint8Array;
}

/** A tar of files, as the command line packs a folder. A browser does not know which files are programs: those that begin with `#!` are. */
export function packTar(files: readonly ChosenFile[]): Blob {
  return tarBlob(files.map(({ path, bytes }) => ({ path, content: bytes as Uint8Array<ArrayBuffer>, isProgram: isProgram(bytes) })));
}

/** Whether a file that begins like this is run by its name. */
export const isProgram = (begin: Uint8Array): boolean => begin[0] === 0x23 && begin[1] === 0x21;
