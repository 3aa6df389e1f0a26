CREATE TABLE "agentpod"."customer_accesses" (
	"id" uuid NOT NULL,
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"may_enter" boolean DEFAULT false NOT NULL,
	CONSTRAINT "customer_accesses_pkey" PRIMARY KEY("id"),
	CONSTRAINT "customer_accesses_secret_hash" UNIQUE("secret_hash")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."customer_accesses" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."customer_accesses" ADD CONSTRAINT "customer_accesses_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_accesses_pod_idx" ON "agentpod"."customer_accesses" USING btree ("pod_id");--> statement-breakpoint
CREATE POLICY "customer_accesses_app" ON "agentpod"."customer_accesses" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "customer_accesses_system" ON "agentpod"."customer_accesses" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);
--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."customer_accesses" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."customer_accesses" TO "agentpod_app", "agentpod_system";
