CREATE TABLE "agentpod"."deployment_hooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"branch" text NOT NULL,
	"known_hosts" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"refused_at" timestamp with time zone,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."deployment_hooks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."git_remotes" (
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"branch" text NOT NULL,
	"commit" text NOT NULL,
	"pushed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "git_remotes_pkey" PRIMARY KEY("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."git_remotes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."hook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "agentpod"."hook_deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hook_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"sent_as" text,
	"digest" text NOT NULL,
	"event" text NOT NULL,
	"commit" text,
	"outcome" text NOT NULL,
	"message" text NOT NULL,
	"deployment" integer,
	"operation_id" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hook_deliveries_sent_as" UNIQUE("hook_id","sent_as"),
	CONSTRAINT "hook_deliveries_digest" UNIQUE("hook_id","digest")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."hook_deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."deployment_hooks" ADD CONSTRAINT "deployment_hooks_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."git_remotes" ADD CONSTRAINT "git_remotes_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."hook_deliveries" ADD CONSTRAINT "hook_deliveries_hook_id_deployment_hooks_id_fk" FOREIGN KEY ("hook_id") REFERENCES "agentpod"."deployment_hooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deployment_hooks_application" ON "agentpod"."deployment_hooks" USING btree ("tenant_id","name");--> statement-breakpoint
CREATE INDEX "hook_deliveries_newest" ON "agentpod"."hook_deliveries" USING btree ("hook_id","seq");--> statement-breakpoint
CREATE POLICY "deployment_hooks_app" ON "agentpod"."deployment_hooks" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "deployment_hooks_system" ON "agentpod"."deployment_hooks" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "git_remotes_app" ON "agentpod"."git_remotes" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "git_remotes_system" ON "agentpod"."git_remotes" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "hook_deliveries_app" ON "agentpod"."hook_deliveries" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "hook_deliveries_system" ON "agentpod"."hook_deliveries" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);
--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."deployment_hooks" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "agentpod"."git_remotes" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "agentpod"."hook_deliveries" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT ("id", "tenant_id", "tenant", "name", "kind", "url", "branch", "known_hosts", "created_by", "created_at", "refused_at"), INSERT, DELETE
  ON "agentpod"."deployment_hooks" TO "agentpod_app";
--> statement-breakpoint
GRANT SELECT ON "agentpod"."hook_deliveries" TO "agentpod_app";
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."git_remotes" TO "agentpod_app";
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."deployment_hooks", "agentpod"."hook_deliveries", "agentpod"."git_remotes" TO "agentpod_system";
