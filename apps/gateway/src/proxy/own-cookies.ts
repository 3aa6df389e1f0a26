const own = /^\s*(?:__host-|__secure-)?agentpod/i;

/** A Cookie header without AgentPod's own cookies (names beginning `agentpod`); null when nothing is left. */
export function withoutOwnCookies(cookie: string): string | null {
  if (!/agentpod/i.test(cookie)) return cookie;
  const rest = cookie.split(";").filter((pair) => !own.test(pair));
  return rest.length === 0 ? null : rest.join(";").trim();
}

/** Whether a pod's Set-Cookie would take the place of one of AgentPod's own cookies on a shared parent domain. */
export function setsOwnCookie(setCookie: string): boolean {
  return own.test(setCookie);
}
