const label = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
const plainHost = new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*$`);

/**
 * A host name in the form that is stored and compared: lower case, punycode (UTS 46), no trailing dot. A first label `*`
 * stays where `wildcard` is allowed. Null for anything else, addresses included.
 */
export function asciiHost(text: string, wildcard = false): string | null {
  const star = wildcard && text.startsWith("*.");
  const bare = (star ? text.slice(2) : text).replace(/\.$/, "");
  if (bare === "" || bare.length > 1000 || /[\s/\\@:?#%[\]*]/.test(bare)) return null;
  const parsed = URL.parse(`http://${bare}/`);
  if (parsed === null || !plainHost.test(parsed.hostname) || /^[\d.]+$/.test(parsed.hostname)) return null;
  // A browser shows an address for `0x7f.1`: what turns into one is no name.
  const host = star ? `*.${parsed.hostname}` : parsed.hostname;
  return host.length <= 253 ? host : null;
}

/** Whether a host, or a wildcard host, lies below a wildcard such as `*.example.com`: exactly one label deeper. */
export function isCoveredByWildcard(host: string, wildcard: string): boolean {
  if (!wildcard.startsWith("*.") || host.startsWith("*.")) return host === wildcard;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot + 1) === wildcard.slice(2);
}

/** Names that no public certificate authority signs for and no public DNS knows: the local authority serves these. */
export function isLocalHost(host: string): boolean {
  const bare = host.startsWith("*.") ? host.slice(2) : host;
  return !bare.includes(".") || /(^|\.)(localhost|local|lan|internal|intranet|private|corp|home\.arpa|test|invalid|example)$/.test(bare);
}
