import type { FetchSourceRequest } from "@agentpod/core/api/source-view";
import { type AppError, toAppError } from "@agentpod/core/errors";
import { applicationName } from "@agentpod/core/products/code/application-name";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import type { Given } from "./given-folder.ts";
import { packSource } from "./pack-source.ts";
import { type SendingSource, sendSource } from "./send-source.ts";

/** Code that is there, to be deployed. */
export interface Brought {
  digest: string;
  /** For people: where it came from. */
  origin: string;
  /** What it could be called; null: nothing says it. */
  name: string | null;
  /** Null: it was there before, and was not counted again. */
  files: number | null;
  bytes: number | null;
  /** The API's sentences, such as what was left out. */
  notices: string[];
}

export type Bringing = { part: "packing" } | SendingSource | { part: "fetching" };

/** `changed`: a file changed while it was read; `empty`: nothing of it is a source. */
export type BringingProblem = AppError | "changed" | "empty";

export interface SourceState {
  brought: Brought | null;
  /** What is going on; null: nothing is. */
  bringing: Bringing | null;
  problem: BringingProblem | null;
  bringGiven(given: Given): void;
  bringRepository(request: FetchSourceRequest): void;
  /** Stops what is going on; what is there is put away. */
  clear(): void;
}

/** Brings code of a folder, an archive or a repository to a tenant. `first`: what is there already. */
export function useSource(tenant: string, first: Brought | null): SourceState {
  const [brought, setBrought] = useState(first);
  const [bringing, setBringing] = useState<Bringing | null>(null);
  const [problem, setProblem] = useState<BringingProblem | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const begin = (how: Bringing, work: (signal: AbortSignal) => Promise<Brought | "empty">): void => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setBrought(null);
    setProblem(null);
    setBringing(how);
    void work(own.signal)
      .then(
        (done) => {
          if (own.signal.aborted) return;
          if (done === "empty") setProblem("empty");
          else setBrought(done);
        },
        (thrown: unknown) => {
          if (!own.signal.aborted) setProblem(problemOf(thrown));
        },
      )
      .finally(() => !own.signal.aborted && setBringing(null));
  };
  return {
    brought,
    bringing,
    problem,
    bringGiven: (given) =>
      begin({ part: "packing" }, (signal) => bringGiven(tenant, given, (how) => !signal.aborted && setBringing(how), signal)),
    bringRepository: (request) => begin({ part: "fetching" }, (signal) => bringRepository(tenant, request, signal)),
    clear() {
      running.current?.abort();
      setBringing(null);
      setBrought(null);
      setProblem(null);
    },
  };
}

async function bringGiven(
  tenant: string,
  given: Given,
  onProgress: (how: Bringing) => void,
  signal: AbortSignal,
): Promise<Brought | "empty"> {
  const packed = given.is === "folder" ? await packSource(given.entries) : { tar: given.file, files: 1, notices: [] };
  if (packed.files === 0) return "empty";
  signal.throwIfAborted();
  const { digest, files, bytes, notices } = await sendSource(tenant, packed.tar, onProgress, signal);
  const name = given.name === "" ? null : applicationName(given.name);
  return { digest, origin: given.name.slice(0, 400) || "a folder", name, files, bytes, notices: [...packed.notices, ...notices] };
}

async function bringRepository(tenant: string, request: FetchSourceRequest, signal: AbortSignal): Promise<Brought> {
  const { digest, files, bytes, notices, commit } = await api.sources.fetch(tenant, request, signal);
  return { digest, origin: repositoryOrigin(request.url, commit), name: applicationName(request.url), files, bytes, notices };
}

/** An address for people, without what may be a password in it. */
export const repositoryOrigin = (url: string, commit: string | null): string =>
  `${url.replace(/\/\/[^/@]*@/, "//").slice(0, 400)}${commit === null ? "" : ` ${commit}`}`;

function problemOf(thrown: unknown): BringingProblem {
  if (thrown instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(thrown.name)) return "changed";
  return toAppError(thrown);
}
