/** The repository's address in a deployment's origin (`<address> <commit>`); null where it came from elsewhere: a folder, an archive. */
export function repositoryOf(origin: string): string | null {
  const first = origin.split(" ")[0] ?? "";
  return /^(https?|ssh):\/\/./.test(first) || /^[^\s/:@]+@[^\s/:@]+:./.test(first) ? first : null;
}
