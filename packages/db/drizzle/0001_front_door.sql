CREATE TABLE "agentpod"."acme_accounts" (
	"directory" text PRIMARY KEY NOT NULL,
	"url" text,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."acme_accounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."authorities" (
	"name" text PRIMARY KEY NOT NULL,
	"certificate" text NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."authorities" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."certificates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"names" text[] NOT NULL,
	"names_hash" text NOT NULL,
	"source" text NOT NULL,
	"chain" text,
	"key_id" text,
	"ciphertext" "bytea",
	"not_before" timestamp with time zone,
	"not_after" timestamp with time zone,
	"issuer" text,
	"serial" text,
	"fingerprint" text,
	"challenge" text,
	"renew_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"message" text DEFAULT '' NOT NULL,
	"fault" text,
	"ocsp_response" text,
	"ocsp_next_update" timestamp with time zone,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "certificates_owner_names_source" UNIQUE NULLS NOT DISTINCT("tenant_id","names_hash","source")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."certificates" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."dns_providers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"zones" text[] NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dns_providers_tenant_name" UNIQUE NULLS NOT DISTINCT("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."dns_providers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."domains" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"method" text,
	"token" text NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"checked_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "domains_tenant_name" UNIQUE("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."domains" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."routes" ADD COLUMN "policies" jsonb;--> statement-breakpoint
ALTER TABLE "agentpod"."routes" ADD COLUMN "split" jsonb;--> statement-breakpoint
ALTER TABLE "agentpod"."routes" ADD COLUMN "wake" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "agentpod"."routes" ADD COLUMN "wake_seconds" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
ALTER TABLE "agentpod"."certificates" ADD CONSTRAINT "certificates_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."dns_providers" ADD CONSTRAINT "dns_providers_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."domains" ADD CONSTRAINT "domains_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "certificates_tenant" ON "agentpod"."certificates" USING btree ("tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_verified_name" ON "agentpod"."domains" USING btree ("name") WHERE state = 'verified';--> statement-breakpoint
CREATE POLICY "acme_accounts_system" ON "agentpod"."acme_accounts" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "authorities_system" ON "agentpod"."authorities" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "certificates_app" ON "agentpod"."certificates" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "certificates_system" ON "agentpod"."certificates" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "dns_providers_app" ON "agentpod"."dns_providers" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "dns_providers_system" ON "agentpod"."dns_providers" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "domains_app" ON "agentpod"."domains" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "domains_system" ON "agentpod"."domains" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE, triggers or grants.
ALTER TABLE "agentpod"."acme_accounts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."authorities" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."certificates" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."dns_providers" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."domains" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- For the trigger below, which looks across tenants with the owner's rights.
CREATE POLICY "domains_owner" ON "agentpod"."domains" FOR SELECT TO CURRENT_USER USING (true);
--> statement-breakpoint
-- No domain at, above or below another tenant's verified one, whoever writes it. The lock makes one look at a time: the query
-- after it sees what the one before has committed.
CREATE FUNCTION "agentpod"."keep_domains_apart"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(7204113952);
	IF EXISTS (
		SELECT FROM agentpod.domains AS d
		WHERE d.state = 'verified' AND d.tenant_id <> NEW.tenant_id
			AND (d.name = NEW.name OR right(NEW.name, length(d.name) + 1) = '.' || d.name OR right(d.name, length(NEW.name) + 1) = '.' || NEW.name)
	) THEN
		RAISE EXCEPTION 'the domain belongs to another tenant' USING ERRCODE = 'unique_violation', CONSTRAINT = 'domains_apart';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "domains_apart" BEFORE INSERT OR UPDATE OF "name", "state", "tenant_id" ON "agentpod"."domains"
	FOR EACH ROW EXECUTE FUNCTION "agentpod"."keep_domains_apart"();
--> statement-breakpoint
-- What decides which certificates are wanted and served; not leases, failures or notes.
CREATE FUNCTION "agentpod"."notify_certificates"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('agentpod_certificates', '');
	RETURN NULL;
END $$;
-- A pod's hosts are written with every revision; mostly none has changed.
CREATE FUNCTION "agentpod"."notify_hostnames"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM changed) THEN
		PERFORM pg_notify('agentpod_certificates', '');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER "domains_told" AFTER INSERT OR DELETE ON "agentpod"."domains"
	FOR EACH STATEMENT EXECUTE FUNCTION "agentpod"."notify_certificates"();
CREATE TRIGGER "domains_state_told" AFTER UPDATE OF "state", "method" ON "agentpod"."domains" FOR EACH ROW
	WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.method IS DISTINCT FROM NEW.method)
	EXECUTE FUNCTION "agentpod"."notify_certificates"();
CREATE TRIGGER "certificates_told" AFTER INSERT OR DELETE ON "agentpod"."certificates"
	FOR EACH STATEMENT EXECUTE FUNCTION "agentpod"."notify_certificates"();
CREATE TRIGGER "certificates_state_told" AFTER UPDATE OF "chain", "renew_at", "ocsp_response" ON "agentpod"."certificates" FOR EACH ROW
	WHEN (OLD.chain IS DISTINCT FROM NEW.chain OR OLD.renew_at IS DISTINCT FROM NEW.renew_at OR OLD.ocsp_response IS DISTINCT FROM NEW.ocsp_response)
	EXECUTE FUNCTION "agentpod"."notify_certificates"();
CREATE TRIGGER "dns_providers_told" AFTER INSERT OR UPDATE OR DELETE ON "agentpod"."dns_providers"
	FOR EACH STATEMENT EXECUTE FUNCTION "agentpod"."notify_certificates"();
CREATE TRIGGER "hostnames_inserted" AFTER INSERT ON "agentpod"."hostnames" REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION "agentpod"."notify_hostnames"();
CREATE TRIGGER "hostnames_deleted" AFTER DELETE ON "agentpod"."hostnames" REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION "agentpod"."notify_hostnames"();
--> statement-breakpoint
-- Sealed columns are for the system role alone: the app role may put a key or credentials, and never reads them.
GRANT SELECT, INSERT, DELETE, UPDATE ("state", "method", "message", "checked_at", "verified_at") ON "agentpod"."domains" TO "agentpod_app";
GRANT SELECT ("id", "tenant_id", "names", "names_hash", "source", "chain", "not_before", "not_after", "issuer", "serial", "fingerprint",
		"challenge", "renew_at", "failures", "next_attempt_at", "message", "fault", "ocsp_response", "ocsp_next_update", "created_at", "updated_at"),
	INSERT ("id", "tenant_id", "names", "names_hash", "source"),
	UPDATE ("chain", "key_id", "ciphertext", "not_before", "not_after", "issuer", "serial", "fingerprint", "challenge", "renew_at", "failures",
		"next_attempt_at", "message", "fault", "ocsp_response", "ocsp_next_update", "updated_at"),
	DELETE ON "agentpod"."certificates" TO "agentpod_app";
GRANT SELECT ("id", "tenant_id", "name", "kind", "zones", "created_at"), INSERT, DELETE ON "agentpod"."dns_providers" TO "agentpod_app";
GRANT SELECT, INSERT, UPDATE, DELETE ON "agentpod"."domains", "agentpod"."certificates", "agentpod"."dns_providers" TO "agentpod_system";
GRANT SELECT, INSERT, UPDATE ON "agentpod"."acme_accounts", "agentpod"."authorities" TO "agentpod_system";
