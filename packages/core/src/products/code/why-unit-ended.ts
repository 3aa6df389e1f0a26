const refused = /operation not permitted/i;
/** What changes who a program is, or whose a file is, as gosu, su-exec, setpriv, nginx and httpd name it. */
const changes = /failed switching to|\bset(?:res|re|e)?[ug]id\b|\bsetgroups\b|\binitgroups\b|\bchown\b/i;

/** What to do about a unit that ended by itself, where the last lines of its log tell that; null mostly. Pure. */
export function whyUnitEnded(lines: readonly string[]): string | null {
  const isRefused = lines.slice(-50).some((line) => refused.test(line) && changes.test(line));
  return isRefused
    ? "It begins as root and becomes another user, which units may not: say the user at once (USER in a Dockerfile, user: in a compose file), or, in a compose file, cap_add: [CHOWN, SETGID, SETUID]."
    : null;
}
