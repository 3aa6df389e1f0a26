const mostLength = 4096;

export interface Credentials {
  name: string;
  password: string;
}

/** What an Authorization header says by the Basic scheme (RFC 7617, UTF-8); null: it says something else, or nothing well-formed. */
export function basicCredentials(authorization: string): Credentials | null {
  if (authorization.length > mostLength) return null;
  const token = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (token === undefined) return null;
  try {
    const text = decoder.decode(Buffer.from(token, "base64"));
    const colon = text.indexOf(":");
    return colon === -1 || /\p{Cc}/u.test(text) ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return null;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });
