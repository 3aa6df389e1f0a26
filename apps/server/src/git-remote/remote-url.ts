/** Where an application's own remote is. */
export const remoteUrl = (publicUrl: string, tenant: string, application: string): string =>
  new URL(`/git/${tenant}/${application}.git`, publicUrl).href;
