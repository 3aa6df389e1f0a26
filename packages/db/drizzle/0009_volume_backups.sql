CREATE TABLE "agentpod"."backup_schedules" (
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"target_id" uuid,
	"cron" text NOT NULL,
	"time_zone" text NOT NULL,
	"live" boolean NOT NULL,
	"keep" jsonb NOT NULL,
	"drill_cron" text,
	"next_at" timestamp with time zone NOT NULL,
	"next_drill_at" timestamp with time zone,
	"last_success_at" timestamp with time zone,
	"failure" jsonb,
	"drill_failure" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "backup_schedules_pkey" PRIMARY KEY("pod_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."backup_schedules" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."backup_targets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "backup_targets_tenant_name" UNIQUE NULLS NOT DISTINCT("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."backup_targets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."volume_backups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"pod_id" uuid NOT NULL,
	"pod" text NOT NULL,
	"target_id" uuid,
	"trigger" text NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"object" text NOT NULL,
	"bytes" bigint,
	"volumes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"operation_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"drill" jsonb
);
--> statement-breakpoint
ALTER TABLE "agentpod"."volume_backups" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."pods" ADD COLUMN "held" text;--> statement-breakpoint
ALTER TABLE "agentpod"."pods" ADD COLUMN "volume_copies" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "agentpod"."backup_schedules" ADD CONSTRAINT "backup_schedules_target_id_backup_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "agentpod"."backup_targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."backup_schedules" ADD CONSTRAINT "backup_schedules_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."backup_targets" ADD CONSTRAINT "backup_targets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."volume_backups" ADD CONSTRAINT "volume_backups_target_id_backup_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "agentpod"."backup_targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "backup_schedules_next" ON "agentpod"."backup_schedules" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "volume_backups_tenant" ON "agentpod"."volume_backups" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "volume_backups_pod" ON "agentpod"."volume_backups" USING btree ("pod_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "volume_backups_running" ON "agentpod"."volume_backups" USING btree ("pod_id") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "volume_backups_state" ON "agentpod"."volume_backups" USING btree ("state");--> statement-breakpoint
CREATE POLICY "backup_schedules_app" ON "agentpod"."backup_schedules" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "backup_schedules_system" ON "agentpod"."backup_schedules" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "backup_targets_app" ON "agentpod"."backup_targets" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "backup_targets_system" ON "agentpod"."backup_targets" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "backup_targets_shared" ON "agentpod"."backup_targets" AS PERMISSIVE FOR SELECT TO "agentpod_app" USING (tenant_id is null);--> statement-breakpoint
CREATE POLICY "volume_backups_app" ON "agentpod"."volume_backups" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "volume_backups_system" ON "agentpod"."volume_backups" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."backup_schedules" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."backup_targets" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."volume_backups" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- The app role does not read what is sealed, and writes no backups: those are the work of operations. It does not let pods go.
GRANT SELECT ("id", "tenant_id", "name", "config", "created_at"), INSERT, DELETE ON "agentpod"."backup_targets" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."backup_schedules" TO "agentpod_app";
GRANT SELECT ON "agentpod"."volume_backups" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."backup_schedules", "agentpod"."backup_targets", "agentpod"."volume_backups" TO "agentpod_system";
--> statement-breakpoint
-- Tokens that stand for the whole installation may go on doing all there is to do. The owner is held by policies, too.
ALTER TABLE "agentpod"."tokens" NO FORCE ROW LEVEL SECURITY;
UPDATE "agentpod"."tokens" SET "permissions" = (SELECT array_agg(DISTINCT p) FROM unnest("permissions" || ARRAY['backup.read', 'backup.write']) AS p)
	WHERE "tenant_id" IS NULL AND "permissions" @> ARRAY['tenant.create', 'tenant.delete', 'secret.reveal', 'platform.reconcile', 'platform.settings'];
ALTER TABLE "agentpod"."tokens" FORCE ROW LEVEL SECURITY;
