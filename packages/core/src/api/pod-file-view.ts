import { z } from "zod";
import { name } from "../name.ts";

/** Longest path of a file below its unit's root, in characters. */
const longestPath = 2000;

/** An absolute path as a container sees it: plain, so that it means the same to everybody who reads it. */
export const podFilePath = z
  .string()
  .max(longestPath)
  .refine((path) => path.startsWith("/") && !path.includes("\0"), "an absolute path such as /data/notes.txt")
  .refine((path) => !path.split("/").some((part) => part === ".." || part === "."), "a path without . or ..")
  .transform((path) => path.replaceAll(/\/+/g, "/").replace(/(.)\/$/, "$1"));

/** A folder that a unit's spec names, where its files begin. */
export const podFileRoot = z.object({
  unit: z.string(),
  path: z.string(),
  kind: z.enum(["volume", "code", "workdir"]),
  /** Name of the volume; null for the others. */
  volume: z.string().nullable(),
});

export const podFileEntry = z.object({
  name: z.string(),
  kind: z.enum(["file", "folder", "link", "other"]),
  bytes: z.number(),
  modifiedAt: z.string(),
  /** Permission bits, as a number. */
  mode: z.number(),
});

export const podFolderView = z.object({
  unit: z.string(),
  /** The root that it lies below. */
  root: podFileRoot,
  path: z.string(),
  /** Folders first, then by name. */
  entries: z.array(podFileEntry),
  /** False: there are more than are shown. */
  isWhole: z.boolean(),
});

export const makeFolderRequest = z.strictObject({ unit: name.optional(), path: podFilePath });

export type PodFileRoot = z.infer<typeof podFileRoot>;
export type PodFileEntry = z.infer<typeof podFileEntry>;
export type PodFolderView = z.infer<typeof podFolderView>;
export type MakeFolderRequest = z.input<typeof makeFolderRequest>;
