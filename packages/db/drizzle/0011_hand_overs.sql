CREATE TABLE "agentpod"."hand_overs" (
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"secret_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "hand_overs_pkey" PRIMARY KEY("pod_id"),
	CONSTRAINT "hand_overs_secret_hash" UNIQUE("secret_hash")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."hand_overs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."hand_overs" ADD CONSTRAINT "hand_overs_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "hand_overs_app" ON "agentpod"."hand_overs" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "hand_overs_system" ON "agentpod"."hand_overs" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);
--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."hand_overs" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."hand_overs" TO "agentpod_app", "agentpod_system";
