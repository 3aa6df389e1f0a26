import type { capabilities } from "../../pod-spec.ts";
import type { UnitDraft } from "./compose-unit.ts";

type Capability = (typeof capabilities)[number];

interface Stock {
  /** Repositories, without the registry. */
  images: readonly string[];
  /** Who its program runs as, by the name that each variant of the image knows; null where it has to begin as root. */
  user: string | null;
  /** Folders of the image that are this user's: a new volume there is its user's too. */
  data: readonly string[];
  /** What it may do where it begins as root. */
  capabilities: readonly Capability[];
  /** Where it listens, unless it is told otherwise. */
  port: { name: string; container: number } | null;
  /** It makes its database in several steps, which take so long at most. */
  startSeconds?: number;
  stopGraceSeconds?: number;
}

/** What an image's start program does as root: its data folder becomes its user's, and so does it. */
const becomesUser: readonly Capability[] = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];
const mysql = {
  user: "mysql",
  data: ["/var/lib/mysql"],
  capabilities: becomesUser,
  port: { name: "mysql", container: 3306 },
  ...{ startSeconds: 900, stopGraceSeconds: 60 },
};
const server = { user: null, data: [], port: null };

/** Images as their makers publish them that begin as root and become another user: of the rules of units they know nothing. */
const stock: readonly Stock[] = [
  {
    images: ["postgres", "postgis/postgis", "pgvector/pgvector"],
    user: "postgres",
    data: ["/var/lib/postgresql/data", "/var/lib/postgresql"],
    capabilities: becomesUser,
    port: { name: "postgres", container: 5432 },
    stopGraceSeconds: 30,
  },
  { images: ["mysql"], ...mysql },
  { images: ["mariadb"], ...mysql },
  { images: ["redis"], user: "redis", data: ["/data"], capabilities: becomesUser, port: { name: "redis", container: 6379 } },
  { images: ["valkey/valkey"], user: "valkey", data: ["/data"], capabilities: becomesUser, port: { name: "redis", container: 6379 } },
  {
    images: ["mongo"],
    user: "mongodb",
    data: ["/data/db", "/data/configdb"],
    capabilities: becomesUser,
    port: { name: "mongodb", container: 27_017 },
  },
  { images: ["nginx"], ...server, capabilities: ["CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID"] },
  { images: ["httpd"], ...server, capabilities: ["NET_BIND_SERVICE", "SETGID", "SETUID"] },
];

/**
 * A unit of a well-known image as it starts under the rules of units, which drop all capabilities: as the image's own user, or, where its
 * data lies elsewhere, with what its start program needs as root. What the unit says itself stays; `said` is null where that is all.
 * Null: nothing is known of the image.
 */
export function asStockImage(unit: UnitDraft): { unit: UnitDraft; said: string | null } | null {
  const known = stock.find(({ images }) => images.includes(repositoryOf(unit.image ?? "")));
  // Another program is the image's no more.
  if (known === undefined || unit.entrypoint !== undefined) return null;
  const { user, capabilities: needed, port, startSeconds, stopGraceSeconds } = known;
  const isSaid = unit.user !== undefined || (unit.capabilities ?? []).length > 0;
  const isOwn = user !== null && hasOwnData(unit, known.data);
  const answering = port === null || isMoved(unit) ? {} : listening(unit, port, startSeconds);
  return {
    unit: {
      ...unit,
      ...(!isSaid && (isOwn ? { user } : { capabilities: [...needed] })),
      ...answering,
      ...(stopGraceSeconds !== undefined && unit.stopGraceSeconds === undefined && { stopGraceSeconds }),
    },
    said: isSaid
      ? null
      : isOwn
        ? `${unit.name} runs as user ${user} of its image, not as root.`
        : `${unit.name} begins as root, and keeps ${needed.join(", ")}: its image needs them to start.`,
  };
}

/** `postgres` of `docker.io/library/postgres:17-alpine`. */
const repositoryOf = (image: string): string =>
  image.replace(/^(?:[^/]*[.:][^/]*\/|localhost\/)?(?:docker\/)?(?:library\/)?/, "").replace(/[:@].*$/, "");

/** Its volumes lie where the image has a folder of its user; elsewhere a new volume is root's. Memory is root's everywhere. */
function hasOwnData(unit: UnitDraft, data: readonly string[]): boolean {
  const plain = (path: string): string => path.replace(/\/+$/, "");
  return (
    (unit.volumes ?? []).every(({ path }) => data.includes(plain(path))) &&
    !(unit.tmpfs ?? []).some(({ path }) => data.includes(plain(path)))
  );
}

const isMoved = ({ command = [], env }: UnitDraft): boolean => [...command, ...Object.keys(env)].some((word) => /^-p|port/i.test(word));

/** Reached at its port, and waited for until it answers: what depends on a database finds it there. */
function listening(unit: UnitDraft, port: { name: string; container: number }, startSeconds: number | undefined): Partial<UnitDraft> {
  const ports = unit.ports ?? [];
  const there = ports.find(({ container }) => container === port.container);
  return {
    ports: there ? ports : [...ports, port],
    probe: unit.probe ?? { kind: "tcp", port: there?.name ?? port.name, ...(startSeconds !== undefined && { startSeconds }) },
  };
}
