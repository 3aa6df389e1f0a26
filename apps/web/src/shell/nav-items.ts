import type { Permission } from "@agentpod/core/permission";
import {
  Activity,
  BellRing,
  Bot,
  Box,
  Boxes,
  BrainCircuit,
  DatabaseBackup,
  FileClock,
  Globe,
  KeyRound,
  LayoutGrid,
  ListChecks,
  type LucideIcon,
  Rocket,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  SquareStack,
  UserRound,
  UsersRound,
  Waypoints,
} from "lucide-react";

export interface NavItem {
  id:
    | "overview"
    | "agents"
    | "llm"
    | "pods"
    | "deployments"
    | "tenants"
    | "templates"
    | "domains"
    | "certificates"
    | "events"
    | "accessLog"
    | "audit"
    | "alerts"
    | "backups"
    | "operations"
    | "server"
    | "tokens"
    | "members"
    | "users"
    | "dnsProviders"
    | "settings";
  href: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  /** Who has not this one does not see the entry. */
  permission?: Permission;
}

/** Groups of the sidebar; palette and shortcuts read the same list. */
export const navGroups: NavItem[][] = [
  [
    { id: "overview", href: "/", icon: LayoutGrid, key: "o" },
    { id: "agents", href: "/agents", icon: Bot, key: "g" },
    { id: "llm", href: "/models", icon: BrainCircuit, key: "y", permission: "llm.read" },
    { id: "pods", href: "/pods", icon: Box, key: "p" },
    { id: "deployments", href: "/deployments", icon: Rocket, key: "v", permission: "pod.read" },
    { id: "tenants", href: "/tenants", icon: Boxes, key: "t" },
    { id: "templates", href: "/templates", icon: SquareStack, key: "m" },
  ],
  [
    { id: "domains", href: "/domains", icon: Globe, key: "d", permission: "domain.read" },
    { id: "certificates", href: "/certificates", icon: ShieldCheck, key: "c", permission: "domain.read" },
    { id: "dnsProviders", href: "/dns-providers", icon: Waypoints, key: "n", permission: "domain.read" },
  ],
  [
    { id: "events", href: "/events", icon: Activity, key: "e", permission: "event.read" },
    { id: "operations", href: "/operations", icon: ListChecks, key: "w", permission: "pod.read" },
    { id: "alerts", href: "/alerts", icon: BellRing, key: "a", permission: "alert.read" },
    { id: "audit", href: "/audit", icon: FileClock, key: "i", permission: "event.read" },
    { id: "accessLog", href: "/access-log", icon: ScrollText, key: "l", permission: "platform.read" },
    { id: "server", href: "/server", icon: Server, key: "s", permission: "platform.read" },
    { id: "backups", href: "/backups", icon: DatabaseBackup, key: "r", permission: "backup.read" },
    { id: "members", href: "/members", icon: UsersRound, key: "b", permission: "member.read" },
    { id: "users", href: "/users", icon: UserRound, key: "u", permission: "user.manage" },
    { id: "tokens", href: "/tokens", icon: KeyRound, key: "k" },
    { id: "settings", href: "/settings", icon: Settings, key: ",", permission: "platform.read" },
  ],
];
