import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { analysisView, fetchSourceRequest, type SourceView, sourceDigest, sourceView, uploadView } from "@agentpod/core/api/source-view";
import { invalidInput } from "@agentpod/core/draft-issues";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { tenantParams } from "./path-params.ts";
import { type Call, route } from "./route.ts";

const tag = "Sources";
const access = needs("artifact.write");
const base = "/tenants/{tenant}/sources";
const uploadParams = z.object({ tenant: name, upload: sourceDigest });
const answer = { status: 201, schema: sourceView, description: "Digest, size, and what was left out" } as const;

type TenantCall = Call<{ tenant: string }, unknown, unknown>;

const tenantOf = ({ read, params }: TenantCall): Promise<Tenant> => read((store) => store.tenants.get(params.tenant));

/** Makes it the tenant's, and says so. */
const note = ({ change }: TenantCall, tenant: Tenant, source: SourceView, from: string): Promise<SourceView> =>
  change(async (store, say) => {
    await store.artifacts.insert({ digest: source.digest, bytes: source.bytes, tenant: tenant.id });
    const { digest, files, commit } = source;
    say({
      tenantId: tenant.id,
      tenant: tenant.name,
      message: `source of ${files} files was added from ${from}`,
      data: { digest, ...(commit && { commit }) },
    });
    return source;
  });

function bodyOf({ context }: Pick<Call, "context">): Readable {
  const { body } = context.req.raw;
  if (body === null) throw invalidInput([{ path: "body", expected: "bytes" }]);
  return Readable.fromWeb(body as NodeReadableStream);
}

export const sourceRoutes = [
  route({
    id: "addSource",
    method: "post",
    path: base,
    tag,
    summary: "Hand over code as a tar, tar.gz or zip; what its ignore files name is left out",
    access,
    audit: "source.added",
    params: tenantParams,
    takes: "bytes",
    answer,
    async handle(call) {
      const tenant = await tenantOf(call);
      return note(call, tenant, await call.deps.sources.addArchive(bodyOf(call), tenant.id), "an archive");
    },
  }),
  route({
    id: "fetchSource",
    method: "post",
    path: `${base}/git`,
    tag,
    summary: "Take code from a repository of git, at a branch, tag or commit; credentials are used once and kept nowhere",
    access,
    audit: "source.added",
    params: tenantParams,
    body: fetchSourceRequest,
    answer,
    async handle(call) {
      const tenant = await tenantOf(call);
      return note(call, tenant, await call.deps.sources.addRepository(call.body, tenant.id, call.signal), "a repository");
    },
  }),
  route({
    id: "getSourceUpload",
    method: "get",
    path: `${base}/uploads/{upload}`,
    tag,
    summary: "How much of an upload is here, to go on from there",
    access,
    params: uploadParams,
    answer: { status: 200, schema: uploadView, description: "Bytes from the first; 0 where none is here" },
    async handle(call) {
      const tenant = await tenantOf(call);
      return { received: await call.deps.sources.uploads.received(tenant.id, call.params.upload) };
    },
  }),
  route({
    id: "writeSourceUpload",
    method: "put",
    path: `${base}/uploads/{upload}`,
    tag,
    summary: "Send a part of an archive, whose digest the upload is named by; the same part again has no effect",
    access,
    audit: "source.upload_written",
    params: uploadParams,
    query: z.strictObject({
      offset: z
        .string()
        .regex(/^\d{1,12}$/, "a whole number of bytes")
        .transform(Number),
    }),
    takes: "bytes",
    answer: { status: 200, schema: uploadView, description: "How much is here now" },
    async handle(call) {
      const { params, query, deps, change } = call;
      const tenant = await tenantOf(call);
      const received = await deps.sources.uploads.write(tenant.id, params.upload, query.offset, bodyOf(call));
      // One line for an upload, not one for each of its parts.
      if (query.offset === 0)
        await change(async (_store, say) =>
          say({ tenantId: tenant.id, tenant: tenant.name, message: "upload of a source begun", data: { digest: params.upload } }),
        );
      return { received };
    },
  }),
  route({
    id: "finishSourceUpload",
    method: "post",
    path: `${base}/uploads/{upload}`,
    tag,
    summary: "Make a source of an upload that is here as a whole; the upload is removed",
    access,
    audit: "source.added",
    params: uploadParams,
    answer,
    async handle(call) {
      const { params, deps } = call;
      const tenant = await tenantOf(call);
      const added = await deps.sources.uploads.finish(tenant.id, params.upload, (whole) => deps.sources.addArchive(whole, tenant.id));
      return note(call, tenant, added, "an upload");
    },
  }),
  route({
    id: "analyzeSource",
    method: "get",
    path: `${base}/{source}/analysis`,
    tag,
    summary: "What a source is, how it runs and why",
    access,
    params: z.object({ tenant: name, source: sourceDigest }),
    query: z.strictObject({ root: z.string().max(1024).optional() }),
    answer: { status: 200, schema: analysisView, description: "Commands as lists of arguments, and a reason for each finding" },
    async handle(call) {
      const { params, query, deps, read } = call;
      const tenant = await tenantOf(call);
      const isAllowed = await read((store) => store.artifacts.allowed(params.source, tenant.id));
      if (!isAllowed) throw new AppError("not_found", `artifact ${params.source} is not there; upload it first`);
      return deps.sources.analyze(params.source, query.root);
    },
  }),
];
