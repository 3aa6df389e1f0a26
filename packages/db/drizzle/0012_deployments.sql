CREATE TABLE "agentpod"."deployments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "agentpod"."deployments_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"name" text NOT NULL,
	"number" integer NOT NULL,
	"action" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"step" text,
	"message" text DEFAULT '' NOT NULL,
	"source" text NOT NULL,
	"origin" text NOT NULL,
	"settings" jsonb NOT NULL,
	"analysis" jsonb,
	"artifact" text,
	"environment" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"environment_version" integer DEFAULT 0 NOT NULL,
	"pod_id" uuid,
	"build_pod_id" uuid,
	"generation" integer,
	"target" integer,
	"url" text,
	"operation_id" uuid,
	"actor" text NOT NULL,
	"log" text DEFAULT '' NOT NULL,
	"key_id" text,
	"ciphertext" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "deployments_number" UNIQUE("tenant_id","name","number")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."deployments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."deployments" ADD CONSTRAINT "deployments_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deployments_queue" ON "agentpod"."deployments" USING btree ("seq") WHERE state in ('queued', 'running');--> statement-breakpoint
CREATE POLICY "deployments_app" ON "agentpod"."deployments" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "deployments_system" ON "agentpod"."deployments" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);
--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."deployments" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT ("id", "seq", "tenant_id", "tenant", "name", "number", "action", "state", "step", "message", "source", "origin", "settings", "analysis", "artifact",
  "environment", "environment_version", "pod_id", "build_pod_id", "generation", "target", "url", "operation_id", "actor", "log", "created_at", "finished_at"),
  INSERT, UPDATE ("operation_id") ON "agentpod"."deployments" TO "agentpod_app";
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."deployments" TO "agentpod_system";
