import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { artifactView } from "@agentpod/core/api/template-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { BodyTooLarge } from "../http-error.ts";
import { route } from "./route.ts";
import { tenantOrPlatform } from "./tenant-scope.ts";

const defaultLimitBytes = 1024 ** 3;

export const artifactRoutes = [
  route({
    id: "uploadArtifact",
    method: "post",
    path: "/artifacts",
    tag: "Artifacts",
    summary: "Upload a tar; its digest names it in `code.artifact` and `build.artifact`",
    access: needs("artifact.write"),
    audit: "artifact.uploaded",
    query: z.strictObject({ tenant: name.optional() }),
    takes: "tar",
    answer: { status: 201, schema: artifactView, description: "Digest and size; the same content again gives the same digest" },
    async handle({ principal, query, deps, context, read, change }) {
      const owner = await read((store) => tenantOrPlatform(store, principal, query.tenant, "an artifact for every tenant"));
      const body = context.req.raw.body;
      if (body === null) throw new AppError("invalid", "send a tar archive as the body");
      const limit = deps.artifactLimitBytes ?? defaultLimitBytes;
      if (Number(context.req.header("content-length") ?? 0) > limit) throw new BodyTooLarge(limit);
      const tar = Readable.from(limited(Readable.fromWeb(body as NodeReadableStream), limit), { objectMode: false });
      const artifact = await deps.artifacts.put(tar, owner?.id ?? null);
      return change(async (store, note) => {
        await store.artifacts.insert({ ...artifact, tenant: owner?.id ?? null });
        note({
          tenantId: owner?.id ?? null,
          tenant: owner?.name ?? null,
          message: `artifact of ${artifact.bytes} bytes uploaded`,
          data: { digest: artifact.digest },
        });
        return artifact;
      });
    },
  }),
];

async function* limited(source: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.byteLength;
    if (total > limitBytes) throw new BodyTooLarge(limitBytes);
    yield chunk;
  }
}
