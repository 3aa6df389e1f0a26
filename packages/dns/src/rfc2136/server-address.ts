/** Host and port of a name server as people write it: `ns1.example.com`, `192.0.2.1:5353`, `[2001:db8::1]:53`; null for anything else. */
export function serverAddress(text: string): { host: string; port: number } | null {
  const [, six, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const host = six ?? plain;
  const port = Number(digits ?? "53");
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
}
