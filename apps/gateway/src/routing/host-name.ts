const name = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
const literal = /^\[[0-9a-f:.]{2,45}\]$/;
const port = /^:\d{1,5}$/;

/** Host of a Host header or authority: lower case, without port and trailing dot. Null when it is not a host. */
export function normalizeHost(header: string): string | null {
  if (header.length > 300) return null;
  let host = header.toLowerCase();
  const colon = host.startsWith("[") ? host.indexOf("]") + 1 : host.indexOf(":");
  if (colon > 0 && colon < host.length) {
    if (!port.test(host.slice(colon))) return null;
    host = host.slice(0, colon);
  }
  if (host.startsWith("[")) return literal.test(host) ? host : null;
  if (host.endsWith(".")) host = host.slice(0, -1);
  return host.length <= 253 && name.test(host) ? host : null;
}
