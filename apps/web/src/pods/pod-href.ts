/** Address of a pod's page, or of one of its tabs. */
export const podHref = (pod: { tenant: string; name: string }, tab?: string): string =>
  `/pods/${encodeURIComponent(pod.tenant)}/${encodeURIComponent(pod.name)}${tab === undefined ? "" : `/${tab}`}`;
