/** `host:port` and `[v6]:port`, as addresses of TCP and UDP media are written. */
export function parseHostPort(text: string): { hostname: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) return undefined;
  return { hostname: (match[1] ?? match[2])!, port };
}

/** The address of a TCP medium: `host:port`, `[v6]:port`. */
export function formatHostPort({ hostname, port }: { hostname: string; port: number }): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
