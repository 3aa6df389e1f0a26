import { databaseView, revealedDatabase } from "@agentpod/core/api/database-view";
import { databasePassword, databaseUnitsOf, databaseUrl } from "@agentpod/core/database-unit";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { databaseAddress } from "../databases/database-address.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { checkUnit } from "./running-unit.ts";

const tag = "Databases";
const path = "/tenants/{tenant}/pods/{pod}/databases";

export const databaseRoutes = [
  route({
    id: "listDatabases",
    method: "get",
    path,
    tag,
    summary: "Databases among a pod's units, and how its other units reach them; passwords are masked",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: z.array(databaseView), description: "Unit by unit" },
    async handle({ params, deps, read }) {
      const pod = await read((store) => store.pods.get(params.tenant, params.pod));
      const views: z.infer<typeof databaseView>[] = [];
      for (const found of databaseUnitsOf(pod.spec)) {
        const { unit, kind, user, database } = found;
        const address = await databaseAddress(deps.runtime, pod, found);
        const url = address === null ? null : databaseUrl(found, address, null);
        views.push({ unit, kind, user, database, url, dumps: kind === "postgres" });
      }
      return views;
    },
  }),
  route({
    id: "revealDatabase",
    method: "post",
    path: `${path}/{unit}/reveal`,
    tag,
    summary: "Show a database's connection string with its password; written down in the event log",
    access: needs("secret.reveal"),
    audit: "database.revealed",
    params: podParams.extend({ unit: name }),
    answer: { status: 200, schema: revealedDatabase, description: "The connection string" },
    async handle({ params, deps, read, change }) {
      const pod = await read((store) => store.pods.get(params.tenant, params.pod));
      checkUnit(pod, params.unit);
      const found = databaseUnitsOf(pod.spec).find(({ unit }) => unit === params.unit);
      const spec = pod.spec.units.find((unit) => unit.name === params.unit);
      if (found === undefined || spec === undefined)
        throw new AppError("invalid", `Unit ${params.unit} of ${podLabel(pod)} is no database that is known here.`);
      const address = await databaseAddress(deps.runtime, pod, found);
      if (address === null) throw new AppError("conflict", `unit ${params.unit} of ${podLabel(pod)} is not running; see its status`);
      return change(async (store, note) => {
        const password = databasePassword(spec, await store.secrets.reveal(pod.id));
        if (password === null)
          throw new AppError("conflict", `The password of unit ${params.unit} of ${podLabel(pod)} is no secret that is kept here.`);
        note(notePod(pod, `the connection string of unit ${params.unit} was revealed`, { unit: params.unit }));
        return { unit: params.unit, url: databaseUrl(found, address, password) };
      });
    },
  }),
];
