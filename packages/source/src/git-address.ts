import { refused } from "@agentpod/core/source/refused";

/** Where a repository is, parsed: nothing of it is ever read by a shell, or taken for an option. */
export interface GitAddress {
  protocol: "https" | "ssh" | "http";
  /** As git is told, without secrets. */
  url: string;
  host: string;
  port: number;
  /** Who logs in by SSH. */
  user: string | null;
}

const ports = { https: 443, http: 80, ssh: 22 };

/**
 * `https://host/path`, `ssh://user@host/path` or `user@host:path`. Throws `invalid` for any other protocol (`file`, `ext`, `git` …), secrets in the
 * address, and signs that no address has. `http` is for `allowHttp` alone: what goes over it can be read and changed on the way.
 */
export function gitAddress(text: string, { allowHttp = false }: { allowHttp?: boolean } = {}): GitAddress {
  const expected = "an address such as https://git.example.com/team/app.git or git@git.example.com:team/app.git";
  if (text.length > 2048 || /[\s\p{C}"'`$;|&<>(){}\\^*]/u.test(text) || text.startsWith("-")) throw refused("url", expected);
  const short = /^([A-Za-z0-9_][\w.-]{0,63})@([A-Za-z0-9][A-Za-z0-9.-]{0,252}):(?!\/\/)([\w~/][\w./~+@%-]*)$/.exec(text);
  const url = short ? `ssh://${short[1]}@${short[2]}/${(short[3] ?? "").replace(/^\//, "")}` : text;
  const parsed = URL.parse(url);
  const protocol = parsed?.protocol.slice(0, -1);
  if (parsed === null || !(protocol === "https" || protocol === "ssh" || (protocol === "http" && allowHttp)))
    throw refused("url", expected);
  if (parsed.password !== "" || (protocol !== "ssh" && parsed.username !== ""))
    throw refused("url", "an address without user name and password; give a token or a deploy key beside it");
  const host = parsed.hostname;
  const isHost = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host) || /^\[[0-9a-f:.]+\]$/i.test(host);
  const user = parsed.username === "" ? null : parsed.username;
  if (!isHost || parsed.search !== "" || parsed.hash !== "" || parsed.pathname.length < 2) throw refused("url", expected);
  if (user !== null && !/^[A-Za-z0-9_][\w.-]{0,63}$/.test(user)) throw refused("url", expected);
  if (parsed.pathname.split("/").some((name) => name === ".." || name.startsWith("-"))) throw refused("url", expected);
  return { protocol, url: parsed.href, host, port: Number(parsed.port || ports[protocol]), user };
}

/** A branch, tag or commit as git takes it for one. Throws `invalid`, naming the field it came in, for anything that could be an option or more than a name. */
export function gitRef(text: string, field = "ref"): string {
  const isName = /^[A-Za-z0-9_][\w./+@-]{0,199}$/.test(text) && !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(text);
  if (isName) return text;
  const expected = "a branch, a tag or a commit, such as main or v1.2.0";
  throw refused(field, expected);
}
