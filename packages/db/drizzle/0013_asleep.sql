ALTER TABLE "agentpod"."pods" ADD COLUMN "slept_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "agentpod"."pods" ADD COLUMN "wake_at" timestamp with time zone;--> statement-breakpoint
GRANT UPDATE ("slept_at", "wake_at") ON "agentpod"."pods" TO "agentpod_app";
