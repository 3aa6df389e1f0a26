CREATE TABLE "agentpod"."previews" (
	"tenant_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"name" text NOT NULL,
	"project" text NOT NULL,
	"preview" text NOT NULL,
	"database" text NOT NULL,
	"copied_at" timestamp with time zone,
	"ttl_seconds" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_by" uuid,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "previews_pkey" PRIMARY KEY("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."previews" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."previews" ADD CONSTRAINT "previews_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "previews_expires" ON "agentpod"."previews" USING btree ("expires_at");--> statement-breakpoint
CREATE POLICY "previews_app" ON "agentpod"."previews" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "previews_system" ON "agentpod"."previews" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);
--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."previews" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "agentpod"."previews" TO "agentpod_app";
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."previews" TO "agentpod_system";
