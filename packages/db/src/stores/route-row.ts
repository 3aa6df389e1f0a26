import { routes } from "../schema/routes.ts";

/** The columns of a `RouteRow`. */
export const routeColumns = {
  id: routes.id,
  index: routes.index,
  unit: routes.unit,
  port: routes.port,
  hosts: routes.hosts,
  path: routes.path,
  publicPort: routes.publicPort,
  timeoutSeconds: routes.timeoutSeconds,
  drainSeconds: routes.drainSeconds,
  policies: routes.policies,
  split: routes.split,
  wake: routes.wake,
  wakeSeconds: routes.wakeSeconds,
  state: routes.state,
  message: routes.message,
  upstreams: routes.upstreams,
  version: routes.version,
};
