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

export interface BuildMarks {
  /** Put on every layer, so that none is shared with builds that have others. */
  labels: Readonly<Record<string, string>>;
  /** PEM bundle that every stage of the build trusts; null: none. */
  ca: string | null;
}

/**
 * A Dockerfile whose every stage begins with our labels and trusts the extra CA from its first step on. `FROM scratch` runs nothing and
 * gets no CA.
 */
export function markedDockerfile(dockerfile: string, { labels, ca }: BuildMarks): string {
  const pairs = (table: Readonly<Record<string, string>>): string =>
    Object.entries(table)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ");
  let isOpen = false;
  return dockerfile
    .split("\n")
    .flatMap((line) => {
      const isFrom = isOpen || /^\s*FROM\s+\S/i.test(line);
      // A line that goes on: what belongs after FROM comes after the last of its lines.
      isOpen = isFrom && line.trimEnd().endsWith("\\");
      if (!isFrom || isOpen) return [line];
      const isEmpty = /^\s*FROM\s+scratch\b/i.test(line);
      return [
        line,
        `LABEL ${pairs(labels)}`,
        ...(ca === null || isEmpty ? [] : [`COPY ${caInContext} ${caFile}`, `ENV ${pairs(caEnvironment)}`]),
      ];
    })
    .join("\n");
}

/** The build context with its Dockerfile marked, and the CA in it. Throws `invalid` through the stream when the Dockerfile is absent. */
export function markedContext(context: Readable, dockerfile: string, marks: BuildMarks): Readable {
  const out = pack();
  const wanted = dockerfile.replace(/^(\.\/)+/, "");
  return packed(out, async () => {
    let found = false;
    for await (const entry of tarEntries(context)) {
      if (entry.header.name.replace(/^(\.\/)+/, "") === wanted && entry.header.type === "file") {
        found = true;
        const { size: _size, ...header } = entry.header;
        out.entry(header, markedDockerfile(await text(entry), marks));
      } else {
        await copyEntry(entry, out, entry.header);
      }
    }
    if (!found) throw new AppError("invalid", `The build has no file ${dockerfile}.`);
    if (marks.ca !== null) out.entry({ name: caInContext, mode: 0o644 }, marks.ca);
  });
}
