CREATE TABLE "agentpod"."event_archives" (
	"from_seq" bigint PRIMARY KEY NOT NULL,
	"to_seq" bigint NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	"file" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agentpod"."event_archives" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agentpod"."event_seals" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"event_id" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"sealed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "event_seals_event" UNIQUE("event_id")
);
--> statement-breakpoint
ALTER TABLE "agentpod"."event_seals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "events_actor" ON "agentpod"."events" USING btree ("actor","xid","id");--> statement-breakpoint
CREATE INDEX "events_at" ON "agentpod"."events" USING btree ("at");--> statement-breakpoint
CREATE POLICY "event_archives_system" ON "agentpod"."event_archives" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "event_seals_system" ON "agentpod"."event_seals" AS PERMISSIVE FOR ALL TO "agentpod_system" USING (true) WITH CHECK (true);--> statement-breakpoint
-- From here on by hand: drizzle-kit knows no FORCE, functions or grants.
ALTER TABLE "agentpod"."event_archives" FORCE ROW LEVEL SECURITY;
ALTER TABLE "agentpod"."event_seals" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Seals are added, and never changed or taken away by anybody who serves; the app role does not see them.
GRANT SELECT, INSERT ON "agentpod"."event_seals" TO "agentpod_system";
GRANT SELECT ON "agentpod"."event_archives" TO "agentpod_system";
--> statement-breakpoint
-- Moving old events out is the owner's right, which it uses in this one function: a whole beginning of the chain, older than a
-- day, none missing, and the anchor is written with it.
CREATE POLICY "event_archives_owner" ON "agentpod"."event_archives" TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY "event_seals_owner" ON "agentpod"."event_seals" TO CURRENT_USER USING (current_setting('agentpod.archiving', true) = 'yes');
CREATE POLICY "events_owner" ON "agentpod"."events" TO CURRENT_USER USING (current_setting('agentpod.archiving', true) = 'yes') WITH CHECK (false);
CREATE FUNCTION "agentpod"."archive_events"(upto bigint, archive_file text, archive_sha256 text, archive_bytes bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	first bigint;
	last bigint;
	before bytea;
	removed bigint;
BEGIN
	PERFORM set_config('agentpod.archiving', 'yes', true);
	PERFORM pg_advisory_xact_lock(7204113952);
	SELECT min(seq), max(seq) INTO first, last FROM agentpod.event_seals;
	IF first IS NULL OR upto < first OR upto >= last THEN
		RAISE EXCEPTION 'there is no such beginning of the chain';
	END IF;
	SELECT a.hash INTO before FROM agentpod.event_archives a ORDER BY a.to_seq DESC LIMIT 1;
	IF first <> coalesce((SELECT max(a.to_seq) FROM agentpod.event_archives a), 0) + 1 THEN
		RAISE EXCEPTION 'seals before % are missing', first;
	END IF;
	IF EXISTS (SELECT FROM agentpod.events e JOIN agentpod.event_seals s ON s.event_id = e.id WHERE s.seq <= upto AND e.at > now() - interval '1 day') THEN
		RAISE EXCEPTION 'an event is younger than a day';
	END IF;
	INSERT INTO agentpod.event_archives (from_seq, to_seq, previous_hash, hash, file, sha256, bytes)
		SELECT first, upto, coalesce(before, decode(repeat('00', 32), 'hex')), s.hash, archive_file, archive_sha256, archive_bytes
		FROM agentpod.event_seals s WHERE s.seq = upto;
	DELETE FROM agentpod.events e USING agentpod.event_seals s WHERE s.event_id = e.id AND s.seq <= upto;
	GET DIAGNOSTICS removed = ROW_COUNT;
	IF removed <> upto - first + 1 THEN
		RAISE EXCEPTION 'an event of these is gone';
	END IF;
	DELETE FROM agentpod.event_seals WHERE seq <= upto;
	PERFORM set_config('agentpod.archiving', '', true);
END $$;
REVOKE ALL ON FUNCTION "agentpod"."archive_events"(bigint, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "agentpod"."archive_events"(bigint, text, text, bigint) TO "agentpod_system";
