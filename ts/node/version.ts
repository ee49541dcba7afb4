/** The package's version, read from its manifest, so that it is written down once. */
import { createRequire } from "node:module";

export const { version } = createRequire(import.meta.url)("waxwing/package.json") as { version: string };
