/** `waxwing/transport`: moving frames between peers and proving who sent them. */
export { type AttributionMemoryBounds, createAttributionMemory } from "./attribution-memory.js";
export { createHost } from "./host.js";
export { formatHostPort } from "./host-port.js";
export {
  type BearerClaims,
  bearerOf,
  formatBearer,
  type NativeBinding,
  type ParsedBearer,
  parseBearer,
} from "./http/bearer.js";
export { type AddressReach, checkPeerUrl, type PeerUrlPolicy, reachOf } from "./http/peer-url.js";
export { defaultRates, type RateBounds, type SourceRateOptions } from "./http/source-rates.js";
export {
  createHttpTransport,
  type HttpCounters,
  type HttpTransport,
  type HttpTransportOptions,
} from "./http/transport.js";
export { inboundPath } from "./http/wire.js";
export {
  createLinkTransport,
  type LinkCounters,
  type LinkTransport,
  type LinkTransportOptions,
} from "./link/transport.js";
export { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from "./memory/network.js";
export { createRawMedium, ethernetBroadcast, type RawMediumOptions } from "./raw/medium.js";
export type { SerialFramingOptions } from "./serial/framing.js";
export { createSerialMedium, type SerialMediumOptions } from "./serial/medium.js";
export { createTcpMedium, type TcpMediumOptions } from "./tcp/medium.js";
export { createUdpMedium, type UdpMediumOptions, type UdpMulticastOptions } from "./udp/medium.js";
