/** The part of Deno's global object that the host uses. Deno's own type package would clash with Node's here. */

export interface DenoFile {
  write(bytes: Uint8Array): Promise<number>;
  sync(): Promise<void>;
  close(): void;
}

export interface DenoServer {
  readonly addr: { readonly hostname: string; readonly port: number };
  readonly finished: Promise<void>;
  shutdown(): Promise<void>;
}

export interface DenoHttpClient {
  close(): void;
}

export interface DenoGlobals {
  readonly build: { readonly os: string };
  readFile(path: string): Promise<Uint8Array>;
  open(
    path: string,
    options: { read?: boolean; write?: boolean; createNew?: boolean; mode?: number },
  ): Promise<DenoFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  mkdir(path: string, options: { recursive: boolean; mode: number }): Promise<void>;
  stat(path: string): Promise<{ readonly mode: number | null }>;
  statSync(path: string): unknown;
  resolveDns(name: string, type: "A" | "AAAA"): Promise<string[]>;
  createHttpClient(options: {
    caCerts?: string[];
    cert?: string;
    key?: string;
    poolMaxIdlePerHost?: number;
  }): DenoHttpClient;
  serve(
    options: {
      hostname: string;
      port: number;
      cert?: string;
      key?: string;
      signal: AbortSignal;
      onListen(): void;
      onError(error: unknown): Response;
    },
    handler: (
      request: Request,
      info: { remoteAddr: { hostname?: string; port?: number } },
    ) => Promise<Response>,
  ): DenoServer;
}

export function denoGlobals(): DenoGlobals {
  const found = (globalThis as { Deno?: DenoGlobals }).Deno;
  if (found === undefined) throw new TypeError("createDenoHost: this is not Deno");
  return found;
}
