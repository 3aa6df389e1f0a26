ALTER TABLE "agentpod"."secrets" ADD COLUMN "sole_mark" text;--> statement-breakpoint
ALTER TABLE "agentpod"."secrets" ADD CONSTRAINT "secrets_sole_mark" UNIQUE("sole_mark");