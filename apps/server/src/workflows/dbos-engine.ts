import type { WorkflowDatabase } from "@agentpod/db/open-workflow-database";
import type { Log } from "../app-deps.ts";

/** Calls `work` unless this very call, told by its place in the order of calls, was recorded before: then gives what it gave. */
export type Recorded = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Where a workflow's progress is recorded, so that it goes on anywhere after a crash. */
export interface Engine {
  /** Begins the workflow of this id, or goes on with it, here or in another control plane. `ended`: it has ended before. */
  begin(id: string): Promise<"begun" | "ended">;
  /** Nothing is to be done: gives back what the library needs while it is up. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  database: WorkflowDatabase;
  /** Of this process alone: the library takes a name that comes again for the same process, and runs its workflows twice. */
  executor: string;
  body(id: string, recorded: Recorded): Promise<void>;
  log: Pick<Log, "warn" | "error">;
}

type Library = typeof import("@dbos-inc/dbos-sdk").DBOS;

/** Of all releases of AgentPod: with one of the library's making, a new release would leave workflows under way lying. */
const applicationVersion = "agentpod";

/** The library is one per process; so is its workflow, whose body is the engine's that was started last. */
let registered: ((id: string) => Promise<void>) | null = null;
let body: (id: string) => Promise<void> = () => Promise.reject(new Error("no engine runs"));

/**
 * DBOS, loaded when there is something to do: it costs 13 MB, and looks at the database every second while it is up. It has a
 * role and a schema of its own; its tables are made by their owner.
 */
export function dbosEngine({ database, executor, body: run, log }: EngineOptions): Engine {
  let library: Library | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  async function launch(): Promise<Library> {
    if (library !== null) return library;
    const { DBOS } = await import("@dbos-inc/dbos-sdk");
    const quiet = () => undefined;
    const logger = {
      debug: quiet,
      info: quiet,
      warn: (entry: unknown) => log.warn({ entry: String(entry) }, "workflows"),
      error: (entry: unknown) => log.error({ entry: String(entry) }, "workflows"),
    };
    body = (id) => run(id, (name, work) => DBOS.runStep(work, { name }));
    registered ??= DBOS.registerWorkflow((id: string) => body(id), { name: "operation" });
    DBOS.setConfig({
      name: "agentpod",
      systemDatabaseUrl: database.name,
      systemDatabasePool: database.pool,
      systemDatabaseSchemaName: database.schema,
      runMigrations: false,
      // What workflows wait for are AgentPod's own events.
      useListenNotify: false,
      listenQueues: [],
      executorID: executor,
      applicationVersion,
      logger,
    });
    try {
      await DBOS.launch();
    } catch {
      // The first time, after a restore, and with a newer library: its tables are not there, not as they should be, or not its role's.
      await database.migrate((ownerUrl) => DBOS.migrate(ownerUrl, { schemaName: database.schema, applicationRole: database.role }));
      await DBOS.launch();
    }
    library = DBOS;
    return DBOS;
  }

  async function rest(): Promise<void> {
    const up = library;
    if (up === null) return;
    // How they went is kept in AgentPod's own tables.
    const done = await up.listWorkflows({ status: "SUCCESS", loadInput: false, loadOutput: false });
    if (done.length > 0) await up.deleteWorkflows(done.map(({ workflowID }) => workflowID));
    library = null;
    await up.shutdown();
  }

  return {
    begin: (id) =>
      inTurn(async () => {
        const DBOS = await launch();
        const status = await DBOS.getWorkflowStatus(id);
        if (status === null) {
          const handle = await DBOS.startWorkflow(registered as (id: string) => Promise<void>, { workflowID: id })(id);
          // What it throws is kept and told by the library.
          handle.getResult().catch(() => undefined);
          return "begun";
        }
        if (status.status === "SUCCESS" || status.status === "ERROR") return "ended";
        await DBOS.resumeWorkflow(id);
        return "begun";
      }),
    rest: () => inTurn(rest),
    stop: () =>
      inTurn(async () => {
        await rest();
        await database.close();
      }),
  };
}
