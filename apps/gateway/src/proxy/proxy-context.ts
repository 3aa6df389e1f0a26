import type { BlockList } from "node:net";
import type { AccessLog } from "../log/access-log.ts";
import type { PageKind } from "../pages/page-kind.ts";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import type { HttpsState } from "../tls/early-answer.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** What a request needs from the gateway around it. */
export interface ProxyContext {
  trusted: BlockList | null;
  log: AccessLog;
  waiting: WaitingRoom;
  /** The route that serves a target now, or the page that says why none does. */
  find(target: RequestTarget, localPort: number): Route | PageKind;
  https: HttpsState;
  /** True once the gateway is going: connections end after their answer. */
  isClosing: boolean;
}
