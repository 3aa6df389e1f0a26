import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** 64-bit transaction id, as text. */
export const xid8 = customType<{ data: string; driverData: string }>({ dataType: () => "xid8" });

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const createdAt = () => instant("created_at").notNull().defaultNow();

export const tenantId = () => uuid("tenant_id");
