ALTER TABLE "agentpod"."alert_rules" ADD COLUMN "log_text" text;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_rules" ADD COLUMN "log_level" text;--> statement-breakpoint
ALTER TABLE "agentpod"."alert_rules" ADD COLUMN "log_minutes" integer DEFAULT 5 NOT NULL;