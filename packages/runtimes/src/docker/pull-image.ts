import { AppError } from "@agentpod/core/errors";
import type { Engine } from "./engine.ts";
import { EngineError, toDriverError } from "./engine-error.ts";
import { type PullCandidate, pullCandidates } from "./image-source.ts";
import { jsonLines } from "./json-lines.ts";

export interface RegistryOptions {
  /** `host[:port][/prefix]` of mirrors of Docker Hub, asked in order before it. */
  registryMirrors?: readonly string[];
  /** By registry host, e.g. `docker.io` or `registry.example.com:5000`. */
  registryCredentials?: Readonly<Record<string, { username: string; password: string }>>;
}

interface Progress {
  status?: string;
  id?: string;
  error?: string;
}

/**
 * Pulls an image from the first source that has it; a mirror's copy gets the name that was asked for. Throws `not_found`
 * (no such image), `forbidden` (credentials), `unavailable` (no registry answered).
 */
export async function pullImage(
  engine: Engine,
  reference: string,
  options: RegistryOptions,
  progress: (line: string) => void,
): Promise<void> {
  const failures: string[] = [];
  const candidates = pullCandidates(reference, options.registryMirrors ?? []);
  for (const candidate of candidates) {
    progress(`pulling ${candidate.fromImage}`);
    const failure = await pullFrom(engine, candidate, options, progress);
    if (failure === null) {
      if (candidate !== candidates.at(-1)) await tagAs(engine, candidate, reference);
      return;
    }
    failures.push(failure);
  }
  throw pullError(reference, failures);
}

async function pullFrom(
  engine: Engine,
  candidate: PullCandidate,
  options: RegistryOptions,
  progress: (line: string) => void,
): Promise<string | null> {
  const login = options.registryCredentials?.[candidate.registry];
  const auth = login && Buffer.from(JSON.stringify({ ...login, serveraddress: candidate.registry })).toString("base64url");
  try {
    const stream = await engine.stream("POST", "/images/create", {
      query: { fromImage: candidate.fromImage, tag: candidate.tag },
      ...(auth && { headers: { "X-Registry-Auth": auth } }),
    });
    let failure: string | null = null;
    for await (const { status, id, error } of jsonLines<Progress>(stream)) {
      if (error) failure = error;
      // Layer bars change many times a second: people get a line per layer and state.
      else if (status && !/^(Downloading|Extracting|Waiting|Verifying)/.test(status)) progress(id ? `${id}: ${status}` : status);
    }
    return failure;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

async function tagAs(engine: Engine, candidate: PullCandidate, reference: string): Promise<void> {
  // An image asked for by digest is found by it, whichever repository it came from.
  if (reference.includes("@")) return;
  const colon = reference.lastIndexOf(":");
  const hasTag = colon > reference.lastIndexOf("/");
  const query = { repo: hasTag ? reference.slice(0, colon) : reference, tag: candidate.tag };
  try {
    await engine.call("POST", `/images/${candidate.fromImage}:${candidate.tag}/tag`, { query });
  } catch (error) {
    throw toDriverError(error, `Image ${reference} could not be named`);
  }
}

/** The last source is the registry itself: its word counts, unless a mirror knew better. */
function pullError(reference: string, failures: string[]): AppError {
  const said = failures.join("; ").slice(0, 800);
  if (failures.some((text) => /unauthorized|authentication required|no basic auth|incorrect username/i.test(text))) {
    return new AppError("invalid", `Image ${reference} cannot be had: the registry wants other credentials (${said}).`);
  }
  if (
    failures.some((text) =>
      /manifest unknown|manifest for .* not found|not found: manifest|pull access denied|repository does not exist|name unknown/i.test(
        text,
      ),
    )
  ) {
    return new AppError("not_found", `Image ${reference} cannot be had: there is no such image or tag, or it is private (${said}).`);
  }
  return new AppError(
    "unavailable",
    `Image ${reference} is not on the engine and no registry gave it (${said}). Check the network or set a registry mirror.`,
  );
}
