CREATE TABLE "agentpod"."operation_pods" (
	"operation_id" uuid NOT NULL,
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "operation_pods_pkey" PRIMARY KEY("operation_id","pod_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."operation_pods" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."operation_steps" (
	"operation_id" uuid NOT NULL,
	"tenant_id" uuid,
	"seq" integer NOT NULL,
	"name" text NOT NULL,
	"subject" text,
	"state" text NOT NULL,
	"message" text NOT NULL,
	"outcome" jsonb,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "operation_steps_pkey" PRIMARY KEY("operation_id","seq")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."operation_steps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."operations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "agentpod"."operations_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"tenant_id" uuid,
	"tenant" text,
	"pods" jsonb NOT NULL,
	"actor" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"input" jsonb NOT NULL,
	"output" jsonb,
	"message" text NOT NULL,
	"error" jsonb,
	"attempts" integer DEFAULT 0 NOT NULL,
	"cancelled_by" text,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	"lease_epoch" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "agentpod"."operations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."operation_pods" ADD CONSTRAINT "operation_pods_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "agentpod"."operations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."operation_pods" ADD CONSTRAINT "operation_pods_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."operation_steps" ADD CONSTRAINT "operation_steps_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "agentpod"."operations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."operations" ADD CONSTRAINT "operations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "operation_pods_active" ON "agentpod"."operation_pods" USING btree ("pod_id") WHERE is_active;--> statement-breakpoint
CREATE INDEX "operations_queue" ON "agentpod"."operations" USING btree ("state","kind","seq");--> statement-breakpoint
CREATE INDEX "operations_tenant" ON "agentpod"."operations" USING btree ("tenant_id","seq");--> statement-breakpoint
CREATE POLICY "operation_pods_app" ON "agentpod"."operation_pods" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "operation_pods_system" ON "agentpod"."operation_pods" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "operation_steps_app" ON "agentpod"."operation_steps" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "operation_steps_system" ON "agentpod"."operation_steps" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "operations_app" ON "agentpod"."operations" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "operations_system" ON "agentpod"."operations" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."operations" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."operation_steps" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."operation_pods" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- The app role asks for an operation and for its end; what comes of it is written by who runs it.
GRANT SELECT ON "agentpod"."operations", "agentpod"."operation_steps", "agentpod"."operation_pods" TO "agentpod_app";
GRANT INSERT ("id", "kind", "tenant_id", "tenant", "pods", "actor", "input", "message"), UPDATE ("state", "message", "cancelled_by", "ended_at") ON "agentpod"."operations" TO "agentpod_app";
GRANT INSERT ("operation_id", "pod_id", "tenant_id"), UPDATE ("is_active") ON "agentpod"."operation_pods" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."operations", "agentpod"."operation_steps", "agentpod"."operation_pods" TO "agentpod_system";
