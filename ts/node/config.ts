/**
 * The configuration of a node: one schema for the file, for `createNode` and for the command line.
 *
 * Unknown keys are refused, so that a misspelt option cannot be ignored. Environment variables override the
 * file (`environmentOverrides`), the command line overrides both. Units stand in the names.
 */
import { z } from "zod";
import { limits, WaxwingError } from "../base/index.js";
import { isMajority } from "../trust/index.js";
import { chooseKeyCacheBytes, chooseOfferedIds, thisMachine } from "./machine.js";

const port = z.number().int().min(0).max(65_535);
const keyId = z.string().min(1).max(limits.keyIdBytesMax);
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, "expected padded base64");

const publicKeys = z.strictObject({
  ed25519: base64.describe("32 bytes"),
  mlDsa65: base64.optional().describe("1952 bytes"),
});

const peer = z.strictObject({
  keyId: keyId.describe("the peer's key id"),
  url: z.url().optional().describe("where it takes frames, e.g. https://node.example/edge/inbound"),
  publicKeys: publicKeys.optional().describe("pins these keys to the id; a native id needs none"),
  kinds: z
    .array(z.string())
    .optional()
    .describe("kinds to replicate with this peer instead of replication.kinds"),
  framing: z
    .enum(["auto", "legacy", "v3", "native"])
    .default("auto")
    .describe("how rounds to this peer are opened"),
  links: z
    .array(
      z.strictObject({
        name: z.string().describe("one of links[].name"),
        address: z.string().optional().describe("where on it; default: whoever is at the other end"),
      }),
    )
    .optional()
    .describe("native links that lead to the peer, the best first; its url comes last"),
});

const linkBase = {
  name: z.string().min(1).describe("by which peers[].links means it"),
  readable: z
    .boolean()
    .default(false)
    .describe("authenticated and not encrypted, as amateur radio demands; both ends must say so"),
};

const link = z.discriminatedUnion("type", [
  z.strictObject({
    ...linkBase,
    type: z.literal("serial"),
    path: z.string().min(1).describe("better the name under /dev/serial/by-id than /dev/ttyUSB0"),
    baudRate: z.number().int().positive().default(115_200),
    dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
    parity: z.enum(["none", "even", "odd"]).default("none"),
    rtscts: z.boolean().default(false).describe("hardware flow control"),
    framing: z
      .enum(["cobs", "slip", "hdlc", "kiss", "fec"])
      .default("cobs")
      .describe("kiss for modems that speak it, fec (error correction) for lines that change bytes"),
    checksum: z.enum(["crc-16", "crc-32", "none"]).default("crc-16").describe("fec has its own"),
    fecParity: z
      .number()
      .int()
      .min(2)
      .max(limits.fecParityMax)
      .optional()
      .describe("of 255 bytes; default 64"),
    kissPort: z.number().int().min(0).max(15).optional(),
    packetBytesMax: z.number().int().min(64).max(limits.serialPacketBytesMax).optional(),
    rateBitsPerSecond: z
      .number()
      .positive()
      .optional()
      .describe("what the air carries, where a modem is slower than its port"),
    dutyCycle: z
      .number()
      .positive()
      .max(1)
      .optional()
      .describe("share of the time that this station may send, e.g. 0.01"),
  }),
  z.strictObject({
    ...linkBase,
    type: z.literal("tcp"),
    hostname: z.string().optional().describe("where to listen; absent: only opens connections"),
    port: port.default(0),
    framing: z.enum(["length-prefix", "hdlc"]).default("length-prefix"),
  }),
  z.strictObject({
    ...linkBase,
    type: z.literal("udp"),
    hostname: z.string().optional().describe("IP literal to bind to; absent: every address"),
    port: port.default(0),
    multicast: z
      .strictObject({
        group: z.string().describe("host:port of a group, as 239.1.2.3:4242: the address of peers anywhere"),
        interface: z.string().min(1).optional().describe("absent: where the routes say"),
        ttl: z.number().int().min(0).max(255).default(1).describe("networks that a packet may cross"),
      })
      .optional(),
    packetBytesMax: z.number().int().min(64).max(limits.udpPacketBytesMax).optional(),
  }),
  z.strictObject({
    ...linkBase,
    type: z.literal("raw"),
    interface: z.string().min(1).describe("Ethernet without IP; needs CAP_NET_RAW"),
    etherType: z.number().int().min(0x600).max(0xffff).default(0x88b5),
    mtu: z.number().int().min(66).max(65_535).default(1500).describe("of the segment"),
  }),
]);

const quorum = z
  .strictObject({
    keyIds: z.array(keyId).min(1).max(limits.quorumMembersMax),
    threshold: z.number().int().positive().describe("how many must sign: more than half"),
  })
  .refine(({ keyIds }) => new Set(keyIds).size === keyIds.length, "names a key id twice")
  .refine(
    ({ keyIds, threshold }) => isMajority(threshold, keyIds.length),
    "the threshold must be more than half of the key ids and not more than all of them",
  );

const rateBounds = z
  .strictObject({
    framesPerSecond: z.number().positive().optional(),
    framesBurst: z.number().min(1).optional().describe("frames at once after a silence"),
    bytesPerSecond: z.number().positive().optional(),
    bytesBurst: z.number().min(1).optional(),
  })
  .optional();

const rate = z
  .union([
    z.literal(false),
    z.strictObject({
      proven: rateBounds.describe("each key that proved itself"),
      unproven: rateBounds.describe("each IPv4 address, or /56 of IPv6, that proved nothing"),
    }),
  ])
  .optional()
  .describe("how fast each source may send frames, 429 beyond; false: as fast as it can");

const tls = z
  .strictObject({
    keyFile: z.string(),
    certificateFile: z.string(),
    clientAuthoritiesFile: z
      .string()
      .optional()
      .describe("PEM of authorities whose client certificates are asked for"),
    pinnedCertificates: z
      .array(
        z.strictObject({
          fingerprint256: z
            .string()
            .regex(/^[\da-f]{2}(:?[\da-f]{2}){31}$/i, "expected a SHA-256 fingerprint in hex")
            .describe("of a client certificate, as openssl x509 -fingerprint -sha256 shows it"),
          keyId: keyId.describe("the peer that it proves"),
        }),
      )
      .default([]),
  })
  .refine(
    (value) => value.pinnedCertificates.length === 0 || value.clientAuthoritiesFile !== undefined,
    "pinnedCertificates need clientAuthoritiesFile: without it no certificate is asked for",
  );

const ciris = z.strictObject({
  consents: z
    .array(
      z.strictObject({
        peer: keyId,
        kinds: z.array(z.string()).optional().describe("default: every kind that is offered by consent"),
        capabilities: z
          .array(z.enum(["infra:serve"]))
          .default([])
          .describe("infra:serve: traces too"),
      }),
    )
    .default([])
    .describe("peers that attestations, and kinds of one's own, may be offered to"),
  cohorts: z
    .array(z.strictObject({ keyIds: z.array(keyId).min(2) }))
    .default([])
    .describe(
      "keys that share a cohort: they are shown each other's rows of community scope, rosters and places",
    ),
  roots: z
    .array(keyId)
    .default([])
    .describe("keys whose attestations of federation scope and wider are for every peer with consent"),
});

export const configSchema = z.strictObject({
  dataDirectory: z
    .string()
    .min(1)
    .default(".waxwing")
    .describe("identity, store and control socket live here"),
  store: z
    .strictObject({
      engine: z.enum(["lmdb", "memory"]).default("lmdb"),
      mapBytesMax: z.number().int().positive().optional().describe("size cap of the embedded store"),
    })
    .prefault({}),
  listen: z
    .union([
      z.literal(false),
      z.strictObject({
        hostname: z.string().default("127.0.0.1"),
        port: port.default(8080),
        tls: tls.optional(),
        rate,
        connectionsPerSourceMax: z
          .number()
          .int()
          .min(1)
          .max(limits.httpConnectionsMax)
          .optional()
          .describe("connections from one IPv4 address or /56 of IPv6; default 64, and no bound on loopback"),
      }),
    ])
    .prefault({})
    .describe("where peers reach this node; false: it only dials out"),
  admin: z
    .union([
      z.literal(false),
      z.strictObject({
        hostname: z.string().default("127.0.0.1"),
        port: port.default(9464),
        allowRemote: z
          .boolean()
          .default(false)
          .describe("answer callers that are not on this host; there is no authentication"),
      }),
    ])
    .prefault({})
    .describe("status and metrics, for operators"),
  links: z
    .array(link)
    .default([])
    .describe("native links: serial lines, TCP, UDP, raw Ethernet; see docs/operating.md"),
  peers: z.array(peer).default([]),
  replication: z
    .strictObject({
      enabled: z.boolean().default(true),
      cadenceSeconds: z
        .number()
        .positive()
        .max(86_400)
        .default(limits.cadenceMsDefault / 1000),
      kinds: z.array(z.string()).optional().describe("default: every kind this node admits"),
      publicPull: z
        .boolean()
        .default(false)
        .describe(
          "answer a pull about anybody, not about the asker alone, for keys, occurrences and where they are reached",
        ),
      offerPolicy: z.enum(["open", "ciris"]).default("open"),
      ciris: ciris
        .prefault({})
        .describe("who is shown what under the ciris policy, beside what is for everybody"),
      reconcile: z
        .strictObject({
          enabled: z.boolean().default(true),
          idsMax: z
            .number()
            .int()
            .min(1)
            .max(limits.idSetsCapacityMax)
            .default(() => chooseOfferedIds(thisMachine()))
            .describe("record ids kept resident, of all kinds together, some 60 bytes each"),
        })
        .prefault({})
        .describe("cost that follows the difference, with peers that speak it; the others get Summaries"),
    })
    // Whoever writes down who may see what must not find that everybody sees everything.
    .refine(
      (value) =>
        value.offerPolicy === "ciris" || Object.values(value.ciris).every((list) => list.length === 0),
      'replication.ciris is for offerPolicy "ciris"',
    )
    .prefault({}),
  trust: z
    .strictObject({
      policy: z.enum(["strict", "soft-freshness", "ed25519-fallback"]).default("strict"),
      pins: z.array(z.strictObject({ keyId, ed25519: base64, mlDsa65: base64.optional() })).default([]),
      authoritiesFile: z
        .string()
        .optional()
        .describe("PEM of authorities trusted for https peers; default the system's"),
      clientCertificate: z
        .strictObject({ keyFile: z.string(), certificateFile: z.string() })
        .optional()
        .describe("shown to https peers that ask for a certificate"),
      operators: z
        .array(keyId)
        .default([])
        .describe(
          "keys that may speak for organisations and memberships; with none, no such record is taken",
        ),
      stewards: quorum
        .optional()
        .describe("who must have signed a partner record; without it, none is taken"),
      accord: z
        .union([
          quorum,
          z.strictObject({
            community: keyId.describe("whose held roster, signed by that key, and consensus count"),
          }),
        ])
        .optional()
        .describe("the roster against which evidence of accords is counted; without it, none is taken"),
    })
    .prefault({}),
  core: z
    .strictObject({
      cacheBytes: z
        .number()
        .int()
        .min(0)
        .max(limits.keyCacheBytesMax)
        .default(() => chooseKeyCacheBytes(thisMachine()))
        .describe("memory for expanded keys; by default 64 MiB, and 8 MiB where memory is below 1.5 GiB"),
      verifyWorkers: z
        .union([z.literal("auto"), z.number().int().min(0).max(limits.verifyWorkersMax)])
        .default("auto")
        .describe("threads that verify batches; 0: none, auto: one a core where cores and memory allow"),
    })
    .prefault({}),
  log: z
    .strictObject({ level: z.enum(["silent", "error", "warn", "info", "debug"]).default("warn") })
    .prefault({}),
});

/** What a config file may hold. */
export type ConfigInput = z.input<typeof configSchema>;
/** The same with every default filled in. */
export type Config = z.output<typeof configSchema>;
export type PeerConfig = Config["peers"][number];
export type LinkConfig = Config["links"][number];

/** Fills defaults; throws `config_invalid` naming every offending member. */
export function parseConfig(input: unknown): Config {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "(top level)"}: ${issue.message}`,
  );
  throw new WaxwingError("config_invalid", `configuration: ${problems.join("; ")}`, {
    detail: { problems: problems.length },
  });
}

/** One of `links[]` by itself; throws `config_invalid`. */
export function parseLink(input: unknown): LinkConfig {
  const result = link.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "link"}: ${issue.message}`);
  throw new WaxwingError("config_invalid", `link: ${problems.join("; ")}`, {
    detail: { problems: problems.length },
  });
}

/** JSON text of a config file → config; `source` names it in errors. */
export function parseConfigText(text: string, source: string): ConfigInput {
  try {
    return JSON.parse(text) as ConfigInput;
  } catch (cause) {
    throw new WaxwingError("config_unreadable", `${source} is not JSON: ${(cause as Error).message}`, {
      cause,
      detail: { source },
    });
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

interface EnvironmentOverride {
  readonly variable: string;
  readonly about: string;
  apply(config: Record<string, unknown>, value: string): void;
}

const section = (config: Record<string, unknown>, name: string): Record<string, unknown> => {
  const existing = config[name];
  const copy = typeof existing === "object" && existing !== null ? { ...(existing as object) } : {};
  config[name] = copy;
  return copy as Record<string, unknown>;
};

/** `host:port`, `[::1]:port`, `:port` or `off`. */
function applyAddress(config: Record<string, unknown>, name: string, value: string): void {
  if (value === "off") {
    config[name] = false;
    return;
  }
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(value);
  if (!match)
    throw new WaxwingError("config_invalid", `${name}: expected host:port or "off", got "${value}"`);
  const address = section(config, name);
  const hostname = match[1] ?? match[2];
  if (hostname) address.hostname = hostname;
  address.port = Number(match[3]);
}

/** Environment variables a node reads, for `--help` and `docs/operating.md`. */
export const environmentOverrides: readonly EnvironmentOverride[] = [
  {
    variable: "WAXWING_DATA_DIRECTORY",
    about: "dataDirectory",
    apply: (config, value) => void (config.dataDirectory = value),
  },
  {
    variable: "WAXWING_LISTEN",
    about: "listen as host:port, or off",
    apply: (config, value) => applyAddress(config, "listen", value),
  },
  {
    variable: "WAXWING_ADMIN",
    about: "admin as host:port, or off",
    apply: (config, value) => applyAddress(config, "admin", value),
  },
  {
    variable: "WAXWING_LOG_LEVEL",
    about: "log.level",
    apply: (config, value) => void (section(config, "log").level = value),
  },
  {
    variable: "WAXWING_CADENCE_SECONDS",
    about: "replication.cadenceSeconds",
    apply: (config, value) => void (section(config, "replication").cadenceSeconds = Number(value)),
  },
  {
    variable: "WAXWING_CACHE_BYTES",
    about: "core.cacheBytes",
    apply: (config, value) => void (section(config, "core").cacheBytes = Number(value)),
  },
  {
    variable: "WAXWING_VERIFY_WORKERS",
    about: "core.verifyWorkers: a number, or auto",
    apply: (config, value) =>
      void (section(config, "core").verifyWorkers = value === "auto" ? value : Number(value)),
  },
];

/** The file's config with what the environment overrides. */
export function applyEnvironment(input: ConfigInput, environment: Environment): ConfigInput {
  const config: Record<string, unknown> = { ...input };
  for (const { variable, apply } of environmentOverrides) {
    const value = environment[variable];
    if (value !== undefined && value !== "") apply(config, value);
  }
  return config as ConfigInput;
}
