interface Named {
  tenant: string;
  name: string;
}

/** Address of an application's page, or of one of its deployments. */
export const deploymentHref = ({ tenant, name }: Named, number?: number): string =>
  `/deployments/${encodeURIComponent(tenant)}/${encodeURIComponent(name)}${number === undefined ? "" : `/${number}`}`;

/** Address of the page that tells how pushes deploy an application. */
export const pushHref = (of: Named): string => `${deploymentHref(of)}/push`;

/** Address of the form for a deployment: for a tenant; of an application that is there; with the code of one that there was. */
export function newDeploymentHref(tenant: string, name?: string, from?: number): string {
  const query = new URLSearchParams({ tenant });
  if (name !== undefined) query.set("name", name);
  if (from !== undefined) query.set("from", String(from));
  return `/deployments/new?${query}`;
}
