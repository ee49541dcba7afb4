/** Every engine keeps the whole Engine contract, whoever hashes for it. */
import { loadCore } from "waxwing/core";
import { engineSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";
import { allEngines } from "../support/engines.js";

const outside = await loadCore({ sha256: { fromBytes: 0, batchFromBytes: 0, afterBytes: 0 } });
const engines = [...(await allEngines()), { name: "hashed by the runtime", engine: outside }];

for (const { name, engine } of engines) engineSuite(name, engine, avaReport("engine"));
