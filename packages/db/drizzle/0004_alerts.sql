CREATE TABLE "agentpod"."alert_channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"language" text NOT NULL,
	"target" text NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alert_channels_tenant_name" UNIQUE NULLS NOT DISTINCT("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."alert_channels" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."alert_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "agentpod"."alert_deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alert_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"tenant_id" uuid,
	"notice" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"lease_until" timestamp with time zone,
	"error" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"delivered_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "agentpod"."alert_deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."alert_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"pod" text,
	"threshold" double precision,
	"for_seconds" integer NOT NULL,
	"channels" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alert_rules_tenant_name" UNIQUE NULLS NOT DISTINCT("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."alert_rules" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rule_id" uuid,
	"rule" text NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" uuid,
	"tenant" text,
	"subject" text NOT NULL,
	"subject_name" text NOT NULL,
	"state" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"fired_at" timestamp with time zone,
	"resolved_at" timestamp with time zone,
	"quiet_since" timestamp with time zone,
	"message" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."alerts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_channels" ADD CONSTRAINT "alert_channels_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_deliveries" ADD CONSTRAINT "alert_deliveries_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "agentpod"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_deliveries" ADD CONSTRAINT "alert_deliveries_channel_id_alert_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "agentpod"."alert_channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_deliveries" ADD CONSTRAINT "alert_deliveries_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_rules" ADD CONSTRAINT "alert_rules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."alerts" ADD CONSTRAINT "alerts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_deliveries_due" ON "agentpod"."alert_deliveries" USING btree ("state","next_at");--> statement-breakpoint
CREATE INDEX "alert_deliveries_alert" ON "agentpod"."alert_deliveries" USING btree ("alert_id","channel_id","seq");--> statement-breakpoint
CREATE INDEX "alert_deliveries_channel" ON "agentpod"."alert_deliveries" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "alert_deliveries_tenant" ON "agentpod"."alert_deliveries" USING btree ("tenant_id","seq");--> statement-breakpoint
CREATE INDEX "alerts_state" ON "agentpod"."alerts" USING btree ("state","since");--> statement-breakpoint
CREATE INDEX "alerts_tenant" ON "agentpod"."alerts" USING btree ("tenant_id","since");--> statement-breakpoint
CREATE POLICY "alert_channels_app" ON "agentpod"."alert_channels" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "alert_channels_system" ON "agentpod"."alert_channels" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "alert_deliveries_app" ON "agentpod"."alert_deliveries" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "alert_deliveries_system" ON "agentpod"."alert_deliveries" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "alert_rules_app" ON "agentpod"."alert_rules" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "alert_rules_system" ON "agentpod"."alert_rules" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "alerts_app" ON "agentpod"."alerts" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "alerts_system" ON "agentpod"."alerts" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."alert_channels" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."alert_deliveries" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."alert_rules" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."alerts" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- The app role does not read what is sealed, and writes neither alerts nor the queue.
GRANT SELECT ("id", "tenant_id", "name", "kind", "language", "target", "created_at"), INSERT, DELETE ON "agentpod"."alert_channels" TO "agentpod_app";
GRANT SELECT, INSERT, DELETE ON "agentpod"."alert_rules" TO "agentpod_app";
GRANT SELECT ON "agentpod"."alerts", "agentpod"."alert_deliveries" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."alert_channels", "agentpod"."alert_rules", "agentpod"."alerts", "agentpod"."alert_deliveries" TO "agentpod_system";
--> statement-breakpoint
-- Tokens that stand for the whole installation may go on doing all there is to do. The owner is held by policies, too.
ALTER TABLE "agentpod"."tokens" NO FORCE ROW LEVEL SECURITY;
UPDATE "agentpod"."tokens" SET "permissions" = (SELECT array_agg(DISTINCT p) FROM unnest("permissions" || ARRAY['alert.read', 'alert.write']) AS p)
	WHERE "tenant_id" IS NULL AND "permissions" @> ARRAY['tenant.create', 'tenant.delete', 'secret.reveal', 'platform.reconcile', 'platform.settings'];
ALTER TABLE "agentpod"."tokens" FORCE ROW LEVEL SECURITY;
