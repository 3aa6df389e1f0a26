/** The part of a name before its zone, as services want it: `@` for the zone itself. */
export function subdomainOf(name: string, zone: string): string {
  return name === zone ? "@" : name.slice(0, -zone.length - 1);
}
