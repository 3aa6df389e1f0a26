/** A command as a person would write it: the port and the address are those that the unit gets. To be read, never to be run. */
export function shownCommand(argv: readonly string[]): string {
  return argv
    .map((word) => word.replaceAll("{{ units.app.port }}", "$PORT").replaceAll("{{ listen }}", "$HOST"))
    .map((word) => (/^[\w@%+=:,./$-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(" ");
}
