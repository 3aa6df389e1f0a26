import { makeFolderRequest, podFileEntry, podFilePath, podFileRoot, podFolderView } from "@agentpod/core/api/pod-file-view";
import { name } from "@agentpod/core/name";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { makeFolder } from "../pod-files/make-folder.ts";
import { openFile } from "../pod-files/open-file.ts";
import { foldersOf, listFolder } from "../pod-files/pod-folder.ts";
import { removeFile } from "../pod-files/remove-file.ts";
import { saveFile } from "../pod-files/save-file.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { type Call, route } from "./route.ts";

const tag = "Files";
const path = "/tenants/{tenant}/pods/{pod}/files";
const unit = name.optional();
const place = z.strictObject({ unit, path: podFilePath });

/** What files can show, a shell could: so it needs what a shell needs. */
const access = needs("pod.exec");

const podOf = ({ params, read }: Pick<Call<{ tenant: string; pod: string }>, "params" | "read">) =>
  read((store) => store.pods.get(params.tenant, params.pod));

export const podFileRoutes = [
  route({
    id: "listPodFolders",
    method: "get",
    path: `${path}/roots`,
    tag,
    summary: "Where the files of a pod's units begin: volumes, code, working directory",
    access,
    params: podParams,
    answer: { status: 200, schema: z.array(podFileRoot), description: "Unit by unit" },
    handle: async (call) => foldersOf(await podOf(call)),
  }),
  route({
    id: "listPodFiles",
    method: "get",
    path,
    tag,
    summary: "What lies in a folder of a running unit; links are told and not followed",
    access,
    params: podParams,
    query: place,
    answer: { status: 200, schema: podFolderView, description: "Folders first" },
    handle: async (call) => listFolder(call.deps.runtime, await podOf(call), call.query),
  }),
  route({
    id: "readPodFile",
    method: "get",
    path: `${path}/content`,
    tag,
    summary: "Download a file of a running unit",
    access,
    params: podParams,
    query: place,
    answer: { status: 200, schema: z.string(), type: "application/octet-stream", description: "Its bytes" },
    handle: async (call) => openFile(call.deps, await podOf(call), call.query),
  }),
  route({
    id: "writePodFile",
    method: "put",
    path: `${path}/content`,
    tag,
    summary: "Write a file of a running unit, in place of what it held; owner and permissions stay, or are the folder's",
    access,
    audit: "pod.file_written",
    params: podParams,
    query: place.extend({
      /** Refused where the file was changed after this. */
      unchangedSince: z.iso.datetime({ offset: true, message: "a time such as 2026-01-31T12:00:00Z" }).optional(),
    }),
    takes: "bytes",
    answer: { status: 200, schema: podFileEntry, description: "The file as it is now" },
    async handle(call) {
      const pod = await podOf(call);
      const saved = await saveFile(call.deps, pod, call.query, call.context.req.raw);
      const message = `file ${call.query.path} of ${saved.unit} was written`;
      await call.change(async (_store, note) =>
        note(notePod(pod, message, { unit: saved.unit, path: call.query.path, bytes: saved.entry.bytes })),
      );
      return saved.entry;
    },
  }),
  route({
    id: "makePodFolder",
    method: "post",
    path: `${path}/folders`,
    tag,
    summary: "Make a folder in a folder of a running unit",
    access,
    audit: "pod.folder_made",
    params: podParams,
    body: makeFolderRequest,
    answer: { status: 204, description: "It is there" },
    async handle(call) {
      const pod = await podOf(call);
      const unit = await makeFolder(call.deps.runtime, pod, call.body);
      await call.change(async (_store, note) =>
        note(notePod(pod, `folder ${call.body.path} of ${unit} was made`, { unit, path: call.body.path })),
      );
    },
  }),
  route({
    id: "deletePodFile",
    method: "delete",
    path,
    tag,
    summary: "Delete a file, a link or a folder with all that is in it",
    access,
    audit: "pod.file_removed",
    params: podParams,
    query: place,
    answer: { status: 204, description: "It is gone" },
    async handle(call) {
      const pod = await podOf(call);
      const unit = await removeFile(call.deps.runtime, pod, call.query);
      await call.change(async (_store, note) =>
        note(notePod(pod, `${call.query.path} of ${unit} was deleted`, { unit, path: call.query.path })),
      );
    },
  }),
];
