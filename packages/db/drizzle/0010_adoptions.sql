CREATE TABLE "agentpod"."adoptions" (
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"unit" text NOT NULL,
	"revision" text NOT NULL,
	"container_id" text NOT NULL,
	"found" jsonb NOT NULL,
	"ports" jsonb NOT NULL,
	"volumes" text[] NOT NULL,
	"folders" text[] NOT NULL,
	"is_releasing" boolean DEFAULT false NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "adoptions_pkey" PRIMARY KEY("pod_id"),
	CONSTRAINT "adoptions_container" UNIQUE("container_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."adoptions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."adoptions" ADD CONSTRAINT "adoptions_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "adoptions_app" ON "agentpod"."adoptions" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "adoptions_system" ON "agentpod"."adoptions" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE and no grants.
ALTER TABLE "agentpod"."adoptions" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- The app role does not read what is sealed.
GRANT SELECT ("pod_id", "tenant_id", "unit", "revision", "container_id", "found", "ports", "volumes", "folders", "is_releasing", "created_at"), INSERT,
	UPDATE ("is_releasing") ON "agentpod"."adoptions" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."adoptions" TO "agentpod_system";
--> statement-breakpoint
-- Tokens that stand for the whole installation may go on doing all there is to do. The owner is held by policies, too.
ALTER TABLE "agentpod"."tokens" NO FORCE ROW LEVEL SECURITY;
UPDATE "agentpod"."tokens" SET "permissions" = (SELECT array_agg(DISTINCT p) FROM unnest("permissions" || ARRAY['platform.adopt']) AS p)
	WHERE "tenant_id" IS NULL AND "permissions" @> ARRAY['tenant.create', 'tenant.delete', 'secret.reveal', 'platform.reconcile', 'platform.settings'];
ALTER TABLE "agentpod"."tokens" FORCE ROW LEVEL SECURITY;
