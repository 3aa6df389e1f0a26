import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { ApiRig } from "./api-rig.ts";

/** What a stranger gets of sources, for the walk over all routes. */
export const sourceStrangers: Record<string, "hidden"> = {
  addSource: "hidden",
  fetchSource: "hidden",
  getSourceUpload: "hidden",
  writeSourceUpload: "hidden",
  finishSourceUpload: "hidden",
  analyzeSource: "hidden",
};

export const sourceBodies: Record<string, unknown> = { fetchSource: { url: "https://git.example.com/team/app.git" } };
export const sourceQueries: Record<string, string> = { writeSourceUpload: "?offset=0" };

/** A source that is kept, and an upload that is under way. */
export async function sourceOfAcme(rig: ApiRig, token: string): Promise<{ source: string; upload: string }> {
  const archive = await tarOf({ "index.html": "acme-secret-value" });
  const { body } = await send(rig, token, "POST", "/tenants/acme/sources", archive);
  const upload = `sha256:${createHash("sha256").update(archive).digest("hex")}`;
  await send(rig, token, "PUT", `/tenants/acme/sources/uploads/${upload}?offset=0`, archive);
  return { source: body.digest, upload };
}

export async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(Readable.from(archive, { objectMode: false }));
}

/** Bytes to the API. */
export async function send(rig: ApiRig, token: string, method: string, path: string, body: Buffer) {
  const response = await fetch(`${rig.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: new Uint8Array(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
