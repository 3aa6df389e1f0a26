/** An OpenID Connect provider that users may sign on with. */
export interface SignOnProvider {
  /** In addresses: `<public URL>/api/auth/callback/<id>` is what the provider sends users back to. */
  id: string;
  /** For people. */
  name: string;
  /** Without a slash at its end. */
  issuer: string;
  clientId: string;
  clientSecret: string | null;
}
