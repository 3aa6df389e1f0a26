CREATE SEQUENCE "agentpod"."llm_provider_revision" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "agentpod"."llm_budgets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"pod_id" uuid,
	"money_per_month_nano" bigint,
	"tokens_per_day" bigint,
	"warn_percent" integer NOT NULL,
	"told" text[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "llm_budgets_tenant_pod" UNIQUE NULLS NOT DISTINCT("tenant_id","pod_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."llm_budgets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."llm_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"pod_id" uuid,
	"key_id" text NOT NULL,
	"caller_name" text NOT NULL,
	"model" text NOT NULL,
	"provider" text NOT NULL,
	"owner" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"reserved_tokens" bigint NOT NULL,
	"reserved_nano" bigint NOT NULL,
	"input" bigint NOT NULL,
	"output" bigint NOT NULL,
	"cache_read" bigint NOT NULL,
	"cache_write" bigint NOT NULL,
	"cost_nano" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."llm_calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."llm_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"pod_id" uuid,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "agentpod"."llm_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."llm_providers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	"dialect" text NOT NULL,
	"base_url" text NOT NULL,
	"models" jsonb NOT NULL,
	"priority" integer NOT NULL,
	"revision" bigint NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "llm_providers_tenant_name" UNIQUE NULLS NOT DISTINCT("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."llm_providers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."llm_usage" (
	"day" date NOT NULL,
	"tenant_id" uuid NOT NULL,
	"caller" text NOT NULL,
	"caller_name" text NOT NULL,
	"model" text NOT NULL,
	"provider" text NOT NULL,
	"calls" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"aborted" integer DEFAULT 0 NOT NULL,
	"estimated" integer DEFAULT 0 NOT NULL,
	"input" bigint DEFAULT 0 NOT NULL,
	"output" bigint DEFAULT 0 NOT NULL,
	"cache_read" bigint DEFAULT 0 NOT NULL,
	"cache_write" bigint DEFAULT 0 NOT NULL,
	"cost_nano" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "llm_usage_pkey" PRIMARY KEY("tenant_id","day","caller","caller_name","model","provider")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."llm_usage" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_budgets" ADD CONSTRAINT "llm_budgets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_budgets" ADD CONSTRAINT "llm_budgets_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_calls" ADD CONSTRAINT "llm_calls_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_keys" ADD CONSTRAINT "llm_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_keys" ADD CONSTRAINT "llm_keys_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_providers" ADD CONSTRAINT "llm_providers_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."llm_usage" ADD CONSTRAINT "llm_usage_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "llm_calls_tenant" ON "agentpod"."llm_calls" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "llm_calls_owner" ON "agentpod"."llm_calls" USING btree ("owner");--> statement-breakpoint
CREATE UNIQUE INDEX "llm_keys_tenant_name" ON "agentpod"."llm_keys" USING btree ("tenant_id","name") WHERE pod_id is null and revoked_at is null;--> statement-breakpoint
CREATE INDEX "llm_keys_pod_index" ON "agentpod"."llm_keys" USING btree ("pod_id");--> statement-breakpoint
CREATE INDEX "llm_usage_day" ON "agentpod"."llm_usage" USING btree ("day");--> statement-breakpoint
CREATE POLICY "llm_budgets_app" ON "agentpod"."llm_budgets" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "llm_budgets_system" ON "agentpod"."llm_budgets" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "llm_calls_app" ON "agentpod"."llm_calls" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "llm_calls_system" ON "agentpod"."llm_calls" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "llm_keys_app" ON "agentpod"."llm_keys" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "llm_keys_system" ON "agentpod"."llm_keys" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "llm_providers_app" ON "agentpod"."llm_providers" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "llm_providers_system" ON "agentpod"."llm_providers" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "llm_usage_app" ON "agentpod"."llm_usage" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "llm_usage_system" ON "agentpod"."llm_usage" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE, grants or storage.
ALTER TABLE "agentpod"."llm_providers" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."llm_keys" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."llm_calls" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."llm_usage" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."llm_budgets" FORCE ROW LEVEL SECURITY;
-- Rows come and go, or are written over, with every call.
ALTER TABLE "agentpod"."llm_usage" SET (fillfactor = 70);
ALTER TABLE "agentpod"."llm_calls" SET (fillfactor = 70);
--> statement-breakpoint
-- The app role reads neither providers' keys nor hashes, and counts nothing.
GRANT SELECT ("id", "tenant_id", "name", "dialect", "base_url", "models", "priority", "created_at"), INSERT, UPDATE, DELETE ON "agentpod"."llm_providers" TO "agentpod_app";
GRANT SELECT ("id", "tenant_id", "pod_id", "name", "created_at", "last_used_at", "revoked_at"), INSERT, UPDATE ("revoked_at") ON "agentpod"."llm_keys" TO "agentpod_app";
GRANT SELECT ON "agentpod"."llm_calls", "agentpod"."llm_usage" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."llm_budgets" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."llm_providers", "agentpod"."llm_keys", "agentpod"."llm_calls", "agentpod"."llm_usage", "agentpod"."llm_budgets" TO "agentpod_system";
GRANT USAGE ON SEQUENCE "agentpod"."llm_provider_revision" TO "agentpod_app", "agentpod_system";
--> statement-breakpoint
-- Tokens that stand for the whole installation may go on doing all there is to do. The owner is held by policies, too.
ALTER TABLE "agentpod"."tokens" NO FORCE ROW LEVEL SECURITY;
UPDATE "agentpod"."tokens" SET "permissions" = (SELECT array_agg(DISTINCT p) FROM unnest("permissions" || ARRAY['llm.read', 'llm.write']) AS p)
	WHERE "tenant_id" IS NULL AND "permissions" @> ARRAY['tenant.create', 'tenant.delete', 'secret.reveal', 'platform.reconcile', 'platform.settings'];
ALTER TABLE "agentpod"."tokens" FORCE ROW LEVEL SECURITY;
