import { apiCalls } from "@agentpod/client/api-calls";
import { fetchTransport } from "@agentpod/client/fetch-transport";
import { peopleCalls } from "@agentpod/client/people-calls";
import { terminalCalls } from "@agentpod/client/terminal-calls";
import { takeEarlyAnswer } from "./early-answer.ts";
import { sessionEnded } from "./session-end.ts";

const origin = typeof location === "undefined" ? "http://localhost" : location.origin;
const transport = fetchTransport(origin, { onUnauthenticated: sessionEnded, earlyAnswer: takeEarlyAnswer });

/** The API, as whoever is signed in. */
export const api = { ...apiCalls(transport), ...peopleCalls(transport), terminals: terminalCalls(transport) };
