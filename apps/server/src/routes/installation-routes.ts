import { readFileSync } from "node:fs";
import { installationView } from "@agentpod/core/api/installation-view";
import { needs } from "../auth/access.ts";
import { route } from "./route.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };

export const installationRoutes = [
  route({
    id: "getInstallation",
    method: "get",
    path: "/installation",
    tag: "Platform",
    summary: "What this installation is and where it answers",
    access: needs("platform.read"),
    answer: { status: 200, schema: installationView, description: "Its facts" },
    async handle({ deps }) {
      const { kind, version: engine } = await deps.runtime.info();
      return {
        version,
        url: deps.publicUrl,
        baseDomains: [...deps.hosts.bases],
        runtime: { kind, version: engine, adopts: deps.runtime.can.adopt },
        signOn: deps.logins.signOn.map(({ id, name, issuer, clientId }) => ({
          id,
          name,
          issuer,
          clientId,
          callbackUrl: `${deps.publicUrl}/api/auth/callback/${id}`,
        })),
      };
    },
  }),
];
