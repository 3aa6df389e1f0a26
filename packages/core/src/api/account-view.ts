import { z } from "zod";
import { emailAddress, newPassword, personName, userView } from "./user-view.ts";

const password = z.string().min(1).max(128);

export const loginRequest = z.strictObject({ email: emailAddress, password });

/** The second step: a code of the authenticator, or one of the backup codes. */
export const twoFactorLoginRequest = z.strictObject({
  challenge: z.string().max(1000),
  code: z.string().trim().min(6).max(40),
  kind: z.enum(["totp", "backup"]).default("totp"),
});

export const loginAnswer = z.object({
  /** Null while the second factor is missing. */
  user: userView.nullable(),
  /** Send it back with the code; null where no second factor is needed. */
  challenge: z.string().nullable(),
  /** For `Authorization: Bearer`; null for browsers, which have it as a cookie that no script reads. */
  token: z.string().nullable(),
  expiresAt: z.string().nullable(),
});

export const registerRequest = z.strictObject({ email: emailAddress, name: personName, password: newPassword });

export const resetPasswordRequest = z.strictObject({ secret: z.string().max(200), password: newPassword });

/** What a login page needs to know. */
export const loginOptions = z.object({
  /** Whether anybody may register by password. */
  registration: z.boolean(),
  signOn: z.array(z.object({ id: z.string(), name: z.string() })),
  guests: z.boolean(),
});

export const changePasswordRequest = z.strictObject({ current: password, password: newPassword });
export const passwordRequest = z.strictObject({ password });
export const codeRequest = z.strictObject({ code: z.string().trim().min(6).max(10) });

/** To be put into an authenticator; in force once a code has confirmed it. Shown this once. */
export const twoFactorSetup = z.object({ uri: z.string(), backupCodes: z.array(z.string()) });

export const jwtView = z.object({ jwt: z.string(), expiresAt: z.string() });

/** Where in AgentPod to go after a sign-on elsewhere. */
export const signOnRequest = z.strictObject({
  next: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])[\w\-./?=&%]*$/, "a path of this site")
    .default("/"),
});
export const signOnAnswer = z.object({ url: z.string() });

export type LoginRequest = z.input<typeof loginRequest>;
export type TwoFactorLoginRequest = z.input<typeof twoFactorLoginRequest>;
export type LoginAnswer = z.infer<typeof loginAnswer>;
export type LoginOptions = z.infer<typeof loginOptions>;
export type RegisterRequest = z.input<typeof registerRequest>;
export type TwoFactorSetup = z.infer<typeof twoFactorSetup>;
export type JwtView = z.infer<typeof jwtView>;
