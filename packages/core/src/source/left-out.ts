/** What an owner is told of files of environment that stayed behind. */
export function leftOut(secrets: readonly string[]): string[] {
  if (secrets.length === 0) return [];
  const shown = [...secrets].sort().slice(0, 10).join(", ");
  return [
    `Left out, for they may hold secrets: ${shown}${secrets.length > 10 ? " …" : ""}. Give what they say as environment variables, or name them in .agentpodignore with !.`,
  ];
}
