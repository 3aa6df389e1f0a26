import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import { pack } from "tar-stream";
import { copyEntry, packed, tarEntries } from "./tar-entries.ts";

/** Where the extra CA lies in images and containers. */
export const caFolder = "/etc/agentpod";
export const caFile = `${caFolder}/extra-ca.pem`;
const caInContext = ".agentpod-extra-ca.pem";

/** What makes the usual programs trust the extra CA: Node, npm, pip, curl, git, OpenSSL. */
export const caEnvironment: Record<string, string> = {
  NODE_EXTRA_CA_CERTS: caFile,
  SSL_CERT_FILE: caFile,
  CURL_CA_BUNDLE: caFile,
  REQUESTS_CA_BUNDLE: caFile,
  PIP_CERT: caFile,
  GIT_SSL_CAINFO: caFile,
  npm_config_cafile: caFile,
};

/** A Dockerfile whose every stage trusts the extra CA from its first step on. `FROM scratch` runs nothing and stays as it is. */
export function trustingDockerfile(dockerfile: string): string {
  const env = Object.entries(caEnvironment)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
  return dockerfile
    .split("\n")
    .flatMap((line) =>
      /^\s*FROM\s+(?!scratch\b)\S/i.test(line) && !line.trimEnd().endsWith("\\")
        ? [line, `COPY ${caInContext} ${caFile}`, `ENV ${env}`]
        : [line],
    )
    .join("\n");
}

/** The build context with the CA in it and the Dockerfile changed to trust it. Throws `invalid` through the stream when the Dockerfile is absent. */
export function trustingContext(context: Readable, dockerfile: string, ca: string): Readable {
  const out = pack();
  const wanted = dockerfile.replace(/^(\.\/)+/, "");
  return packed(out, async () => {
    let found = false;
    for await (const entry of tarEntries(context)) {
      if (entry.header.name.replace(/^(\.\/)+/, "") === wanted && entry.header.type === "file") {
        found = true;
        const { size: _size, ...header } = entry.header;
        out.entry(header, trustingDockerfile(await text(entry)));
      } else {
        await copyEntry(entry, out, entry.header);
      }
    }
    if (!found) throw new AppError("invalid", `The build has no file ${dockerfile}.`);
    out.entry({ name: caInContext, mode: 0o644 }, ca);
  });
}
