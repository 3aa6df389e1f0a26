/** Where an image reference points. */
export interface ImageSource {
  /** Registry host; `docker.io` where none is named. */
  registry: string;
  /** Repository with `library/` filled in. */
  repository: string;
  /** Tag or `sha256:` digest; `latest` where none is named. */
  tag: string;
}

export function parseImage(reference: string): ImageSource {
  const [named = "", digest] = reference.split("@", 2);
  const slash = named.indexOf("/");
  const first = slash < 0 ? "" : named.slice(0, slash);
  // As every engine reads it: a first part with a dot or a port, or localhost, is a registry.
  const hasRegistry = first.includes(".") || first.includes(":") || first === "localhost";
  const rest = hasRegistry ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(":");
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = digest ?? (colon < 0 ? "latest" : rest.slice(colon + 1));
  const registry = hasRegistry && first !== "index.docker.io" ? first : "docker.io";
  return { registry, repository: registry === "docker.io" && !path.includes("/") ? `library/${path}` : path, tag };
}

/** A repository to pull from, and which registry's credentials go with it. */
export interface PullCandidate {
  registry: string;
  fromImage: string;
  tag: string;
}

/** Where to pull from, in order: for Docker Hub images the mirrors (`host[:port][/prefix]`) first, then the registry itself. */
export function pullCandidates(reference: string, mirrors: readonly string[]): PullCandidate[] {
  const { registry, repository, tag } = parseImage(reference);
  const own = { registry, fromImage: registry === "docker.io" ? repository : `${registry}/${repository}`, tag };
  if (registry !== "docker.io") return [own];
  const mirrored = mirrors.map((mirror) => {
    const host = mirror.replace(/^https?:\/\//, "").replace(/\/+$/, "");
    return { registry: host.split("/")[0] ?? host, fromImage: `${host}/${repository}`, tag };
  });
  return [...mirrored, own];
}
