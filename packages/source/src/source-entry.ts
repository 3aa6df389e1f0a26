/** A file or a symbolic link of a source. Folders are those that paths name. */
export interface SourceEntry {
  /** From the top, with `/`. */
  path: string;
  bytes: number;
  isExecutable: boolean;
  /** Where a link leads; null for a file. */
  target: string | null;
}
