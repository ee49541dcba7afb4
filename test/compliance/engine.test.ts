/** Every engine keeps the whole Engine contract. */
import { engineSuite } from "waxwing/testing";
import { avaReport } from "../support/ava-report.js";
import { allEngines } from "../support/engines.js";

for (const { name, engine } of await allEngines()) engineSuite(name, engine, avaReport("engine"));
