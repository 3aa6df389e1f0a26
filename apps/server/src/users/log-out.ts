import { cookiePrefix, securePrefix } from "../auth/login-library-names.ts";
import type { Call } from "../routes/route.ts";

/** Ends the login that asks, and takes its cookie away. */
export async function logOut({
  principal,
  change,
  context,
  asked,
}: Pick<Call, "principal" | "change" | "context" | "asked">): Promise<void> {
  const { userId, sessionId } = principal;
  if (userId === null || sessionId === null) return;
  await change(async (store, note) => {
    const user = await store.users.get(userId);
    await store.users.endSession(userId, sessionId);
    note({ tenantId: null, tenant: null, message: `${user.email} logged out`, data: { user: userId, session: sessionId } });
  });
  const secure = asked.isHttps ? "; Secure" : "";
  const name = `${asked.isHttps ? securePrefix : cookiePrefix}.session_token`;
  context.header("set-cookie", `${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`, { append: true });
}
