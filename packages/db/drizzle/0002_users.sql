CREATE SCHEMA "agentpod_auth";
--> statement-breakpoint
CREATE TABLE "agentpod"."attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."attempts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod_auth"."accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_provider_account" UNIQUE("provider_id","account_id"),
	CONSTRAINT "accounts_user_provider" UNIQUE("user_id","provider_id")
);
--> statement-breakpoint
CREATE TABLE "agentpod_auth"."sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_token" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "agentpod_auth"."signing_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_key" text NOT NULL,
	"alg" text,
	"crv" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "agentpod_auth"."two_factors" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"verified" boolean DEFAULT true,
	"failed_verification_count" integer DEFAULT 0,
	"locked_until" timestamp with time zone,
	CONSTRAINT "two_factors_user" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "agentpod_auth"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"two_factor_enabled" boolean DEFAULT false NOT NULL,
	"platform_admin" boolean DEFAULT false NOT NULL,
	"disabled_at" timestamp with time zone,
	"last_login_at" timestamp with time zone,
	CONSTRAINT "users_email" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "agentpod_auth"."verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agentpod"."invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"role" text NOT NULL,
	"email" text,
	"secret_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"used_by" uuid,
	CONSTRAINT "invitations_secret_hash" UNIQUE("secret_hash")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."invitations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."memberships" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_pkey" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."memberships" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."platform_secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."platform_secrets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."tokens" ADD COLUMN "owner_id" uuid;--> statement-breakpoint
ALTER TABLE "agentpod_auth"."accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "agentpod_auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod_auth"."sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "agentpod_auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod_auth"."two_factors" ADD CONSTRAINT "two_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "agentpod_auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."invitations" ADD CONSTRAINT "invitations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."invitations" ADD CONSTRAINT "invitations_used_by_users_id_fk" FOREIGN KEY ("used_by") REFERENCES "agentpod_auth"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."memberships" ADD CONSTRAINT "memberships_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "agentpod_auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_ends_at" ON "agentpod"."attempts" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "agentpod_auth"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verifications_identifier" ON "agentpod_auth"."verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "invitations_tenant" ON "agentpod"."invitations" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "agentpod"."memberships" USING btree ("user_id");--> statement-breakpoint
ALTER TABLE "agentpod"."tokens" ADD CONSTRAINT "tokens_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "agentpod_auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tokens_owner" ON "agentpod"."tokens" USING btree ("owner_id");--> statement-breakpoint
CREATE POLICY "attempts_system" ON "agentpod"."attempts" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "invitations_app" ON "agentpod"."invitations" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "invitations_system" ON "agentpod"."invitations" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "memberships_app" ON "agentpod"."memberships" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "memberships_system" ON "agentpod"."memberships" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "platform_secrets_system" ON "agentpod"."platform_secrets" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."attempts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."invitations" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."memberships" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."platform_secrets" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- The login library works in its schema alone. The system role finds users and ends what is theirs; it reads neither password
-- hashes, nor session tokens, nor second factors. The app role does not get in.
GRANT USAGE ON SCHEMA "agentpod_auth" TO "agentpod_login", "agentpod_system";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "agentpod_auth" TO "agentpod_login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod_auth"."users" TO "agentpod_system";
GRANT SELECT ("id", "user_id", "expires_at", "ip_address", "user_agent", "created_at", "updated_at"), DELETE
	ON "agentpod_auth"."sessions" TO "agentpod_system";
GRANT SELECT ("id", "user_id", "provider_id", "account_id"), INSERT, UPDATE ("password", "updated_at"), DELETE
	ON "agentpod_auth"."accounts" TO "agentpod_system";
GRANT SELECT ("user_id"), DELETE ON "agentpod_auth"."two_factors" TO "agentpod_system";
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("role"), DELETE ON "agentpod"."memberships" TO "agentpod_app", "agentpod_system";
GRANT SELECT, INSERT, DELETE ON "agentpod"."invitations" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."invitations", "agentpod"."attempts", "agentpod"."platform_secrets" TO "agentpod_system";
--> statement-breakpoint
-- Tokens that stand for the whole installation may go on doing all there is to do. The owner is held by policies, too.
ALTER TABLE "agentpod"."tokens" NO FORCE ROW LEVEL SECURITY;
UPDATE "agentpod"."tokens" SET "permissions" = (
	SELECT array_agg(DISTINCT p) FROM unnest("permissions" || ARRAY['domain.read', 'domain.write', 'certificate.write', 'member.read',
		'member.manage', 'member.owner', 'user.manage', 'platform.gateway', 'platform.settings']) AS p
) WHERE "tenant_id" IS NULL AND "permissions" @> ARRAY['tenant.create', 'tenant.delete', 'secret.reveal', 'pod.exec', 'token.manage', 'platform.reconcile'];
ALTER TABLE "agentpod"."tokens" FORCE ROW LEVEL SECURITY;
