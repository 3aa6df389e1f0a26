/** As the login library keeps passwords (scrypt). Slow on purpose: never within a transaction. */
export async function hashPassword(password: string): Promise<string> {
  const crypto = await import("better-auth/crypto");
  return crypto.hashPassword(password);
}
