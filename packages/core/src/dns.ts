/** A TXT record to be published; names are lower-case ASCII without a trailing dot. */
export interface TxtRecord {
  /** A zone that the provider may write, and that `name` lies in. */
  zone: string;
  /** Full name, e.g. `_acme-challenge.example.com`. */
  name: string;
  value: string;
}

/**
 * Writes TXT records at one DNS service. Other values of the same name stay. Errors: `invalid` where credentials or zone
 * are refused (a sentence that says which and what to do), else `unavailable`; no credential is in any message.
 */
export interface DnsWriter {
  /** The same record again has no effect. Resolves once the service took it, which is not yet everywhere. */
  addTxt(record: TxtRecord): Promise<void>;
  /** Succeeds on absence. */
  removeTxt(record: TxtRecord): Promise<void>;
  /** Whether credentials reach the zone, without changing anything. Errors as above. */
  test(zone: string): Promise<void>;
}

/** Looks at the public DNS. An absent name or record gives an empty list or null; no answer throws `unavailable`. */
export interface DnsReader {
  txt(name: string): Promise<string[]>;
  /** IPv4 and IPv6, CNAMEs followed. */
  addresses(host: string): Promise<string[]>;
  cname(host: string): Promise<string | null>;
  caa(host: string): Promise<{ tag: string; value: string; critical: boolean }[]>;
  /** TXT at every authoritative server of the zone that `name` lies in: only values that all of them give. */
  authoritativeTxt(name: string): Promise<string[]>;
}
