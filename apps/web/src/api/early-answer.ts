declare global {
  interface Window {
    /** By API path; made by the prelude. */
    agentpodEarly?: Record<string, Promise<Response> | undefined>;
  }
}

/** What the prelude asked for before the scripts were there, once; null when it did not, or no answer came. */
export async function takeEarlyAnswer(url: URL): Promise<Response | null> {
  const key = url.pathname.replace("/api/v1", "") + url.search;
  const asked = typeof window === "undefined" ? undefined : window.agentpodEarly?.[key];
  if (asked === undefined) return null;
  delete window.agentpodEarly?.[key];
  const response = await asked.catch(() => null);
  // Nobody was signed in: by the time that somebody is, what else was asked for is of no use.
  if (response?.status === 401) delete window.agentpodEarly;
  return response;
}
