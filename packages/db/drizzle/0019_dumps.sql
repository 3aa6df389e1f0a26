ALTER TABLE "agentpod"."backup_schedules" ADD COLUMN "unit" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "agentpod"."volume_backups" ADD COLUMN "unit" text;--> statement-breakpoint
ALTER TABLE "agentpod"."volume_backups" ADD COLUMN "dump" jsonb;--> statement-breakpoint
ALTER TABLE "agentpod"."volume_backups" ADD COLUMN "counts" jsonb;--> statement-breakpoint
ALTER TABLE "agentpod"."volume_backups" ADD COLUMN "checked_by" uuid;--> statement-breakpoint
ALTER TABLE "agentpod"."backup_schedules" DROP CONSTRAINT "backup_schedules_pkey";
--> statement-breakpoint
ALTER TABLE "agentpod"."backup_schedules" ADD CONSTRAINT "backup_schedules_pkey" PRIMARY KEY("pod_id","unit");