import { checkExecBody, checkExecStartBody } from "@agentpod/core/engine-policy";
import { AppError } from "@agentpod/core/errors";
import type { Rule } from "../rule.ts";

const id = "([0-9a-f]{64})";

/** Programs in units of this installation, with the unit's own rights. */
export const execRules: readonly Rule[] = [
  {
    method: "POST",
    path: /^\/containers\/([a-zA-Z0-9][a-zA-Z0-9_.-]{0,250})\/exec$/,
    query: [],
    async allow(asked, { objects }) {
      const container = await objects.container(asked.parts[0] as string);
      if (container.kind !== "unit") throw new AppError("forbidden", "nothing may be run in the firewall's helper");
      return { path: `/containers/${container.id}/exec`, body: { json: checkExecBody(await asked.json()) } };
    },
  },
  {
    method: "POST",
    path: new RegExp(`^/exec/${id}/start$`),
    query: [],
    async allow(asked, { objects }) {
      const [exec = ""] = asked.parts;
      await objects.exec(exec);
      return { path: `/exec/${exec}/start`, body: { json: checkExecStartBody(await asked.json()) } };
    },
  },
  {
    method: "POST",
    path: new RegExp(`^/exec/${id}/resize$`),
    query: ["w", "h"],
    async allow(asked, { objects }) {
      await objects.exec(asked.parts[0] as string);
      return { path: `/exec/${asked.parts[0]}/resize`, query: asked.query };
    },
  },
  {
    method: "GET",
    path: new RegExp(`^/exec/${id}/json$`),
    query: [],
    async allow(asked, { objects }) {
      await objects.exec(asked.parts[0] as string);
      return { path: `/exec/${asked.parts[0]}/json` };
    },
  },
];
