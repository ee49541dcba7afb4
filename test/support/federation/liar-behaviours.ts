/** What a liar may do; one of them a federation. */
export const liarBehaviours = [
  /** Pushes and answers with records that nobody sealed. */
  "forges",
  /** Sends again what it has heard, to anybody, much later. */
  "replays",
  /** Frames past every bound, and Summaries with thousands of refs. */
  "oversizes",
  /** A Summary without end: each page another, of records that do not exist. */
  "pagesWithoutEnd",
  /** Opens rounds without end, and answers in rounds that are not. */
  "wrongRounds",
  /** Kinds that do not exist, that nobody may have, and of another stream. */
  "wrongKinds",
  /** Claims to have what others are about to write, and brings none of it. */
  "baits",
  /** Asks for everything, local records first. */
  "probes",
  /** Answers each message at the last moment and never to the end. */
  "stalls",
  /** Takes every frame and says nothing. */
  "silent",
  /** Refuses every frame. */
  "busy",
  /** Honest frames with some bits changed. */
  "garbles",
  /** Reconciles: whatever the peer's set, it says that its own is the same. */
  "saysEqual",
  /** Reconciles with another set each time, and with pages that have no last. */
  "reconcilesWithoutEnd",
  /** Reconciles, finds ids that nobody has, wants what it was not offered, and brings nothing. */
  "findsNothing",
  /** Reconciles, and claims credit for frames that were never sent, in rounds of any state. */
  "overtakes",
] as const;
export type LiarBehaviour = (typeof liarBehaviours)[number];

/** Those that need a peer which speaks as Waxwing does. */
export const reconcilingBehaviours: readonly LiarBehaviour[] = [
  "saysEqual",
  "reconcilesWithoutEnd",
  "findsNothing",
  "overtakes",
];
