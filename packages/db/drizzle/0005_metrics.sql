CREATE TABLE "agentpod"."metrics" (
	"subject" text NOT NULL,
	"tier" smallint NOT NULL,
	"slot" integer NOT NULL,
	"tenant_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"cpu_cores" double precision,
	"cpu_cores_max" double precision,
	"memory_bytes" double precision,
	"memory_bytes_max" double precision,
	"memory_limit_bytes" double precision,
	"network_in_bytes" double precision,
	"network_out_bytes" double precision,
	"disk_read_bytes" double precision,
	"disk_write_bytes" double precision,
	"disk_used_bytes" double precision,
	"disk_total_bytes" double precision,
	"connections" double precision,
	CONSTRAINT "metrics_pkey" PRIMARY KEY("subject","tier","slot")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."metrics" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."metrics" ADD CONSTRAINT "metrics_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "metrics_app" ON "agentpod"."metrics" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "metrics_system" ON "agentpod"."metrics" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE, grants or storage.
ALTER TABLE "agentpod"."metrics" FORCE ROW LEVEL SECURITY;
-- Rows are written over in their pages, which then need no cleaning up of the index.
ALTER TABLE "agentpod"."metrics" SET (fillfactor = 70);
GRANT SELECT ON "agentpod"."metrics" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."metrics" TO "agentpod_system";
