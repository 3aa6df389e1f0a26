import type { PodSpecInput } from "@agentpod/core/pod-spec";

/** Probed quickly, so that tests need not wait for an interval. */
const probe = { kind: "http", port: "http", intervalSeconds: 0.2 } as const;

/** One unit that only routes reach: its revisions overlap. */
export const web = (version = "1"): PodSpecInput => ({
  units: [{ name: "app", image: "node:24", ports: [{ name: "http", container: 8080 }], probe, env: { VERSION: version } }],
  routes: [{ unit: "app", port: "http", drainSeconds: 1 }],
});

/** An app and its database with a volume and a password: the database is replaced, never doubled. */
export const stack = (version = "1"): PodSpecInput => ({
  units: [
    {
      name: "app",
      image: "node:24",
      ports: [{ name: "http", container: 8080 }],
      probe,
      dependsOn: ["db"],
      env: { VERSION: version, DATABASE_URL: "postgres://app:{{ secrets.password }}@{{ units.db.host }}:{{ units.db.port }}/app" },
    },
    {
      name: "db",
      image: "postgres:17",
      ports: [{ name: "sql", container: 5432 }],
      probe: { kind: "tcp", port: "sql", intervalSeconds: 0.2 },
      volumes: [{ name: "data", path: "/data" }],
      env: { VERSION: version, PASSWORD: "{{ secrets.password }}" },
    },
  ],
  routes: [{ unit: "app", port: "http", drainSeconds: 1 }],
});
