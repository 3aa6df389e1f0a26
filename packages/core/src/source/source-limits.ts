/** What a source may be at most; each is counted while it is read, so that nothing larger is ever stored. */
export interface SourceLimits {
  /** Of all files together, unpacked. */
  bytes: number;
  /** Files, folders and links. */
  entries: number;
  /** Names in a path. */
  depth: number;
  /** Of a path, in UTF-8. */
  pathBytes: number;
}

/** Far above any project that is written by people, far below what a disk or a container's start could not bear. */
export const defaultSourceLimits: SourceLimits = { bytes: 2 * 1024 ** 3, entries: 100_000, depth: 64, pathBytes: 1024 };

/** Of one upload, as it is sent: an archive may be packed. */
export const mostUploadBytes = 1024 ** 3;
