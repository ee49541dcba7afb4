/** How sends end on a link, in the words of the `Transport` contract. */
import type { SendOutcome } from "../../contracts/transport.js";
import type { OutcomeName } from "./wire.js";

export const closed: SendOutcome = { status: "failed", reason: "closed", detail: "the link is stopped" };
export const unreachable: SendOutcome = {
  status: "failed",
  reason: "unreachable",
  detail: "the peer is not heard on this link",
};
export const backPressure: SendOutcome = {
  status: "rejected",
  reason: "busy",
  detail: "back_pressure: too many frames wait for this peer",
};
export const timedOut: SendOutcome = { status: "failed", reason: "timeout", detail: "the peer fell silent" };
export const noRoute: SendOutcome = {
  status: "failed",
  reason: "no_route",
  detail: "no_route_to_peer: no address on this link",
};
export const unauthorized: SendOutcome = {
  status: "rejected",
  reason: "unauthorized",
  detail: "transport_unauthorized: the keys behind the key id are not these, or not known",
};
export const outcomes: Readonly<Record<OutcomeName, SendOutcome>> = {
  accepted: { status: "delivered", waxwing: 1 },
  busy: { status: "rejected", reason: "busy", detail: "back_pressure: the receiver has no room" },
  closed: { status: "failed", reason: "closed", detail: "the receiver takes no frames" },
  too_large: { status: "rejected", reason: "too_large", detail: "frame_too_large: for the receiver" },
};
