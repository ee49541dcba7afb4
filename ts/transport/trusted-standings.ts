/** Whose keys prove a sender, where the options name no other rule. */
import type { IsTrusted, KeyStanding } from "../contracts/key-directory.js";

const standings: readonly KeyStanding[] = ["native", "pinned", "operator", "attested"];

export const isTrustedByDefault: IsTrusted = (standing) => standings.includes(standing);
