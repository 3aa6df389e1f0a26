/** Header in which the client's address comes to the login library; whatever a client sends under this name is dropped. */
export const clientHeader = "x-agentpod-client";

/** Below this the library itself answers: where sign-on providers send users back to, and the public keys of JWTs. */
export const authBase = "/api/auth";

export const sessionDays = 7;

/** Begins the names of AgentPod's cookies; the gateway hands no such cookie to a pod, nor takes one from it. */
export const cookiePrefix = "agentpod";
export const securePrefix = `__Host-${cookiePrefix}`;
