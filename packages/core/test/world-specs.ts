import type { PodSpecInput } from "../src/pod-spec.ts";

export const webSpec: PodSpecInput = {
  units: [{ name: "app", image: "node:24", ports: [{ name: "http", container: 8080 }], probe: { kind: "http", port: "http" } }],
  routes: [{ unit: "app", port: "http" }],
};

export const appWithDatabase: PodSpecInput = {
  units: [
    {
      name: "app",
      image: "node:24",
      ports: [{ name: "http", container: 8080 }],
      probe: { kind: "http", port: "http" },
      dependsOn: ["db"],
      env: { DATABASE_URL: "postgres://app:{{ secrets.password }}@{{ units.db.host }}:{{ units.db.port }}/app" },
    },
    {
      name: "db",
      image: "postgres:17",
      ports: [{ name: "sql", container: 5432 }],
      probe: { kind: "tcp", port: "sql" },
      volumes: [{ name: "data", path: "/data" }],
      env: { POSTGRES_PASSWORD: "{{ secrets.password }}" },
    },
  ],
  routes: [{ unit: "app", port: "http" }],
};

/** Its variable MOOD may change while it runs. */
export const livelySpec = (mood: string, other = ""): PodSpecInput => ({
  units: [
    {
      name: "app",
      image: "node:24",
      ports: [{ name: "http", container: 8080 }],
      probe: { kind: "http", port: "http" },
      volumes: [{ name: "data", path: "/data" }],
      env: { MOOD: mood, OTHER: other },
      live: { env: ["MOOD"], command: ["node", "tell.mjs"] },
    },
  ],
  routes: [{ unit: "app", port: "http" }],
});

/** Its program derives ports from its own. */
export const derivingSpec: PodSpecInput = {
  units: [
    {
      name: "app",
      image: "node:24",
      ports: [
        {
          name: "http",
          container: 8080,
          beside: [
            { from: 2, to: 2 },
            { from: 4, to: 6 },
          ],
        },
      ],
      probe: { kind: "http", port: "http" },
      volumes: [{ name: "data", path: "/data" }],
    },
  ],
  routes: [{ unit: "app", port: "http" }],
};
