CREATE SCHEMA "agentpod";
--> statement-breakpoint
-- The transaction's tenants: '*' is every one, else an array of ids. Without the setting, and on a reused connection
-- where it has become the empty string, nobody's rows are seen.
CREATE FUNCTION "agentpod"."all_tenants"() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT coalesce(current_setting('app.tenants', true), '') = '*'
$$;--> statement-breakpoint
CREATE FUNCTION "agentpod"."allowed_tenants"() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN setting IN ('', '*') THEN '{}'::uuid[] ELSE setting::uuid[] END
	FROM (SELECT coalesce(current_setting('app.tenants', true), '') AS setting) AS s
$$;--> statement-breakpoint
CREATE SEQUENCE "agentpod"."secret_revision" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "agentpod"."allocations" (
	"server" text NOT NULL,
	"kind" text NOT NULL,
	"value" integer NOT NULL,
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	CONSTRAINT "allocations_pkey" PRIMARY KEY("server","kind","value"),
	CONSTRAINT "allocations_purpose" UNIQUE("pod_id","kind","purpose")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."allocations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."artifacts" (
	"digest" text NOT NULL,
	"tenant_id" uuid,
	"bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "artifacts_digest_tenant" UNIQUE NULLS NOT DISTINCT("digest","tenant_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."artifacts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."events" (
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agentpod"."events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"type" text NOT NULL,
	"tenant_id" uuid,
	"tenant" text,
	"pod" text,
	"pod_id" uuid,
	"actor" text NOT NULL,
	"source" text,
	"result" text NOT NULL,
	"message" text NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."hostnames" (
	"host" text PRIMARY KEY NOT NULL,
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."hostnames" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."pod_revisions" (
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"generation" integer NOT NULL,
	"spec" jsonb NOT NULL,
	"template_name" text,
	"template_version" integer,
	"inputs" jsonb NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pod_revisions_pkey" PRIMARY KEY("pod_id","generation")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."pod_revisions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."pods" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"template_name" text,
	"template_version" integer,
	"inputs" jsonb NOT NULL,
	"spec" jsonb NOT NULL,
	"desired" text DEFAULT 'running' NOT NULL,
	"keep_data" boolean DEFAULT false NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"restarts" integer DEFAULT 0 NOT NULL,
	"status" jsonb NOT NULL,
	"server" text NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	"lease_epoch" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pods_tenant_name" UNIQUE("tenant_id","name"),
	CONSTRAINT "pods_id_tenant" UNIQUE("id","tenant_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."pods" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."route_table" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "route_table_one_row" CHECK ("agentpod"."route_table"."only")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."route_table" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."routes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"unit" text NOT NULL,
	"port" text NOT NULL,
	"hosts" text[] NOT NULL,
	"path" text NOT NULL,
	"public_port" integer,
	"timeout_seconds" integer NOT NULL,
	"drain_seconds" integer NOT NULL,
	"state" text DEFAULT 'unready' NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"upstreams" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "routes_pod_index" UNIQUE("pod_id","index")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."routes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."secrets" (
	"pod_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"revision" bigint NOT NULL,
	"key_id" text NOT NULL,
	"ciphertext" "bytea" NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "secrets_pkey" PRIMARY KEY("pod_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."secrets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."servers" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."servers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb,
	"actor" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."template_versions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"template_id" uuid NOT NULL,
	"tenant_id" uuid,
	"version" integer NOT NULL,
	"template" jsonb NOT NULL,
	"hash" text NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "template_versions_version" UNIQUE("template_id","version")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."template_versions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."templates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid,
	"name" text NOT NULL,
	CONSTRAINT "templates_tenant_name" UNIQUE NULLS NOT DISTINCT("tenant_id","name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."templates" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."tenants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"quota" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenants_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."tenants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"tenant_id" uuid,
	"permissions" text[] NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "tokens_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."tombstones" (
	"pod_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"pod" text NOT NULL,
	"keep_data" boolean NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."tombstones" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agentpod"."allocations" ADD CONSTRAINT "allocations_server_servers_name_fk" FOREIGN KEY ("server") REFERENCES "agentpod"."servers"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."allocations" ADD CONSTRAINT "allocations_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."artifacts" ADD CONSTRAINT "artifacts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."hostnames" ADD CONSTRAINT "hostnames_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."pod_revisions" ADD CONSTRAINT "pod_revisions_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."pods" ADD CONSTRAINT "pods_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."pods" ADD CONSTRAINT "pods_server_servers_name_fk" FOREIGN KEY ("server") REFERENCES "agentpod"."servers"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."routes" ADD CONSTRAINT "routes_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."secrets" ADD CONSTRAINT "secrets_pod" FOREIGN KEY ("pod_id","tenant_id") REFERENCES "agentpod"."pods"("id","tenant_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."template_versions" ADD CONSTRAINT "template_versions_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "agentpod"."templates"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."template_versions" ADD CONSTRAINT "template_versions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."templates" ADD CONSTRAINT "templates_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agentpod"."tokens" ADD CONSTRAINT "tokens_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "agentpod"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_cursor" ON "agentpod"."events" USING btree ("xid","id");--> statement-breakpoint
CREATE INDEX "events_pod" ON "agentpod"."events" USING btree ("tenant","pod","xid","id");--> statement-breakpoint
CREATE INDEX "events_tenant" ON "agentpod"."events" USING btree ("tenant_id","xid","id");--> statement-breakpoint
CREATE INDEX "hostnames_pod" ON "agentpod"."hostnames" USING btree ("pod_id");--> statement-breakpoint
CREATE INDEX "pods_server" ON "agentpod"."pods" USING btree ("server");--> statement-breakpoint
CREATE INDEX "template_versions_tenant" ON "agentpod"."template_versions" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "tokens_tenant" ON "agentpod"."tokens" USING btree ("tenant_id");--> statement-breakpoint
CREATE POLICY "allocations_app" ON "agentpod"."allocations" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "allocations_system" ON "agentpod"."allocations" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "artifacts_app" ON "agentpod"."artifacts" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "artifacts_system" ON "agentpod"."artifacts" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "artifacts_shared" ON "agentpod"."artifacts" AS PERMISSIVE FOR SELECT TO "agentpod_app" USING (tenant_id is null);--> statement-breakpoint
CREATE POLICY "events_app" ON "agentpod"."events" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "events_system" ON "agentpod"."events" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "hostnames_app" ON "agentpod"."hostnames" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "hostnames_system" ON "agentpod"."hostnames" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "pod_revisions_app" ON "agentpod"."pod_revisions" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "pod_revisions_system" ON "agentpod"."pod_revisions" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "pods_app" ON "agentpod"."pods" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "pods_system" ON "agentpod"."pods" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "route_table_app" ON "agentpod"."route_table" AS PERMISSIVE FOR ALL TO "agentpod_app" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "route_table_system" ON "agentpod"."route_table" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "routes_app" ON "agentpod"."routes" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "routes_system" ON "agentpod"."routes" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "secrets_app" ON "agentpod"."secrets" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "secrets_system" ON "agentpod"."secrets" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "servers_app" ON "agentpod"."servers" AS PERMISSIVE FOR SELECT TO "agentpod_app" USING (true);--> statement-breakpoint
CREATE POLICY "servers_system" ON "agentpod"."servers" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "settings_app" ON "agentpod"."settings" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants())) WITH CHECK ((select agentpod.all_tenants()));--> statement-breakpoint
CREATE POLICY "settings_installation" ON "agentpod"."settings" AS PERMISSIVE FOR SELECT TO "agentpod_app" USING (key = 'installation');--> statement-breakpoint
CREATE POLICY "settings_system" ON "agentpod"."settings" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "template_versions_app" ON "agentpod"."template_versions" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "template_versions_system" ON "agentpod"."template_versions" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "template_versions_shared" ON "agentpod"."template_versions" AS PERMISSIVE FOR SELECT TO "agentpod_app" USING (tenant_id is null);--> statement-breakpoint
CREATE POLICY "templates_app" ON "agentpod"."templates" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "templates_system" ON "agentpod"."templates" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "templates_shared" ON "agentpod"."templates" AS PERMISSIVE FOR SELECT TO "agentpod_app" USING (tenant_id is null);--> statement-breakpoint
CREATE POLICY "tenants_app" ON "agentpod"."tenants" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "tenants_system" ON "agentpod"."tenants" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tokens_app" ON "agentpod"."tokens" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "tokens_system" ON "agentpod"."tokens" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tombstones_app" ON "agentpod"."tombstones" AS PERMISSIVE FOR ALL TO "agentpod_app" USING ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[])) WITH CHECK ((select agentpod.all_tenants()) or tenant_id = any ((select agentpod.allowed_tenants())::uuid[]));--> statement-breakpoint
CREATE POLICY "tombstones_system" ON "agentpod"."tombstones" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE, triggers or grants.
ALTER TABLE "agentpod"."allocations" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."artifacts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."events" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."hostnames" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."pod_revisions" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."pods" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."route_table" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."routes" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."secrets" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."servers" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."settings" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."template_versions" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."templates" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."tenants" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."tokens" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."tombstones" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- FORCE holds the owner too; these few rows it has to reach itself.
CREATE POLICY "settings_owner" ON "agentpod"."settings" TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY "servers_owner" ON "agentpod"."servers" TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY "route_table_owner" ON "agentpod"."route_table" TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY "hostnames_owner" ON "agentpod"."hostnames" FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY "templates_owner" ON "agentpod"."templates" FOR SELECT TO CURRENT_USER USING (true);
--> statement-breakpoint
INSERT INTO "agentpod"."route_table" DEFAULT VALUES;
INSERT INTO "agentpod"."servers" ("name") VALUES ('local');
--> statement-breakpoint
-- Answers yes or no across tenants, and never whose; hence with the owner's rights.
CREATE FUNCTION "agentpod"."taken_hosts"(hosts text[]) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
	SELECT h.host FROM agentpod.hostnames AS h WHERE h.host = ANY (hosts) ORDER BY 1
$$;
REVOKE ALL ON FUNCTION "agentpod"."taken_hosts"(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "agentpod"."taken_hosts"(text[]) TO "agentpod_app", "agentpod_system";
--> statement-breakpoint
CREATE FUNCTION "agentpod"."notify_pod"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('agentpod_pods', NEW.id::text);
	RETURN NULL;
END $$;
CREATE TRIGGER "pods_inserted" AFTER INSERT ON "agentpod"."pods" FOR EACH ROW EXECUTE FUNCTION "agentpod"."notify_pod"();
CREATE TRIGGER "pods_intent" AFTER UPDATE OF "desired", "generation", "restarts" ON "agentpod"."pods" FOR EACH ROW
	WHEN (OLD.desired IS DISTINCT FROM NEW.desired OR OLD.generation IS DISTINCT FROM NEW.generation OR OLD.restarts IS DISTINCT FROM NEW.restarts)
	EXECUTE FUNCTION "agentpod"."notify_pod"();
--> statement-breakpoint
CREATE FUNCTION "agentpod"."notify_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('agentpod_events', '');
	RETURN NULL;
END $$;
CREATE TRIGGER "events_inserted" AFTER INSERT ON "agentpod"."events" FOR EACH STATEMENT EXECUTE FUNCTION "agentpod"."notify_events"();
--> statement-breakpoint
CREATE FUNCTION "agentpod"."notify_routes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('agentpod_routes', NEW.version::text);
	RETURN NULL;
END $$;
CREATE TRIGGER "route_table_changed" AFTER UPDATE ON "agentpod"."route_table" FOR EACH ROW
	WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION "agentpod"."notify_routes"();
--> statement-breakpoint
-- A version carries its template's tenant, whoever writes it.
CREATE FUNCTION "agentpod"."check_template_tenant"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM agentpod.templates AS t WHERE t.id = NEW.template_id AND t.tenant_id IS NOT DISTINCT FROM NEW.tenant_id) THEN
		RAISE EXCEPTION 'a template version belongs to the tenant of its template' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'template_versions_tenant_matches';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "template_versions_tenant_matches" BEFORE INSERT ON "agentpod"."template_versions" FOR EACH ROW EXECUTE FUNCTION "agentpod"."check_template_tenant"();
--> statement-breakpoint
GRANT USAGE ON SCHEMA "agentpod" TO "agentpod_app", "agentpod_system";
GRANT USAGE ON SEQUENCE "agentpod"."secret_revision" TO "agentpod_app", "agentpod_system";
GRANT SELECT ON ALL TABLES IN SCHEMA "agentpod" TO "agentpod_app", "agentpod_system";
--> statement-breakpoint
-- The app role writes intent; what the reconciler alone writes (status, lease, allocations, what is served) it cannot.
GRANT INSERT, UPDATE ("state", "quota"), DELETE ON "agentpod"."tenants" TO "agentpod_app";
GRANT INSERT, UPDATE ("value", "actor", "updated_at") ON "agentpod"."settings" TO "agentpod_app";
GRANT INSERT ("id", "tenant_id", "name", "template_name", "template_version", "inputs", "spec", "status", "server"),
	UPDATE ("template_name", "template_version", "inputs", "spec", "desired", "keep_data", "generation", "restarts", "updated_at")
	ON "agentpod"."pods" TO "agentpod_app";
GRANT INSERT ON "agentpod"."pod_revisions" TO "agentpod_app";
GRANT INSERT, UPDATE, DELETE ON "agentpod"."routes", "agentpod"."hostnames", "agentpod"."secrets" TO "agentpod_app";
GRANT UPDATE ("version") ON "agentpod"."route_table" TO "agentpod_app";
GRANT INSERT, UPDATE ("name") ON "agentpod"."templates" TO "agentpod_app";
GRANT INSERT ON "agentpod"."template_versions", "agentpod"."artifacts" TO "agentpod_app";
GRANT INSERT, UPDATE ("last_used_at"), DELETE ON "agentpod"."tokens" TO "agentpod_app";
--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON "agentpod"."tenants", "agentpod"."servers", "agentpod"."settings", "agentpod"."pods", "agentpod"."routes",
	"agentpod"."hostnames", "agentpod"."allocations", "agentpod"."secrets", "agentpod"."templates", "agentpod"."tokens" TO "agentpod_system";
GRANT INSERT ON "agentpod"."pod_revisions", "agentpod"."template_versions", "agentpod"."artifacts", "agentpod"."tombstones" TO "agentpod_system";
GRANT UPDATE ("version") ON "agentpod"."route_table" TO "agentpod_system";
--> statement-breakpoint
-- Append-only: nobody who serves may update or delete, or choose an event's place or time.
GRANT INSERT ("type", "tenant_id", "tenant", "pod", "pod_id", "actor", "source", "result", "message", "data")
	ON "agentpod"."events" TO "agentpod_app", "agentpod_system";
