/** What this machine itself trusts when it fetches packages, the build of an agent's image has to trust too: its installation's environment. */
export function trustOfBuilds(): Record<string, string> {
  const ca = process.env.NODE_EXTRA_CA_CERTS;
  return ca === undefined ? {} : { AGENTPOD_EXTRA_CA: ca };
}
