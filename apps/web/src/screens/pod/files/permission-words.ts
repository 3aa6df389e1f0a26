/** Who may do what with a file, as one of a few sentences; `mode` are its permission bits. */
export type PermissionWords = "ownerOnly" | "groupReads" | "allRead" | "groupWrites" | "allWrite";

/** The widest circle that may change it, else that may read it. */
export function permissionWords(mode: number): PermissionWords {
  if (mode & 0o002) return "allWrite";
  if (mode & 0o020) return "groupWrites";
  if (mode & 0o004) return "allRead";
  if (mode & 0o040) return "groupReads";
  return "ownerOnly";
}

/** Whether anybody may run it as a program. */
export const isProgram = (mode: number): boolean => (mode & 0o111) !== 0;
