ALTER TABLE "agentpod"."artifacts" ADD COLUMN "given_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no grants.
GRANT UPDATE ("given_at") ON "agentpod"."artifacts" TO "agentpod_app", "agentpod_system";--> statement-breakpoint
GRANT DELETE ON "agentpod"."artifacts", "agentpod"."pod_revisions" TO "agentpod_system";
